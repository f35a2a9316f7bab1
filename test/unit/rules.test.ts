import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  apg,
  autoguidance,
  cfgPlusPlus,
  cfgPlusPlusToPlain,
  cfgZeroStar,
  type Combine,
  cosineRamp,
  customRule,
  ddim,
  ddpm,
  type GuidanceRule,
  inSpace,
  limitedInterval,
  linearRamp,
  linearSchedule,
  normal,
  plain,
  type Predict,
  guidedPrediction,
  rescaled,
  ruleOf,
  type RuleSettings,
  sample,
  sampleAll,
  scaleOverTime,
  startEngine,
  trailingTimesteps,
  withAutoguidance,
  zeroTerminalSnrSchedule,
} from "cfg-lib";
import { rescale } from "cfg-lib/dist/guidance/rescaled";
import { zeroStarFactor } from "cfg-lib/dist/guidance/cfg-zero-star";

before(() => startEngine());

const schedule = linearSchedule();
const image = (key: number, n = 3): tf.Tensor4D => tf.tensor4d(normal(n * 16, key), [n, 4, 4, 1]);
const labels = [0, 4, 8];
const IMAGE = [4, 4, 1] as const;

/** A small smooth model whose answer depends on image, time and label. */
const predict: Predict = (x, t, asked) =>
  tf.tidy(() => {
    const y = tf.tensor4d(
      asked.map((label) => (label === 10 ? 0 : 0.3 - 0.1 * label)),
      [asked.length, 1, 1, 1],
    );
    return tf.tanh(tf.add<tf.Tensor4D>(tf.mul(x, 0.9), tf.add(y, 0.002 * t)));
  });

function run(options: Partial<Parameters<typeof sampleAll>[0]>): Float32Array {
  return sampleAll({ predict, schedule, labels, sampler: ddim(), steps: 10, imageShape: IMAGE, ...options })
    .images;
}

function furthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
}

/** One prediction of a rule at t = 150. */
function ask(rule: GuidanceRule, w: number, predicts: "noise" | "v" = "noise"): Float32Array {
  return tf.tidy(() =>
    guidedPrediction(predict, image(5), 150, {
      ...{ labels, guidanceScales: [w, w, w], nullLabel: 10, rule, predicts },
      place: { timesteps: 300, step: 3, steps: 10, alphaBar: 0.4, alphaBarNext: 0.6 },
    }).guided.dataSync<"float32">(),
  );
}

const ONE_PREDICTION: GuidanceRule[] = [
  ...[plain, rescaled(), apg(), inSpace("x0", apg()), cfgZeroStar()],
  ...[limitedInterval({ high: 200 }), scaleOverTime()],
];

test("at w = 1 every rule but CFG++ is the conditional prediction, called or not", () => {
  for (const rule of ONE_PREDICTION) {
    assert.ok(furthest(ask(rule, 1), ask(plain, 1)) < 1e-6, rule.name);
    assert.ok(
      furthest(ask({ ...rule, onePassAt: [] }, 1), ask(plain, 1)) < 1e-5,
      `${rule.name}, both passes`,
    );
  }
});

test("rules with their effect switched off are plain guidance", () => {
  const off: GuidanceRule[] = [
    ...[rescaled({ phi: 0 }), apg({ eta: 1 }), inSpace("x0", apg({ eta: 1 })), inSpace("v", plain)],
    ...[limitedInterval({ high: 299 }), scaleOverTime({ ramp: () => 1 })],
  ];
  for (const rule of off) assert.ok(furthest(ask(rule, 3), ask(plain, 3)) < 2e-5, rule.name);
});

test("rescaled by all of phi, the prediction of each image has the conditional one's standard deviation", () => {
  tf.tidy(() => {
    const [guided, c] = [tf.mul<tf.Tensor4D>(image(1), 5), image(2)];
    const std = (x: tf.Tensor4D): ArrayLike<number> => tf.sqrt(tf.moments(x, [1, 2, 3]).variance).dataSync();
    assert.ok(furthest(std(rescale(guided, c, 1)), std(c)) < 1e-5);
  });
});

test("APG's update has no part along the conditional prediction, and is no longer than its limit", () => {
  const difference = (rule: GuidanceRule): tf.Tensor4D => tf.tensor4d(ask(rule, 2), [3, ...IMAGE]); // c + update
  tf.tidy(() => {
    const c = tf.tensor4d(ask(plain, 1), [3, ...IMAGE]);
    const update = tf.sub<tf.Tensor4D>(difference(apg()), c);
    const dots = tf.sum(tf.mul(update, c), [1, 2, 3]).dataSync();
    assert.ok(Math.max(...dots.map(Math.abs)) < 1e-4);
    const capped = tf.sub(difference(apg({ eta: 1, normThreshold: 0.1 })), c);
    const lengths = tf.sqrt(tf.sum(tf.square(capped), [1, 2, 3])).dataSync();
    for (const length of lengths) assert.ok(length < 0.1 + 1e-5, `${length}`);
  });
});

test("APG's momentum adds a share of the last update, and its memory ends with the run", () => {
  const state = new Map<string, tf.Tensor>();
  const [u, c] = [image(1), image(2)];
  const known = { xt: u, t: 0, timesteps: 300, step: 0, steps: 2, alphaBar: 0.5, alphaBarNext: 0.6 };
  const rule = apg({ eta: 1, momentum: -0.5 });
  const call = (): ArrayLike<number> =>
    rule.combine(u, c, { ...known, predicts: "noise", scales: [2, 2, 2], state }).dataSync();
  const [first, second] = [call(), call()];
  const difference = tf.sub(c, u).dataSync();
  const expected = Array.from(first, (value, i) => value - 0.5 * difference[i]);
  assert.ok(furthest(second, expected) < 1e-5);
  const tensors = tf.memory().numTensors;
  run({ rule, guidanceScale: 3 });
  assert.equal(tf.memory().numTensors, tensors);
});

test("CFG-Zero* finds how much of u is in c: 2 where c = 2u, 0 where they are at right angles", () => {
  tf.tidy(() => {
    const u = image(1);
    assert.ok(furthest(zeroStarFactor(u, tf.mul(u, 2)).dataSync(), [2, 2, 2]) < 1e-5);
    const [a, b] = [tf.tensor4d([1, 0], [1, 1, 2, 1]), tf.tensor4d([0, 1], [1, 1, 2, 1])];
    assert.equal(zeroStarFactor(a, b).dataSync()[0], 0);
  });
});

test("zero-init leaves a velocity of zero, and is refused for a network that predicts noise", () => {
  const rule = cfgZeroStar({ zeroInitSteps: 4 });
  assert.deepEqual(new Set(ask(rule, 3, "v")), new Set([0]));
  assert.throws(() => ask(rule, 3), /zero-init.*predicts noise/);
});

test("CFG++ makes the steps of plain guidance with the scale that belongs to each step", () => {
  const lambda = 0.6;
  const visited = trailingTimesteps(schedule, 10);
  const scaleAt = (
    _: number,
    { alphaBar, alphaBarNext }: { alphaBar: number; alphaBarNext: number },
  ): number => cfgPlusPlusToPlain(lambda, alphaBar, alphaBarNext);
  const ours = run({ rule: cfgPlusPlus, guidanceScale: lambda, timesteps: visited });
  const same = run({ rule: { ...plain, scaleAt }, guidanceScale: lambda, timesteps: visited });
  assert.ok(furthest(ours, same) < 1e-4);
  assert.ok(furthest(ours, run({ guidanceScale: lambda })) > 1e-3, "and it is not plain guidance at lambda");
});

test("autoguidance goes from the weak network's prediction with the label through the strong one's", () => {
  const weak: Predict = (x, t, asked) => tf.tidy(() => tf.mul(predict(x, t, asked), 0.5));
  const c = ask(plain, 1);
  const expected = Array.from(c, (value) => 0.5 * value + 3 * (value - 0.5 * value));
  assert.ok(furthest(ask(autoguidance(weak), 3), expected) < 1e-5);
  assert.throws(() => autoguidance(undefined), /predict function/);
});

test("a rule with autoguidance is the rule where autoScale is 1, and autoguidance where w is 1", () => {
  let asked = 0;
  const weak: Predict = (x, t, asks) => {
    asked += asks.length;
    return tf.tidy(() => tf.mul(predict(x, t, asks), 0.5));
  };
  assert.ok(furthest(ask(withAutoguidance(weak, { autoScale: 1 }), 3), ask(plain, 3)) < 1e-5);
  assert.equal(asked, labels.length, "the weak network is asked once for each image");
  assert.ok(
    furthest(ask(withAutoguidance(weak, { autoScale: 1.5 }), 1), ask(autoguidance(weak), 1.5)) < 1e-5,
  );
  const steps = 10;
  asked = 0;
  run({ rule: withAutoguidance(weak, { autoScale: 1.5 }), guidanceScale: 2, timesteps: undefined, steps });
  assert.equal(asked, labels.length * steps);
  const both = withAutoguidance(weak, { autoScale: 1.5 });
  for (const space of ["x0", "v"] as const)
    assert.ok(furthest(ask(inSpace(space, both), 3), ask(both, 3)) < 1e-4, `the same on ${space}`);
  assert.throws(() => withAutoguidance(weak, { autoScale: 2, rule: both }), /asks a weaker network already/);
  assert.throws(() => withAutoguidance(undefined, { autoScale: 1.5 }), /predict function/);
  assert.throws(() => withAutoguidance(weak, { autoScale: NaN }), /autoScale is NaN/);
});

test("outside its interval guidance takes one pass", () => {
  let asked = 0;
  const counting: Predict = (x, t, asks) => {
    asked += asks.length;
    return predict(x, t, asks);
  };
  run({ predict: counting, rule: limitedInterval({ low: 100, high: 200 }), guidanceScale: 3 });
  const inside = trailingTimesteps(schedule, 10).filter((t) => t >= 100 && t <= 200).length;
  assert.equal(asked, labels.length * (10 + inside));
  for (const rule of [cfgPlusPlus, customRule("mine", plain.combine)]) {
    asked = 0;
    run({ predict: counting, rule: limitedInterval({ low: 100, high: 200, rule }), guidanceScale: 3 });
    assert.equal(asked, labels.length * (10 + inside), `${rule.name}, too`);
  }
});

test("ramps over time are 0 at pure noise, 2 at the end and 1 in the mean", () => {
  for (const ramp of [linearRamp, cosineRamp]) {
    assert.ok(Math.abs(ramp({ t: 299, timesteps: 300 })) < 1e-12);
    assert.equal(ramp({ t: 0, timesteps: 300 }), 2);
    const all = Array.from({ length: 300 }, (_, t) => ramp({ t, timesteps: 300 }));
    assert.ok(Math.abs(all.reduce((a, b) => a + b, 0) / 300 - 1) < 1e-12);
  }
});

test("a rule of one's own is one function", () => {
  const mine: Combine = (u, c, { scales }) => tf.add(c, tf.mul(scales[0] - 1, tf.sub(c, u)));
  assert.ok(furthest(run({ rule: mine, guidanceScale: 3 }), run({ guidanceScale: 3 })) < 1e-4);
});

test("a rule may remember what it was given and what it returns", () => {
  const before = tf.memory().numTensors;
  const remembering = (
    keep: (tensors: Record<"u" | "c" | "guided", tf.Tensor4D>) => tf.Tensor4D,
  ): Combine => {
    return (u, c, { scales, state }) => {
      const last = state.get("last") as tf.Tensor4D | undefined;
      const guided = tf.add<tf.Tensor4D>(u, tf.mul(scales[0], tf.sub(c, u)));
      const answer = last ? tf.add<tf.Tensor4D>(guided, tf.mul(0, last)) : guided;
      state.set("last", keep({ u, c, guided: answer }));
      return answer;
    };
  };
  const expected = run({ guidanceScale: 3 });
  for (const name of ["u", "c", "guided"] as const) {
    const rule = remembering((tensors) => tensors[name]);
    assert.ok(furthest(run({ rule, guidanceScale: 3 }), expected) < 1e-5, name);
  }
  assert.equal(tf.memory().numTensors, before);
});

test("a rule that chooses the noise to put back is refused where none is put back", () => {
  assert.throws(
    () => run({ rule: cfgPlusPlus, sampler: ddpm, guidanceScale: 0.5 }),
    /CFG\+\+ decides which noise is put back.*ddpm puts no predicted noise back; take ddim, dpm-solver or sde-dpm-solver/,
  );
});

test("networks that predict something else, or on another schedule, are refused", () => {
  const ofV = (x: tf.Tensor4D, t: number, asked: number[]): tf.Tensor4D => predict(x, t, asked);
  const v: Predict = Object.assign(ofV, { predicts: "v" as const, schedule: zeroTerminalSnrSchedule() });
  assert.throws(
    () => run({ predict: v, predicts: "noise" }),
    /The network predicts v, and is taken to predict noise/,
  );
  assert.throws(() => run({ predict: v }), /trained on another schedule/);
  assert.throws(() => run({ rule: autoguidance(v), guidanceScale: 2 }), /weaker network.*predicts v/);
});

test("a rule that returns the wrong shape, no tensor or NaN is refused by name", () => {
  const rule = (combine: unknown): GuidanceRule => customRule("mine", combine as Combine);
  const go = (combine: unknown) => () => run({ rule: rule(combine), guidanceScale: 3 });
  assert.throws(
    go(() => tf.zeros([3, 2, 2, 1])),
    /"mine" returned.*\[3, 2, 2, 1\].*\[3, 4, 4, 1\]/,
  );
  assert.throws(
    go(() => undefined),
    /"mine" returned is undefined.*\[3, 4, 4, 1\]/,
  );
  assert.throws(
    go((u: tf.Tensor4D) => tf.mul(u, NaN)),
    /no finite numbers.*"mine"/,
  );
  const two = { name: "my two", onePassAt: [], combineTwo: () => undefined } as unknown as GuidanceRule;
  assert.throws(() => run({ rule: two, guidanceScale: 3 }), /"my two" returned is undefined/);
});

test("settings of a rule from a file are those that the rule has", () => {
  const refused: [object, RegExp][] = [
    [{ rule: "best" }, /the rule is "best"; there are plain/],
    [{ rule: "apg" }, /the rule apg has space undefined; it must be one of noise, v, x0/],
    [{ rule: "over-time", ramp: "quadratic" }, /ramp "quadratic"; it must be one of linear, cosine/],
    [{ rule: "rescaled", phi: 0.7, psi: 1 }, /no setting psi; it has phi/],
    [{ rule: "interval", low: 0 }, /has high undefined; it must be a number/],
  ];
  for (const [settings, message] of refused)
    assert.throws(() => ruleOf(settings as RuleSettings), { name: "RangeError", message });
  const late = ruleOf({ rule: "autoguidance", guide: "weak", low: 100 }, () => predict);
  assert.match(late.name, /100 <= t/, "an autoguidance interval may have one end");
});

test("settings out of range are refused with what was given and what is allowed", () => {
  assert.throws(() => limitedInterval({ low: 200, high: 100 }), /low = 200.*high = 100/);
  assert.throws(() => rescaled({ phi: 2 }), /phi is 2.*0 to 1/);
  assert.throws(() => apg({ normThreshold: 0 }), /normThreshold is 0/);
  assert.throws(() => apg({ momentum: 2 }), /momentum is 2/);
  assert.throws(() => cfgZeroStar({ zeroInitSteps: -1 }), /zeroInitSteps is -1/);
});

test("scales that share their noise are asked about once in the first step", () => {
  const asked: number[] = [];
  const counting: Predict = (x, t, asks) => {
    asked.push(asks.length);
    return predict(x, t, asks);
  };
  const scales = [0, 1, 2, 3, 4].flatMap((w) => labels.map(() => w));
  const many = {
    labels: scales.map((_, i) => labels[i % 3]),
    guidanceScale: scales,
    noiseIndices: scales.map((_, i) => i % 3),
  };
  const together = run({ ...many, predict: counting, steps: 2 });
  assert.deepEqual(asked, [3 + 3, 24]); // then 12 without label (w = 1 needs none), 12 with it (w = 0 needs none)
  const alone = run({ guidanceScale: 3, steps: 2 });
  assert.ok(furthest(together.slice(9 * 16, 12 * 16), alone) < 1e-5);
});

test("every step tells the noise of both passes, whatever the network predicts", () => {
  const steps = sample({
    ...{
      predict,
      schedule,
      predicts: "v",
      labels,
      guidanceScale: 2,
      sampler: ddim(),
      steps: 2,
      imageShape: IMAGE,
    },
  });
  for (const { t, xt, eps, epsU, epsC } of steps) {
    const alphaBar = schedule.alphaBars[t];
    const v = tf.tidy(() => predict(xt, t, labels));
    const expected = tf.tidy(() =>
      tf.add(tf.mul(xt, Math.sqrt(1 - alphaBar)), tf.mul(v, Math.sqrt(alphaBar))),
    );
    assert.ok(furthest(epsC!.dataSync(), expected.dataSync()) < 1e-5);
    const guided = tf.tidy(() => tf.add(epsU!, tf.mul(2, tf.sub(epsC!, epsU!))));
    assert.ok(furthest(eps.dataSync(), guided.dataSync()) < 1e-5);
    tf.dispose([v, expected, guided]);
  }
});
