/** Live pictures as Jupyter's messages tell of them, without a browser: what a page hears, and what it may say. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { type CommEvent, jupyterPython, type Kernel, startKernel } from "./kernel";

const SCHEMAS = path.dirname(require.resolve("@jupyter-widgets/schema/package.json"));
const VALIDATE =
  "import json, sys, jsonschema; jsonschema.validate(json.load(sys.stdin), json.load(open(sys.argv[1])))";

/** Throws where the document does not fit the published schema. */
function validate(schema: "state" | "view", document: unknown): void {
  const file = path.join(SCHEMAS, "v2", `${schema}.schema.json`);
  execFileSync(jupyterPython(), ["-c", VALIDATE, file], { input: JSON.stringify(document), stdio: "pipe" });
}

const IMPORTS = `import * as cfg from "cfg-lib"; import * as tf from "@tensorflow/tfjs-core"; cfg.startEngine();
const block = (ms: number) => { for (const start = performance.now(); performance.now() - start < ms; ); };`;
/** Two digits whose pixels are all w; throws above 7. */
const LIVE = `let runs = 0;
await cfg.live({ w: cfg.slider(0, 8, { value: 1 }), ink: cfg.pad() }, ({ w, ink }) => {
  runs++;
  if (w > 7) throw new RangeError("w is too large");
  if (w === 6) block(600);
  const drawn = tf.fill([1, 32, 32, 1], w / 4 - 1);
  return { digits: tf.concat([drawn, tf.tensor4d(ink, [1, 32, 32, 1])]) as tf.Tensor4D, columnLabels: ["w", "ink"] };
});`;
/** Ten steps of 60 ms; tells in the log how it went. */
const STEPS = `const log: string[] = [];
await cfg.live({ from: cfg.stepper(0) }, async function* ({ from }) {
  try {
    for (let i = 0; i < 10; i++) { if (from > 0) await new Promise((go) => setTimeout(go, 60)); yield from + i; }
    log.push("end " + from);
  } finally { log.push("freed " + from); }
});`;

interface Result {
  wish: number;
  phase: string;
  settings: string;
  error?: string[];
  parts: { kind: string; text?: string; columnLabels?: string[] }[];
}

describe("a live picture", { timeout: 120_000 }, () => {
  let kernel: Kernel;
  const events: CommEvent[] = [];
  before(async () => {
    kernel = await startKernel();
    kernel.onComm((event) => events.push(event));
    await run(IMPORTS);
  });
  after(() => kernel.close());

  const run = async (code: string): ReturnType<Kernel["run"]> => {
    const result = await kernel.run(code);
    assert.equal(result.status, "ok", result.printed);
    return result;
  };
  const valueOf = async (expression: string): Promise<unknown> =>
    JSON.parse((await run(`console.log(JSON.stringify(${expression}))`)).printed) as unknown;
  /** Runs a cell with a live picture. */
  const open = async (code: string): Promise<{ id: string; opened: CommEvent; outputs: unknown[] }> => {
    const from = events.length;
    const { outputs } = await run(code);
    const opened = events.slice(from).find(({ type }) => type === "comm_open")!;
    return { id: opened.content.comm_id, opened, outputs };
  };
  const results = (id: string): { result: Result; buffers: Uint8Array[] }[] =>
    events.flatMap(({ content: { comm_id: of, data }, buffers }) => {
      const { result } = ((data as { state?: object } | undefined)?.state ?? {}) as { result?: Result };
      return of === id && result ? [{ result, buffers }] : [];
    });
  const until = async (holds: () => boolean, what: string): Promise<void> => {
    const start = performance.now();
    while (!holds()) {
      assert.ok(performance.now() - start < 10_000, `${what} did not come`);
      await wait(10);
    }
  };
  const blank = new Uint8Array(1024);
  let wishes = 0;
  const tell = (
    id: string,
    values: object,
    buffers: Uint8Array[] = [],
    paths: unknown[] = [],
  ): Promise<void> => {
    const state = { wish: { number: ++wishes, values } };
    const data = { method: "update", state, buffer_paths: paths };
    return kernel.tell("comm_msg", { comm_id: id, data }, buffers);
  };
  const move = (id: string, w: number, ink = blank): Promise<void> =>
    tell(id, { w }, [ink], [["wish", "values", "ink"]]);
  const answer = async (number: number, id: string): Promise<{ result: Result; buffers: Uint8Array[] }> => {
    const isIt = ({ result }: { result: Result }): boolean =>
      result.wish === number && result.phase !== "step";
    await until(() => results(id).some(isIt), `the answer to wish ${number}`);
    return results(id).find(isIt)!;
  };

  let id = "";
  it("opens a widget as the published schemas say, and shows it beside a still picture", async () => {
    const { opened, outputs, ...rest } = await open(LIVE);
    id = rest.id;
    assert.equal(opened.content.target_name, "jupyter.widget");
    const { state, buffer_paths: paths } = opened.content.data as {
      state: Record<string, unknown>;
      buffer_paths: unknown;
    };
    assert.deepEqual(paths, [["wish", "values", "ink"]]);
    assert.deepEqual(opened.buffers, [blank]);
    validate("state", {
      version_major: 2,
      version_minor: 0,
      state: { [id]: { model_name: state._model_name, model_module: state._model_module, state } },
    });
    const [bundle] = outputs as Record<string, unknown>[];
    const view = bundle["application/vnd.jupyter.widget-view+json"];
    validate("view", view);
    assert.equal((view as { model_id: string }).model_id, id);
    const still = bundle["application/vnd.plotly.v1+json"] as { layout: { title: { text: string } } };
    assert.equal(still.layout.title.text, "w = 1");
    assert.match(String(bundle["text/plain"]), /w = 1/);
  });

  it("answers a move with the pixels as bytes, and the pad's bytes reach the function", async () => {
    const ink = Uint8Array.from(blank, (_, i) => i % 256);
    await move(id, 3, ink);
    const { result, buffers } = await answer(wishes, id);
    assert.deepEqual([result.phase, result.settings], ["done", "w = 3"]);
    assert.deepEqual(result.parts[0].columnLabels, ["w", "ink"]);
    const [first, second] = [buffers[0].subarray(0, 1024), buffers[0].subarray(1024)];
    assert.ok(first.every((grey) => grey === 96));
    assert.deepEqual(second, ink);
  });

  it("drops the older moves while it computes, and ends with the newest", async () => {
    const runs = await valueOf("runs");
    void move(id, 6);
    await wait(200);
    await Promise.all([1, 2, 3, 4].map((w) => move(id, w)));
    const { result } = await answer(wishes, id);
    assert.equal(result.settings, "w = 4");
    const more = Number(await valueOf("runs")) - Number(runs);
    assert.equal(more, 2, "that of the first move, and that of the last");
  });

  it("says an error as a cell would, with the notebook's line, and goes on", async () => {
    await move(id, 8);
    const failed = (await answer(wishes, id)).result;
    assert.equal(failed.phase, "failed");
    assert.match(failed.error!.join("\n"), /RangeError.*w is too large\n {2}cell \[\d+\], line 4:/);
    await move(id, 2);
    assert.equal((await answer(wishes, id)).result.phase, "done");
  });

  it("refuses a value that its control cannot have", async () => {
    await move(id, 9);
    assert.match(
      (await answer(wishes, id)).result.error!.join(),
      /w: the value is 9; it must be a number from 0 to 8/,
    );
  });

  it("lets a cell go first", async () => {
    const cell = run(`const before = runs; await new Promise((go) => setTimeout(go, 500)); runs - before`);
    await wait(100);
    void move(id, 5);
    assert.deepEqual((await cell).outputs, [{ "text/plain": "0" }]);
    assert.equal((await answer(wishes, id)).result.settings, "w = 5");
  });

  it("is ended by the stop button in a loop that computes, and can be moved again", async () => {
    const { id: slow } = await open(`await cfg.live({ n: cfg.stepper(0) }, ({ n }) => {
      for (let i = 0; i < n; i++) block(1);
      return n;
    });`);
    void tell(slow, { n: 100_000 });
    await wait(300);
    kernel.interrupt();
    assert.equal((await answer(wishes, slow)).result.phase, "stopped");
    await tell(slow, { n: 3 });
    assert.deepEqual((await answer(wishes, slow)).result.parts, [{ kind: "text", text: "3" }]);
  });

  it("shows a generator's steps, and ends its run when a newer wish comes", async () => {
    const { id: steps, outputs } = await open(STEPS);
    assert.match(String((outputs[0] as Record<string, unknown>)["text/plain"]), /9/);
    await tell(steps, { from: 100 });
    await until(() => results(steps).filter(({ result }) => result.wish === wishes).length >= 2, "two steps");
    await tell(steps, { from: 200 });
    const { result } = await answer(wishes, steps);
    assert.deepEqual(result.parts, [{ kind: "text", text: "209" }]);
    assert.deepEqual(await valueOf("log"), ["end 0", "freed 0", "freed 100", "end 200", "freed 200"]);
    void tell(steps, { from: 300 });
    await wait(200);
    kernel.interrupt();
    const stopped = (await answer(wishes, steps)).result;
    assert.equal(stopped.phase, "stopped");
  });

  it("tells a page that is loaded again all that it needs", async () => {
    const info = await kernel.ask("shell", "comm_info_request", { target_name: "jupyter.widget" });
    assert.ok(id in (info.comms as object));
    const comm = "control";
    await kernel.tell("comm_open", { comm_id: comm, target_name: "jupyter.widget.control", data: {} });
    await kernel.tell("comm_msg", { comm_id: comm, data: { method: "request_states" } });
    const { content, buffers } = events.filter(({ content: { comm_id: of } }) => of === comm).at(-1)!;
    const {
      method,
      states,
      buffer_paths: paths,
    } = content.data as {
      method: string;
      states: Record<string, { state: { wish: { values: { w: number } } } }>;
      buffer_paths: string[][];
    };
    assert.equal(method, "update_states");
    assert.deepEqual(Object.keys(states).sort(), Object.keys(info.comms as object).sort());
    validate("state", { version_major: 2, version_minor: 0, state: states });
    assert.equal(states[id].state.wish.values.w, 5);
    const place = paths.findIndex(
      (names) => names.join() === [id, "state", "result", "parts", 0, "pixels"].join(),
    );
    assert.equal(buffers[place].length, 2048);
    await kernel.tell("comm_msg", { comm_id: id, data: { method: "request_state" } });
    const whole = events.at(-1)!.content.data as {
      method: string;
      state: { _esm: string; controls: unknown[] };
    };
    assert.equal(whole.method, "update");
    assert.match(whole.state._esm, /export default/);
    assert.equal(whole.state.controls.length, 2);
  });

  it("throws in the cell where the first picture fails, and leaves no widget behind", async () => {
    const from = events.length;
    const { status, printed, outputs } = await kernel.run(
      `await cfg.live({}, () => { throw new RangeError("on purpose"); });`,
    );
    assert.equal(status, "error");
    assert.match(printed, /RangeError: on purpose/);
    assert.equal(outputs.length, 1);
    assert.deepEqual(
      events
        .slice(from)
        .map(({ type }) => type)
        .filter((type) => type !== "comm_msg"),
      ["comm_open", "comm_close"],
    );
  });

  it("keeps no tensor and no memory over 500 moves", async () => {
    const { id: many } = await open(
      `await cfg.live({ w: cfg.slider(0, 8) }, ({ w }) => tf.slice(tf.fill([10, 32, 32, 1], w / 8), [0, 0, 0, 0], [5, 32, 32, 1]));`,
    );
    const moves = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i += 25)
        await Promise.all(Array.from({ length: 25 }, (_, k) => tell(many, { w: (i + k) % 8 })));
      await answer(wishes, many);
      await run(`global.gc!()`);
    };
    const state = `[tf.memory().numTensors, process.memoryUsage().rss / 1e6]`;
    await moves(50);
    const [tensors, before] = (await valueOf(state)) as number[];
    await moves(500);
    const [after, rss] = (await valueOf(state)) as number[];
    assert.equal(after, tensors);
    assert.ok(rss - before < 30, `${(rss - before).toFixed(1)} MB more`);
  });

  it("is closed by the page", async () => {
    await kernel.tell("comm_close", { comm_id: id, data: {} });
    const info = await kernel.ask("shell", "comm_info_request", { target_name: "jupyter.widget" });
    assert.ok(!(id in (info.comms as object)));
  });
});
