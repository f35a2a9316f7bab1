import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type CommEvent, type Kernel, startKernel } from "./kernel";

/** A cell that opens a line which sends bytes back turned round, and counts what it hears. */
const OPEN = `
const { notebook } = require("cfg-kernel");
const comm = notebook().openComm("test", { data: { hello: 1 }, buffers: [Uint8Array.of(1, 2, 3)] });
let heard = 0, isClosed = false;
comm.onMessage(({ data, buffers }: any) => {
  heard++;
  console.log("heard", data.text);
  comm.send({ data: { text: data.text + "!" }, buffers: buffers.map((bytes: Uint8Array) => bytes.slice().reverse()) });
});
comm.onClose(() => (isClosed = true));
notebook().addCommTarget("echo", (line: any, { data }: any) => line.send({ data }));`;

describe("a line between the kernel and the page", () => {
  let kernel: Kernel;
  const events: CommEvent[] = [];
  let id = "";
  before(async () => {
    kernel = await startKernel();
    kernel.onComm((event) => events.push(event));
    const { status, printed } = await kernel.run(OPEN);
    assert.equal(status, "ok", printed);
    id = events[0].content.comm_id;
  });
  after(() => kernel.close());

  it("is opened by a cell, with data and bytes", () => {
    const [{ type, content, buffers }] = events;
    assert.equal(type, "comm_open");
    assert.deepEqual([content.target_name, content.data], ["test", { hello: 1 }]);
    assert.deepEqual(buffers, [Uint8Array.of(1, 2, 3)]);
  });

  it("carries text and bytes both ways, and the kernel is idle when they are dealt with", async () => {
    const bytes = Uint8Array.from({ length: 10_000 }, (_, i) => i % 256);
    await kernel.tell("comm_msg", { comm_id: id, data: { text: "seven" } }, [bytes, Uint8Array.of(7)]);
    const answer = events.at(-1)!;
    assert.deepEqual([answer.type, answer.content.data], ["comm_msg", { text: "seven!" }]);
    assert.deepEqual(answer.buffers, [bytes.slice().reverse(), Uint8Array.of(7)]);
    assert.equal(kernel.status(), "idle");
  });

  it("is listed, all of them or those to a target", async () => {
    const all = await kernel.ask("shell", "comm_info_request");
    assert.deepEqual(all.comms, { [id]: { target_name: "test" } });
    const others = await kernel.ask("shell", "comm_info_request", { target_name: "jupyter.widget" });
    assert.deepEqual(others.comms, {});
  });

  it("is heard after the cell that runs, in order", async () => {
    const cell = kernel.run(`await new Promise((go) => setTimeout(go, 500)); heard`);
    const messages = [1, 2, 3].map((n) => kernel.tell("comm_msg", { comm_id: id, data: { text: n } }));
    assert.deepEqual((await cell).outputs, [{ "text/plain": "1" }]);
    await Promise.all(messages);
    assert.deepEqual(
      events.slice(-3).map(({ content }) => content.data.text),
      ["1!", "2!", "3!"],
    );
  });

  it("is opened by the page, to a target that the kernel knows; others are closed", async () => {
    await kernel.tell("comm_open", { comm_id: "mine", target_name: "echo", data: { a: 1 } });
    assert.deepEqual(events.at(-1)!.content, { comm_id: "mine", data: { a: 1 } });
    await kernel.tell("comm_open", { comm_id: "theirs", target_name: "nobody", data: {} });
    assert.equal(events.at(-1)!.type, "comm_close");
    assert.equal(events.at(-1)!.content.comm_id, "theirs");
  });

  it("is closed by the page, and by the kernel", async () => {
    await kernel.tell("comm_close", { comm_id: id, data: {} });
    await kernel.tell("comm_msg", { comm_id: id, data: { text: "gone" } });
    assert.deepEqual(
      [events.at(-1)!.type, events.at(-1)!.content.comm_id],
      ["comm_close", id],
      "who speaks on a closed line is told so",
    );
    const before = events.length;
    const { outputs } = await kernel.run(`comm.send({ data: {} }); isClosed`);
    assert.deepEqual(outputs, [{ "text/plain": "true" }]);
    assert.equal(events.length, before, "nothing is said on a closed line");
    await kernel.run(`const own = notebook().openComm("test", { data: {} }); own.close();`);
    assert.deepEqual(
      events.slice(-2).map(({ type }) => type),
      ["comm_open", "comm_close"],
    );
  });
});
