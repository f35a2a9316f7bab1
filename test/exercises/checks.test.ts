/** Every exercise's check, on its solution, its gap, the usual wrong answers, and answers as students write them. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  addNoise,
  check as checkCell,
  convertPrediction,
  ddimStep,
  gap,
  NULL_LABEL,
  predictX0,
  type Schedule,
  sinusoidalEmbedding,
  startEngine,
  weightedSum,
} from "cfg-lib";
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
  [
    "reverse-step",
    "the posterior mean around the guess at x_0",
    (x: Numbers, eps: Numbers, t: number, z: Numbers, { betas, alphas, alphaBars }: Schedule) =>
      x.map((value, i) => {
        const guess = (value - Math.sqrt(1 - alphaBars[t]) * eps[i]) / Math.sqrt(alphaBars[t]);
        if (t === 0) return guess;
        const [ofX0, ofXt] = [
          Math.sqrt(alphaBars[t - 1]) * betas[t],
          Math.sqrt(alphas[t]) * (1 - alphaBars[t - 1]),
        ];
        return (ofX0 * guess + ofXt * value) / (1 - alphaBars[t]) + Math.sqrt(betas[t]) * z[i];
      }),
  ],
  [
    "noisy-image",
    "the library",
    (x0: Numbers, t: number, noise: Numbers, schedule: Schedule) =>
      addNoise(schedule, tf.tensor4d(x0, [1, 1, 3, 1]), [t], tf.tensor4d(noise, [1, 1, 3, 1])),
  ],
  [
    "clean-guess",
    "the library",
    (xt: Numbers, t: number, noise: Numbers, schedule: Schedule) =>
      predictX0(schedule, tf.tensor4d(xt, [1, 1, 3, 1]), t, tf.tensor4d(noise, [1, 1, 3, 1])),
  ],
  ["time-waves", "the library", (t: number, dim: number) => sinusoidalEmbedding([t], dim)],
  [
    "ddim-step",
    "the library",
    (x0: Numbers, eps: Numbers, alphaBar: number, alphaBarNext: number) =>
      ddimStep({
        x0: tf.tensor4d(x0, [1, 1, 3, 1]),
        eps: tf.tensor4d(eps, [1, 1, 3, 1]),
        alphaBar,
        alphaBarNext,
        z: null,
      }),
  ],
  [
    "velocity",
    "the library",
    (x0: Numbers, eps: Numbers, alphaBar: number) => {
      const [image, noise] = [x0, eps].map((one) => tf.tensor4d(one, [1, 1, 3, 1]));
      const xt = weightedSum(Math.sqrt(alphaBar), image, Math.sqrt(1 - alphaBar), noise);
      return alphaBar === 0 ? tf.neg(image) : convertPrediction(noise, "noise", "v", { xt, alphaBar });
    },
  ],
  [
    "look-back",
    "from the guess before, all the way",
    (x0: Numbers, x0Last: Numbers, r: number) =>
      x0Last.map((last, i) => last + (x0[i] - last) * (1 + 1 / (2 * r))),
  ],
  [
    "frechet-line",
    "the trace, as for a covariance",
    (meanA: number, varA: number, meanB: number, varB: number) =>
      (meanA - meanB) ** 2 + varA + varB - 2 * Math.sqrt(varA * varB),
  ],
  [
    "precision",
    "loops and squares",
    (drawn: Numbers, real: Numbers, radii: Numbers) => {
      let inside = 0;
      for (const x of drawn) {
        let found = false;
        for (const [i, place] of real.entries()) if ((x - place) ** 2 <= radii[i] ** 2) found = true;
        if (found) inside++;
      }
      return inside / drawn.length;
    },
  ],
  [
    "guess-from-v",
    "by way of the noise",
    (xt: Numbers, v: Numbers, alphaBar: number) => {
      const [a, s] = [Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)];
      return xt.map((x, i) => (x - s * (s * x + a * v[i])) / a);
    },
  ],
  [
    "rescaled",
    "tensors",
    (g: Numbers, c: Numbers, phi: number) => {
      const [ofG, ofC] = [g, c].map((all) => tf.sqrt(tf.moments(tf.tensor1d(all)).variance));
      return tf.add(tf.mul(phi, tf.mul(tf.div(ofC, ofG), g)), tf.mul(1 - phi, g));
    },
  ],
  [
    "across",
    "along a direction of length 1",
    (delta: Numbers, c: Numbers) => {
      const unit = c.map((value) => value / Math.hypot(...c));
      const along = delta.reduce((sum, value, i) => sum + value * unit[i], 0);
      return Float32Array.from(delta, (value, i) => value - along * unit[i]);
    },
  ],
  [
    "learning-rate",
    "a squared cosine",
    (done: number, steps: number, warmup: number, rate: number) => {
      const whole = rate * Math.cos((Math.PI * done) / (2 * steps)) ** 2;
      return done + 1 < warmup ? (whole * (done + 1)) / warmup : whole;
    },
  ],
  ["average-decay", "rounded to three digits", 0.992],
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
    /Right in 2 of 5 cases\./,
  ],
  ["rescaled", "all of it scaled", null, /At phi = 0 your result depends on c; it must not\./],
  ["reverse-step", "noise in the last step", null, /At t = 0 your result depends on z; it must not\./],
  ["label-dropout", "a rate that is written in", null, /At rate = 0\.5/],
  ["crossing", "half way", 150, /At t = 150 46 % of the variance are the digit's and 54 % the noise's\./],
  ["crossing", "no timestep", 0.5, /A timestep is a whole number from 0 to 299\./],
  ["crossing", "two numbers", [100, 200], /What was given is 100,200\./],
  ["stronger-knob", "too small", 5, /At w = 5 it is 25\.\d % of the probability\./],
  ["obey", "too small", 1, /At w = 1 the judge reads 9 of the ten digits/],
];

/** Whole functions are too long for the table: the listed mistakes'. */
const LISTED: Record<string, string> = {
  "reverse-step": "noise at t = 0",
  "label-dropout": "a fixed rate",
  rescaled: "whole",
};

for (const [id, what, given, sentence] of SAID)
  test(`${id}, ${what}: says ${sentence.source}`, () => {
    const answer = given ?? checkedExercise(id).mistakes.find(({ name }) => name === LISTED[id])!.answer;
    const { state, observed } = check(id, answer);
    assert.equal(state, "wrong");
    assert.match(observed.join(" "), sentence);
  });

test("nothing is said of an argument that has a part in the right answer", () => {
  const said = (id: string): string =>
    checkedExercise(id)
      .mistakes.map(({ answer }) => check(id, answer).observed.join(" "))
      .join(" ");
  assert.doesNotMatch(said("rescaled"), /At phi = (0\.7|1) your result depends on/);
  assert.doesNotMatch(said("precision"), /depends? on/);
});

/** The usual wrong answers once more, as students write them. */
const WRITTEN: [id: string, mistake: string, code: string][] = [
  [
    "guidance",
    "halves swapped",
    "const answer = (cond: number[], uncond: number[], w: number) => cond.map((c, i) => uncond[i] + w * (c - uncond[i]));",
  ],
  [
    "guidance",
    "w - 1",
    "function answer(u: number[], c: number[], w: number) { w = w - 1; return u.map((x, i) => x + w * (c[i] - x)); }",
  ],
  [
    "guidance",
    "the paper's w",
    "function answer(u: number[], c: number[], w: number) { return c.map((x, i) => (1 + w) * x - w * u[i]); }",
  ],
  [
    "label-dropout",
    "mask the wrong way round",
    "const answer = (labels: number[], draws: number[], rate: number) => labels.map((l, i) => (draws[i] < rate ? l : 10));",
  ],
  [
    "label-dropout",
    "per batch",
    "const answer = (labels: number[], [draw]: number[], rate: number) => (draw < rate ? labels.map(() => 10) : labels);",
  ],
  [
    "label-dropout",
    "the null label as class 0",
    "const answer = (labels: number[], draws: number[], rate: number) => labels.map((l, i) => l * Number(draws[i] >= rate));",
  ],
  [
    "noisy-image",
    "alpha for alphaBar",
    `function answer(x0: number[], t: number, noise: number[], { alphas }: { alphas: Float32Array }) {
       return tf.add(tf.mul(x0, Math.sqrt(alphas[t])), tf.mul(noise, Math.sqrt(1 - alphas[t]))); }`,
  ],
  [
    "reverse-step",
    "noise at t = 0",
    `function answer(x: number[], eps: number[], t: number, z: number[], { betas, alphas, alphaBars }: cfg.Schedule) {
       const mean = x.map((v, i) => (v - (1 - alphas[t]) / Math.sqrt(1 - alphaBars[t]) * eps[i]) / Math.sqrt(alphas[t]));
       return mean.map((m, i) => m + Math.sqrt(betas[t]) * z[i]); }`,
  ],
  [
    "which-passes",
    "w = 1 forgotten",
    "const answer = (w: number) => (w === 0 ? [true, false] : [true, true]);",
  ],
  [
    "late-guidance",
    "the label ignored before",
    "const answer = (u: tf.Tensor4D, c: tf.Tensor4D, { t, guidanceScale }) => cfg.guide(u, c, t > 200 ? 0 : guidanceScale);",
  ],
];

for (const [id, mistake, code] of WRITTEN)
  test(`${id}: "${mistake}" is recognised however it is written`, () => {
    assert.equal(check(id, answerIn(code, "answer")).mistake, mistake);
  });

test("within nbgrader the cell of a wrong or missing answer fails, and that of a right one does not", (t) => {
  t.mock.method(console, "log", () => undefined);
  process.env.NBGRADER_EXECUTION = "autograde";
  t.after(() => delete process.env.NBGRADER_EXECUTION);
  const right = (u: Numbers, c: Numbers, w: number): Numbers => u.map((x, i) => x + w * (c[i] - x));
  assert.doesNotThrow(() => checkCell("guidance", right));
  assert.throws(() => checkCell("guidance", (u: Numbers) => u), /At w = 1 .* it should be/);
  assert.throws(() => checkCell("guidance", () => gap()), /the guided prediction: not yet tried/);
  delete process.env.NBGRADER_EXECUTION;
  assert.doesNotThrow(() => checkCell("guidance", (u: Numbers) => u));
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
