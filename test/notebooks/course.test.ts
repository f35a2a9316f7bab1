/** Every committed notebook: its form, and that it runs from top to bottom on a fresh kernel. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { execute } from "../../scripts/notebooks/execute";
import {
  courseNotebooks,
  FOLDER,
  type Output,
  PLOTLY,
  PNG,
  readNotebook,
  textOf,
} from "../../scripts/notebooks/notebook-file";

/** Seconds that a notebook may take. On 2 idle cores each takes less than 180; the test allows for a busy machine. */
const TIME_LIMIT = 180;

const folder = mkdtempSync(path.join(os.tmpdir(), "course-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const notebooks = courseNotebooks();

/**
 * What is shortened here: how many steps are trained and sampled, on how many digits, at how many settings, and how often a
 * time is taken. The committed outputs are of the whole notebooks; these runs show that every cell runs.
 */
const SHORTENED: Record<string, [text: string, shorter: string][]> = {
  "04_training.ipynb": [
    ["const BATCH_SIZE = 128;", "const BATCH_SIZE = 16;"],
    ["const STEPS = 60;", "const STEPS = 3;"],
    ["seed: 1, steps: 60 });", "seed: 1, steps: 4 });"],
    ["seed: 2, steps: 60 };", "seed: 2, steps: 4 };"],
  ],
  "05_sampling.ipynb": [
    [
      "cfg.sample(model, { labels: digits, guidanceScale, seed })",
      "cfg.sample(model, { labels: digits, guidanceScale, seed, steps: 5 })",
    ],
    ["length: 15 }", "length: 3 }"],
    ["a - b)[7]", "a - b)[1]"],
    ["let t = 299;", "let t = 9;"],
    [
      "guidanceScale: w, seed: 1 });",
      "guidanceScale: w, seed: 1, timesteps: Array.from({ length: 10 }, (_, i) => 9 - i) });",
    ],
    ["seed: 8, steps: 60 });", "seed: 8, steps: 4 });"],
  ],
  "06_guidance_scale.ipynb": [["steps: 8 }; // as good", "steps: 3 }; // as good"]],
  "07_faster_samplers.ipynb": [
    ["cfg.trailingTimesteps(schedule, 20)", "cfg.trailingTimesteps(schedule, 6)"],
    ["steps: 20 }).images", "steps: 6 }).images"],
    ["cfg.ddim({ eta }), steps: 20 });", "cfg.ddim({ eta }), steps: 4 });"],
    ["sampler: cfg.dpmSolver, steps: 300 });", "sampler: cfg.dpmSolver, steps: 12 });"],
    ["[2, 3, 4, 6, 8, 12, 20, 50];", "[2, 3];"],
    [
      "cfg.samplerOf(sampler), steps, guidanceScale",
      "cfg.samplerOf(sampler), steps: Math.min(steps, 4), guidanceScale",
    ],
    ["cfg.labelsFor(500)", "cfg.labelsFor(50)"],
    ["steps > 100 ? 1 : 5 }", "1 }"],
    ["steps: 8, ...options });", "steps: 2, ...options });"],
    ["[8, 6, 4, 3].map(", "[4].map("],
    ["length: 9 }", "length: 3 }"],
    ["a - b)[4]", "a - b)[1]"],
  ],
  "08_measuring_guidance.ipynb": [
    ["cfg.labelsFor(100);", "cfg.labelsFor(20);"],
    ['"  steps: 8,', '"  steps: 2,'],
    ["[50, 100, 200, 500, 1000, 2000];", "[50, 100];"],
    ["toFloat(test.images);", "toFloat(test.images.subarray(0, 2000 * cfg.PIXELS));"],
    ['"  n: 100,', '"  n: 20,'],
    ["cfg.choice([100, 1000])", "cfg.choice([20, 1000])"],
    ["const train = loadMnist();", "const train = test;"],
    ["1000 * cfg.PIXELS", "200 * cfg.PIXELS"],
    ["[1000, ...cfg.IMAGE_SHAPE]", "[200, ...cfg.IMAGE_SHAPE]"],
  ],
  "09_what_the_schedule_hides.ipynb": [
    ["cfg.labelsFor(200)", "cfg.labelsFor(20)"],
    ['"  steps: 8,', '"  steps: 3,'],
    ["[262, 187, 149, 112, 37];", "[37];"],
    ["inPlaceOfTest, 500, 40);", "inPlaceOfTest, 500, 1);"],
    ["inPlaceOfTest, 5000, 1);", "inPlaceOfTest, 500, 1);"],
  ],
  "10_beyond_plain_guidance.ipynb": [
    ["sampler: cfg.dpmSolver, steps: 8 };", "sampler: cfg.dpmSolver, steps: 3 };"],
    ["[1.25, 1.5, 2, 3]", "[1.5]"],
    ["const chosenDigits = board.map(", "const chosenDigits = board.slice(0, 3).map("],
    ["cfg.labelsFor(100)", "cfg.labelsFor(20)"],
  ],
  "11_your_own_network.ipynb": [
    ["const SECONDS = 90;", "const SECONDS = 2;"],
    ["const N = 1000;", "const N = 20;"],
    ["of [1.25, 1.5, 2])", "of [1.25])"],
  ],
};

/** Executes a notebook in a folder of its own, where no earlier run has left anything. */
async function executeShortened(file: string): ReturnType<typeof execute> {
  const name = path.basename(file);
  let text = readFileSync(file, "utf8");
  for (const [long, short] of SHORTENED[name] ?? []) {
    assert.ok(text.includes(long), `${name} has no "${long}"`);
    text = text.replace(long, short);
  }
  const own = mkdtempSync(path.join(FOLDER, "test-"));
  try {
    writeFileSync(path.join(own, name), text);
    return await execute(path.join(own, name), path.join(folder, name), { cellTimeLimit: TIME_LIMIT });
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

test("the course has its thirteen notebooks", () => {
  assert.deepEqual(
    notebooks.map((file) => path.basename(file).slice(0, 2)),
    ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"],
  );
});

for (const [i, file] of notebooks.entries()) {
  const name = path.basename(file);
  const { cells } = readNotebook(file);
  const outputs = cells.flatMap((cell): Output[] => cell.outputs ?? []);

  test(`${name} opens with what you will do, learn and need, and ends with questions and folded answers`, () => {
    const first = textOf(cells[0].source);
    for (const words of ["**You will**", "**You will learn**", "**You need**"])
      assert.ok(first.includes(words), words);
    const texts = cells.filter((cell) => cell.cell_type === "markdown").map((cell) => textOf(cell.source));
    // A notebook opens with outputs that the reader has not made.
    assert.doesNotMatch(texts.join("\n"), /\bjust (now|ran)\b/);
    const questions = texts.slice(texts.findIndex((text) => text.startsWith("## Questions")));
    assert.ok(questions.join("\n").match(/<details><summary>Answer<\/summary>/g)!.length >= 3);
  });

  test(`${name} closes with what you now know, in three lines, and leads to the next, the last one to the first`, () => {
    const last = textOf(cells.at(-1)!.source);
    assert.match(last, /^## What you now know\n/);
    assert.equal(last.match(/^- /gm)!.length, 3);
    const next = path.basename(notebooks[(i + 1) % notebooks.length]);
    assert.ok(last.split("\n").at(-1)!.includes(`](${next})`), `no link to ${next} in the last line`);
  });

  test(`${name} is committed executed, in order, without errors or paths of a machine, each figure with a picture`, () => {
    const code = cells.filter((cell) => cell.cell_type === "code");
    assert.deepEqual(
      code.map((cell) => cell.execution_count),
      code.map((_, i) => i + 1),
    );
    assert.ok(outputs.every((output) => output.output_type !== "error" && output.name !== "stderr"));
    const text = readFileSync(file, "utf8");
    assert.doesNotMatch(text, /\/(home|root|work|Users|tmp)\//);
    const figures = outputs.filter((output) => output.data && PLOTLY in output.data);
    assert.ok(figures.length > 0, "no figure");
    assert.ok(figures.every((output) => PNG in output.data!));
    assert.ok(statSync(file).size < 1.6e6, `${statSync(file).size} bytes`);
  });

  test(`${name} runs from top to bottom on a fresh kernel within ${TIME_LIMIT} s`, async (t) => {
    const result = await executeShortened(file);
    assert.ok(
      !("failedCell" in result),
      "message" in result ? `cell ${result.failedCell + 1}: ${result.message}` : "",
    );
    t.diagnostic(`${name}: ${result.seconds.toFixed(0)} s`);
    assert.ok(result.seconds < TIME_LIMIT, `${result.seconds.toFixed(0)} s`);
  });
}
