/** Every exercise's check, on its solution, its gap, the usual wrong answers, and answers as students write them. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { gap, NULL_LABEL, startEngine } from "cfg-lib";
import { checkedExercise, exercises } from "cfg-lib/dist/exercises/catalogue";
import type { CheckedExercise, Verdict } from "cfg-lib/dist/exercises/exercise";
import { solvedCode, studentCode } from "cfg-lib/dist/exercises/solution-marks";
import { answerIn, exerciseCells } from "./cells";

before(() => void startEngine());

const withChecks = exercises.filter((one): one is CheckedExercise => one.kind === "check");
const cells = exerciseCells();
const check = (id: string, answer: unknown): Verdict => checkedExercise(id).check(answer);

test("each exercise with a check has its cells, in the notebook it names, and the cells have no others", () => {
  assert.deepEqual(
    cells.map(({ id, notebook }) => [notebook, id]).sort(),
    withChecks.map(({ id, notebook }) => [notebook, id]).sort(),
  );
  assert.equal(new Set(exercises.map(({ id }) => id)).size, exercises.length, "two have one word");
});

for (const { id, gap, answer } of cells) {
  test(`${id}: the solution is right, with nbgrader's marks and without`, () => {
    for (const code of [gap, solvedCode(gap)]) {
      const verdict = check(id, answerIn(code, answer));
      assert.equal(verdict.state, "right", verdict.observed.join(" "));
    }
    assert.doesNotMatch(solvedCode(gap), /SOLUTION|cfg\.gap/);
  });

  test(`${id}: its gap is "not yet tried", and so is nothing at all`, () => {
    assert.equal(check(id, answerIn(studentCode(gap), answer)).state, "untried");
    assert.equal(check(id, undefined).state, "untried");
  });
}

for (const { id, mistakes, hint } of withChecks)
  for (const mistake of mistakes)
    test(`${id}: "${mistake.name}" gets its own hint, and is told what was seen`, () => {
      const verdict = check(id, mistake.answer);
      assert.equal(verdict.state, "wrong");
      assert.equal(verdict.hint, mistake.hint);
      assert.equal(verdict.mistake, mistake.name);
      assert.ok(verdict.observed[0].length > 20, verdict.observed[0]);
      assert.notEqual(verdict.hint, hint);
    });

test("hints are sentences, and no two of an exercise are the same", () => {
  for (const { id, mistakes, hint } of withChecks) {
    const hints = [hint, ...mistakes.map((one) => one.hint)];
    assert.equal(new Set(hints).size, hints.length, id);
    for (const one of hints) assert.match(one, /[.?)]$|: c$/, `${id}: ${one}`);
  }
});

type Numbers = number[];

/** Right answers in other styles. */
const RIGHT: [id: string, style: string, answer: unknown][] = [
  [
    "guidance",
    "the other form",
    (u: Numbers, c: Numbers, w: number) => u.map((x, i) => (1 - w) * x + w * c[i]),
  ],
  [
    "guidance",
    "the paper's form",
    (u: Numbers, c: Numbers, w: number) => c.map((x, i) => x + (w - 1) * (x - u[i])),
  ],
  ["guidance", "tensors", (u: Numbers, c: Numbers, w: number) => tf.add(u, tf.mul(w, tf.sub(c, u)))],
  [
    "guidance",
    "a loop that writes into what it was given",
    (u: Numbers, c: Numbers, w: number) => {
      for (let i = 0; i < u.length; i++) u[i] += w * (c[i] - u[i]);
      return u;
    },
  ],
  [
    "guidance",
    "a typed array",
    (u: Numbers, c: Numbers, w: number) => Float32Array.from(u, (x, i) => x + w * (c[i] - x)),
  ],
  [
    "label-dropout",
    "a loop",
    (labels: Numbers, draws: Numbers, rate: number) => {
      const kept = [...labels];
      for (const [i, draw] of draws.entries()) if (draw < rate) kept[i] = NULL_LABEL;
      return new Int32Array(kept);
    },
  ],
  [
    "label-dropout",
    "tensors",
    (labels: Numbers, draws: Numbers, rate: number) =>
      tf.where(tf.less(draws, rate), tf.fill([labels.length], NULL_LABEL), labels),
  ],
  [
    "which-passes",
    "words in place of a comparison",
    (w: number) => (w === 0 ? [true, false] : w === 1 ? [false, true] : [true, true]),
  ],
  [
    "doubled-batch",
    "one list for all rows",
    (both: Numbers[], w: number) =>
      both.slice(0, 2).flatMap((row, i) => row.map((u, j) => u + w * (both[i + 2][j] - u))),
  ],
  [
    "fair-comparison",
    "the seed left to its default",
    (w: number) => ({ labels: Array<number>(12).fill(7), guidanceScale: w }),
  ],
  ["crossing", "a tensor", tf.scalar(143)],
  ["conv-size", "written out", 3 ** 2 * 128 * 256 + 256],
];

for (const [id, style, answer] of RIGHT)
  test(`${id}: right as ${style}`, () => {
    const verdict = check(id, answer);
    assert.equal(verdict.state, "right", verdict.observed.join(" "));
  });

/** What students write, and what must be said of it. */
const SAID: [id: string, what: string, answer: unknown, sentence: RegExp][] = [
  [
    "guidance",
    "halves swapped, with tensors",
    (u: Numbers, c: Numbers, w: number) => tf.add(c, tf.mul(w, tf.sub(u, c))),
    /^At w = 0 \(epsU = \[0\.2, 1, -0\.5\], epsC = \[0\.8, 0\.6, -0\.1\]\) your result is \[0\.8, 0\.6, -0\.1\]; it should be \[0\.2, 1, -0\.5\]\./,
  ],
  [
    "guidance",
    "halves swapped",
    (u: Numbers, c: Numbers, w: number) => u.map((x, i) => w * x + (1 - w) * c[i]),
    /At w = 0 your result depends on epsC; it must not\./,
  ],
  [
    "guidance",
    "w times epsC",
    (_: Numbers, c: Numbers, w: number) => c.map((x) => w * x),
    /At w = 0 your result does not depend on epsU; it should\./,
  ],
  ["guidance", "no return", () => undefined, /your function returns nothing\. Is a return missing\?/],
  [
    "guidance",
    "one number short",
    (u: Numbers) => u.slice(1),
    /your result has 2 values; it should have 3 values\./,
  ],
  [
    "guidance",
    "a misspelt place",
    (u: Numbers, c: Numbers, w: number) => u.map((x, i) => x + w * (c[i + 1] - x)),
    /your result holds NaN/,
  ],
  ["guidance", "an error", () => [1][0].toFixed(200), /your code stops with an error: /],
  ["guidance", "a promise", () => Promise.resolve([1]), /returns a promise\. Write it without async/],
  [
    "guidance",
    "its value in place of the function",
    [0.2, 1],
    /What was given is \[0\.2, 1\], no function\./,
  ],
  [
    "guidance",
    "right at w = 0 and 1 alone",
    (u: Numbers, c: Numbers, w: number) => u.map((x, i) => x + w ** 2 * (c[i] - x)),
    /2 of 5 cases come out right\./,
  ],
  ["reverse-step", "noise in the last step", null, /At t = 0 your result depends on z; it must not\./],
  ["label-dropout", "a rate that is written in", null, /At rate = 0\.5/],
  ["crossing", "half way", 150, /At t = 150 46 % of the variance are the digit's and 54 % the noise's\./],
  ["crossing", "no timestep", 0.5, /A timestep is a whole number from 0 to 299\./],
  ["crossing", "two numbers", [100, 200], /What was given is 100,200\./],
  ["stronger-knob", "too small", 5, /At w = 5 it is 25\.\d % of the probability\./],
  ["obey", "too small", 1, /At w = 1 the judge reads 9 of the ten digits/],
];

/** Whole functions are too long for the table: the listed mistakes'. */
const LISTED: Record<string, string> = { "reverse-step": "noise at t = 0", "label-dropout": "a fixed rate" };

for (const [id, what, given, sentence] of SAID)
  test(`${id}, ${what}: says ${sentence.source}`, () => {
    const answer = given ?? checkedExercise(id).mistakes.find(({ name }) => name === LISTED[id])!.answer;
    const { state, observed } = check(id, answer);
    assert.equal(state, "wrong");
    assert.match(observed.join(" "), sentence);
  });

test("a gap that only some cases reach is not yet tried, and no check leaves tensors behind", () => {
  assert.equal(check("which-passes", (w: number) => (w === 0 ? [true, false] : gap())).state, "untried");
  const before = tf.memory().numTensors;
  for (const { id, gap: code, answer } of cells) check(id, answerIn(solvedCode(code), answer));
  check("add-condition", (h: tf.Tensor) => tf.mul(h, 2));
  assert.equal(tf.memory().numTensors, before);
});

test("an exercise that is not there is answered with those that are", () => {
  assert.throws(() => checkedExercise("guidence"), /no exercise "guidence"; there are guidance, which-w, /);
  assert.throws(() => checkedExercise("which-w"), /is a prediction: call cfg\.predict and cfg\.outcome/);
});
