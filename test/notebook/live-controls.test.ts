/** The controls of live pictures, and what their function may give, without a kernel. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { button, choice, dpmSolver, live, pad, PIXELS, slider, stepper, text, toggle } from "cfg-lib";
import { newestWins } from "cfg-lib/dist/notebook/live/newest";
import { partsOf } from "cfg-lib/dist/notebook/live/parts";
import { runOnce } from "cfg-lib/dist/notebook/live/run";
import { stillBundle } from "cfg-lib/dist/notebook/live/still";
import { clean } from "../../scripts/notebooks/clean";
import { PLOTLY } from "../../scripts/notebooks/notebook-file";

describe("a control", () => {
  it("refuses what it cannot be made of, and says what is allowed", () => {
    assert.throws(() => slider(3, 3), /min is 3 and max is 3; min must be below max/);
    assert.throws(() => slider(0, 8, { value: 9 }), /value is 9; it must be a number from 0 to 8/);
    assert.throws(() => slider(0, 8, { step: 0 }), /step is 0; it must be above 0/);
    assert.throws(() => stepper(-1, { min: 0 }), /value is -1/);
    assert.throws(() => choice([]), /nothing to choose from/);
    assert.throws(() => choice({ a: 1, b: 2 }, { value: "c" }), /"c"; it must be one of a, b/);
    assert.throws(() => text("12x", { pattern: /[0-9]+/, hint: "digits" }), /"12x"; it must be digits/);
    assert.throws(() => pad({ value: new Float32Array(9) }), /9 pixels; it must have 1024/);
  });

  it("takes what a page sends as its value, and nothing else", () => {
    assert.equal(slider(0, 8).read(2.5), 2.5);
    for (const sent of [9, "2", null, NaN]) assert.throws(() => slider(0, 8).read(sent), /from 0 to 8/);
    assert.equal(choice([100, 200]).read("200"), 200);
    assert.equal(choice({ quick: dpmSolver }).read("quick"), dpmSolver);
    assert.throws(() => choice(["a"]).read("toString"), /one of a/);
    assert.throws(() => toggle().read("true"), /true or false/);
    assert.equal(button("More").read(3), 3);
    const bytes = Uint8Array.from({ length: PIXELS }, (_, i) => (i === 0 ? 255 : 0));
    assert.deepEqual([...pad().read(bytes).slice(0, 2)], [1, -1]);
    assert.throws(() => pad().read([1, 2]), /1024 bytes/);
  });

  it("moves in round steps that divide its way", () => {
    for (const [max, step] of [
      [8, 0.1],
      [299, 5],
      [1, 0.02],
      [0.02, 0.0002],
    ])
      assert.deepEqual(slider(0, max).face, { kind: "slider", min: 0, max, step });
  });
});

describe("one run of a live picture's function", () => {
  it("hears how far a generator is, and shows no picture of that", async () => {
    const shares: number[] = [];
    function* slowly(): Generator<{ step: number; steps: number }, string> {
      for (let step = 1; step <= 4; step++) {
        const began = performance.now();
        while (performance.now() - began < 30);
        yield { step, steps: 4 };
      }
      return "done";
    }
    const show = (): void => assert.fail("a picture was shown");
    const { parts, end } = await runOnce(slowly, {
      show,
      isOutdated: () => false,
      onProgress: (share) => shares.push(share),
    });
    assert.deepEqual([shares, end], [[0.25, 0.5, 0.75, 1], "done"]);
    assert.deepEqual(
      parts.map(({ sent }) => sent),
      [{ kind: "text", text: "done" }],
    );
  });
});

describe("what a live picture's function gives", () => {
  const twoDigits = new Float32Array(2 * PIXELS).fill(-1);

  it("is shown by its form", () => {
    const step = { predictedX0: () => twoDigits, images: () => twoDigits };
    const table = { headers: ["w"], rows: [[1]] };
    const figure = { data: [{ type: "scatter", y: [1] }] };
    const kinds = partsOf([
      twoDigits,
      { images: twoDigits, shape: [2, 32, 32, 1] },
      step,
      { a: twoDigits, b: twoDigits },
      figure,
      table,
      "text",
      3,
    ]);
    assert.deepEqual(
      kinds.map(({ sent }) => sent.kind),
      ["digits", "digits", "digits", "digits", "figure", "table", "text", "text"],
    );
    assert.throws(() => partsOf(undefined), /It returned nothing/);
    assert.throws(() => partsOf(new Float32Array(7)), /7 pixels in 1 rows/);
  });

  it("is kept as a figure under its settings; tables and text, where there is no picture, as they are", () => {
    const still = stillBundle(
      partsOf([{ digits: { "w = 1": twoDigits }, title: "Mine" }, "and text"]),
      "w = 1",
    );
    const { layout } = still[PLOTLY] as { layout: { title: { text: string } } };
    assert.equal(layout.title.text, "Mine · w = 1");
    assert.match(String(still["text/plain"]), /Mine · w = 1.*\nand text/);
    const words = stillBundle(partsOf([{ headers: ["w"], rows: [["<b>"]] }]), "w = 1");
    assert.match(String(words["text/html"]), /<p>w = 1<\/p>\n<table>[^]*&lt;b&gt;/);
  });

  it("is printed once where there is no notebook, for the values at first", async (t) => {
    const log = t.mock.method(console, "log", () => undefined);
    const seen: number[] = [];
    await live({ w: slider(0, 8, { value: 1.5 }) }, ({ w }) => {
      seen.push(w);
      return "drawn";
    });
    assert.deepEqual(seen, [1.5]);
    assert.equal(log.mock.calls[0].arguments[0], "w = 1.5\ndrawn");
  });
});

it("the newest of many wishes is performed, after the one in work, which is told", async () => {
  const performed: string[] = [];
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const newest = newestWins<number>(
    async (wish, isOutdated) => {
      if (wish === 1) setImmediate(() => [2, 3, 4].forEach(newest.ask));
      while (wish === 1 && !isOutdated()) await new Promise((go) => setImmediate(go));
      performed.push(`${wish}${isOutdated() ? " outdated" : ""}`);
      if (wish === 4) end();
    },
    () => Promise.resolve(),
  );
  newest.ask(1);
  await ended;
  assert.deepEqual(performed, ["1 outdated", "4"]);
});

it("a notebook's file keeps the picture and that it is a live one, and nothing that only a kernel answers", () => {
  const data = {
    "application/vnd.jupyter.widget-view+json": { model_id: "a" },
    "application/vnd.cfg-lib.live+json": {},
    [PLOTLY]: {},
    "text/plain": "",
  };
  const notebook = {
    cells: [
      {
        cell_type: "code" as const,
        source: "",
        metadata: {},
        outputs: [{ output_type: "display_data" as const, data }],
      },
    ],
    metadata: { widgets: {} },
  };
  clean(notebook);
  const kept = ["application/vnd.cfg-lib.live+json", PLOTLY, "text/plain"];
  assert.deepEqual(Object.keys(notebook.cells[0].outputs[0].data), kept);
  assert.deepEqual(notebook.metadata, {});
});
