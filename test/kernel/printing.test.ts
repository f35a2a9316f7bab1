import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { jupyterPython, startKernel } from "./kernel";

const folder = mkdtempSync(path.join(os.tmpdir(), "printing-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Printed {
  text: string;
  messages: number;
  idle: boolean;
}

/** Prints the numbers from 0 in a kernel behind a real Jupyter server. */
async function printThroughServer(lines: number, ...flags: string[]): Promise<Printed> {
  const script = path.join(__dirname, "through_server.py");
  const code = `for (let i = 0; i < ${lines}; i++) console.log(i);`;
  const { stdout } = await promisify(execFile)(jupyterPython(), [script, folder, code, ...flags], {
    maxBuffer: 100e6,
    env: { ...process.env, NODE_V8_COVERAGE: "", JUPYTER_RUNTIME_DIR: folder, JUPYTER_CONFIG_DIR: folder },
  });
  return JSON.parse(stdout) as Printed;
}

for (const [what, flags] of [
  ["the course's server", []],
  ["a server with Jupyter's own limits", ["--limited"]],
] as const) {
  test(`100,000 lines come whole and in order through ${what}, in few messages, and the cell ends`, async (t) => {
    const { text, messages, idle } = await printThroughServer(100_000, ...flags);
    assert.ok(idle, "the cell ended");
    const lines = text.trimEnd().split("\n");
    assert.equal(lines.length, 100_000);
    assert.equal(
      lines.findIndex((line, i) => line !== String(i)),
      -1,
      "in order",
    );
    t.diagnostic(`${lines.length} lines in ${messages} messages`);
    assert.ok(messages < 1000);
  });
}

test("text goes out before the cell goes on to block, and text and errors keep their order", async () => {
  const kernel = await startKernel();
  try {
    const cell = await kernel.run(`
      console.log("one"); console.log("two"); console.error("three"); console.log("four");
      for (const start = performance.now(); performance.now() - start < 1500; );`);
    const text = cell.messages.filter(({ type }) => type === "stream");
    assert.equal(
      text.map((message) => message.text).join(""),
      "one\\ntwo\\nthree\\nfour\\n".replaceAll("\\n", "\n"),
    );
    for (const { at } of text) assert.ok(cell.endedAt - at > 1000, `${cell.endedAt - at} ms before the end`);
  } finally {
    await kernel.close();
  }
});
