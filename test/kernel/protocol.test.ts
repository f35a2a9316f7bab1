import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as path from "node:path";
import { after, before, describe, it, test } from "node:test";
import { promisify } from "node:util";
import { jupyterPython, type Kernel, startKernel } from "./kernel";

const notebooks = path.join(__dirname, "../../notebooks");

test("the kernel passes Jupyter's own tests of a kernel", async () => {
  const args = [path.join(__dirname, "conformance.py"), "CourseKernelTests"];
  const { stderr } = await promisify(execFile)(jupyterPython(), args, {
    cwd: notebooks,
    env: { ...process.env, NODE_V8_COVERAGE: "", JUPYTER_PREFER_ENV_PATH: "1" },
  });
  assert.match(stderr, /Ran 12 tests/);
  // There is no pager, and a cell cannot clear its output.
  assert.match(stderr, /OK \(skipped=2\)\s*$/);
});

describe("the kernel answers", () => {
  let kernel: Kernel;
  before(async () => {
    kernel = await startKernel();
  });
  after(() => kernel.close());

  it("an interrupt_request, also when nothing runs", async () => {
    assert.deepEqual(await kernel.ask("control", "interrupt_request"), { status: "ok" });
    assert.equal((await kernel.run(`1`)).status, "ok", "and the next cell is not stopped");
  });

  it("a comm_info_request under its right name", async () => {
    const reply = await kernel.ask("shell", "comm_info_request", { target_name: "jupyter.widget" });
    assert.deepEqual(reply, { status: "ok", comms: {} });
  });

  it("what it does not know by going idle, and nothing is printed", async () => {
    const cell = kernel.run(`console.log("after");`);
    void kernel.ask("shell", "no_such_request").catch(() => {});
    assert.equal((await cell).printed, "after\n");
    assert.equal((await kernel.run(`2`)).status, "ok");
  });

  it("with an error what is asked in a way that it cannot deal with", async () => {
    const { status, ename } = await kernel.ask("shell", "complete_request", { code: null, cursor_pos: 0 });
    assert.deepEqual([status, ename], ["error", "TypeError"]);
    assert.equal((await kernel.run(`3`)).status, "ok");
  });

  it("on the control channel while a cell computes, and stays busy", async () => {
    const cell = kernel.run(
      `console.log("on"); for (const start = performance.now(); performance.now() - start < 3000; );`,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    const start = performance.now();
    const info = await kernel.ask("control", "kernel_info_request");
    assert.equal((info.language_info as { name: string }).name, "typescript");
    assert.ok(performance.now() - start < 1000);
    assert.equal(kernel.status(), "busy");
    await cell;
    assert.equal(kernel.status(), "idle");
  });
});
