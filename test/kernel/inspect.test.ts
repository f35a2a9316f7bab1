import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Kernel, startKernel } from "./kernel";

let kernel: Kernel;
before(async () => {
  kernel = await startKernel();
  const { status, printed } = await kernel.run(`
    import * as cfg from "cfg-lib";
    import * as tf from "@tensorflow/tfjs-core";
    /** Twice a number. */
    function twice(n: number): number { return 2 * n; }
    const model = cfg.createModel((x) => x);`);
  assert.equal(status, "ok", printed);
});
after(() => kernel.close());

describe("Shift+Tab", () => {
  /** What is said at the mark | of a cell. */
  async function inspectAt(marked: string): Promise<string> {
    const [before, after] = marked.split("|");
    const content = { code: before + after, cursor_pos: Array.from(before).length, detail_level: 0 };
    const reply = await kernel.ask("shell", "inspect_request", content);
    assert.equal(reply.status, "ok");
    return (reply.data as Record<string, string>)["text/plain"] ?? "";
  }

  it("on a name shows its type and its comment", async () => {
    assert.equal(await inspectAt(`twi|ce(2)`), "function twice(n: number): number\n\nTwice a number.");
    assert.equal(await inspectAt(`twice|`), "function twice(n: number): number\n\nTwice a number.");
  });

  for (const place of [
    `cfg.sample|`,
    `cfg.sample(|`,
    `cfg.sample(|)`,
    `cfg.sample(model, |`,
    `cfg.sample(model, {|})`,
    `cfg.sample(model, { |`,
    `cfg.sampleAll(model, { labels: [3], |`,
    `cfg.sampleAll(model, { labels: [3], | })`,
    `const out = cfg.sampleAll(model, { labels: [3], |\n});`,
    `/* 🎲 */ cfg.sample(model, { |`,
  ]) {
    it(`at | in ${JSON.stringify(place)} shows the signature and the options with their comments`, async () => {
      const text = await inspectAt(place);
      const label = place.includes("(") ? "number" : "Label"; // only a call says what a label is
      const signature = `\\(model: (cfg\\.)?Model<${label}>, options: (cfg\\.)?SampleOptions<${label}>\\)`;
      assert.match(text, new RegExp(`sample(All)?(<Label = number>)?${signature}`));
      assert.match(text, new RegExp(`^ {2}labels: readonly ${label}\\[\\] {3}One label for each image`, "m"));
      assert.match(text, /^ {2}guidanceScale\?: .* {3}w, one for all or one for each image/m);
    });
  }

  it("shows the comments and tags of Node's own functions and of packages'", async () => {
    assert.match(
      await inspectAt(`console.ta|ble([])`),
      /^\(method\) Console\.table[^]*Try to construct a table/,
    );
    const conv2d = await inspectAt(`tf.conv2d(|)`);
    assert.match(
      conv2d,
      /Computes a 2D convolution over the input x\.\n[^]*@param filter The filter, rank 4/,
    );
    assert.match(
      await inspectAt(`"7".pad|Start(2)`),
      /Pads the current string[^]*@param maxLength The length/,
    );
  });

  it("says of an inner call, not of the one around it", async () => {
    assert.match(await inspectAt(`cfg.sample(twice(|))`), /^twice\(n: number\): number/);
  });

  it("shows nothing where there is nothing to say", async () => {
    assert.equal(await inspectAt(`const w = 2; |`), "");
  });
});

describe("Tab", () => {
  it("counts in characters, as Jupyter does, before and behind an emoji", async () => {
    await kernel.run(`const guidanceScale = 2;`);
    const code = `"🎲"; guidanceSc`;
    const content = { code, cursor_pos: Array.from(code).length };
    const reply = await kernel.ask("shell", "complete_request", content);
    assert.deepEqual(reply.matches, ["guidanceScale"]);
    assert.deepEqual([reply.cursor_start, reply.cursor_end], [5, 15]);
  });

  it("offers what is deprecated last", async () => {
    const code = `"7".`;
    const reply = await kernel.ask("shell", "complete_request", { code, cursor_pos: code.length });
    const names = reply.matches as string[];
    assert.ok(names.indexOf("blink") > names.indexOf("trim"), names.join(" "));
  });
});
