import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  clipX0,
  ddim,
  ddpm,
  dpmSolver,
  dynamicThreshold,
  linearSchedule,
  normal,
  type NoiseSource,
  type Predict,
  sample,
  type Sampler,
  sampleAll,
  sdeDpmSolver,
  startEngine,
  trailingTimesteps,
  uniPc,
  zeroTerminalSnrSchedule,
} from "cfg-lib";
import { scheduleFromAlphaBars } from "cfg-lib/dist/schedule";

before(() => startEngine());

const schedule = linearSchedule();
const IMAGE = [4, 4, 1] as const;
const SAMPLERS: Sampler[] = [ddpm, ddim(), ddim({ eta: 1 }), dpmSolver, sdeDpmSolver, uniPc];

/** The perfect network for data that is normal with variance 0.25: its samples must have that variance. */
const GAUSSIAN_VARIANCE = 0.25;
const perfect =
  ({ alphaBars }: { alphaBars: Float32Array }): Predict =>
  (x, t) => {
    const alphaBar = alphaBars[t];
    return tf.mul(x, Math.sqrt(1 - alphaBar) / (alphaBar * GAUSSIAN_VARIANCE + 1 - alphaBar));
  };

/** Noise for n images whose start is that of the perfect path: x_T with the variance that noised data has. */
function perfectStart(n: number): NoiseSource {
  const alphaBar = schedule.alphaBars[299];
  const scale = Math.sqrt(alphaBar * GAUSSIAN_VARIANCE + 1 - alphaBar);
  return (t) =>
    tf.tidy(() => tf.mul(tf.tensor4d(normal(n * 16, t ?? 1000), [n, ...IMAGE]), t === null ? scale : 1));
}

function variance(values: Float32Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

function run(options: Partial<Parameters<typeof sampleAll>[0]>, n = 3): Float32Array {
  return sampleAll({
    ...{ predict: perfect(schedule), schedule, labels: new Array<number>(n).fill(1), imageShape: IMAGE },
    ...options,
  }).images;
}

test("every sampler leads from its start to the variance of the data when the network is perfect", () => {
  for (const sampler of SAMPLERS) {
    const found = variance(run({ sampler, steps: 300, noise: perfectStart(500) }, 500));
    assert.ok(Math.abs(found - GAUSSIAN_VARIANCE) < 0.02, `${sampler.name}: ${found}`);
  }
});

test("DPM-Solver++(2M) comes nearer to the limit of many steps than DDIM does", () => {
  const limit = run({ sampler: ddim(), steps: 300 });
  const distance = (sampler: Sampler): number => {
    const images = run({ sampler, steps: 10 });
    return Math.hypot(...images.map((value, i) => value - limit[i]));
  };
  assert.ok(distance(dpmSolver) < distance(ddim()) / 2, `${distance(dpmSolver)}, ${distance(ddim())}`);
});

test("where the steps are small, UniPC is nearer to their limit than DPM-Solver++(2M), a lower order", () => {
  const limit = run({ sampler: uniPc, steps: 300 });
  for (const steps of [30, 60]) {
    const distance = (sampler: Sampler): number =>
      Math.hypot(...run({ sampler, steps }).map((value, i) => value - limit[i]));
    assert.ok(distance(uniPc) < distance(dpmSolver) / 2, `${distance(uniPc)}, ${distance(dpmSolver)}`);
  }
});

test("any number of steps from 1 to 300 works, also where it does not divide 300", () => {
  for (const sampler of SAMPLERS) {
    for (const steps of [1, 2, 7, 13, 299, 300])
      assert.ok(run({ sampler, steps }).every(Number.isFinite), `${sampler.name}, ${steps} steps`);
    for (const steps of [0, 301, 2.5])
      assert.throws(() => run({ sampler, steps }), new RegExp(`steps is ${steps}; .* from 1 to 300`));
  }
});

test("the timesteps can be given, and must fall within the schedule", () => {
  const timesteps = trailingTimesteps(schedule, 9);
  assert.deepEqual(run({ sampler: ddim(), timesteps }), run({ sampler: ddim(), steps: 9 }));
  assert.throws(() => run({ timesteps: [10, 20] }), /\[10, 20\]; they must fall/);
  assert.throws(() => run({ timesteps: [] }), /at least one/);
  assert.throws(() => run({ timesteps: [300, 2] }), /timestep t is 300/);
});

test("eta 0 adds no noise, so the seed decides only the start; eta outside [0, 1] is refused", () => {
  let asked = 0;
  const noise = (): tf.Tensor4D => {
    asked++;
    return tf.ones([3, ...IMAGE]);
  };
  for (const sampler of [ddim(), dpmSolver, uniPc]) {
    asked = 0;
    run({ sampler, steps: 5, noise });
    assert.equal(asked, 1, sampler.name);
  }
  assert.throws(() => ddim({ eta: 1.5 }), /eta is 1.5.*0 to 1/);
  assert.throws(() => ddim({ eta: -0.1 }), /eta is -0.1/);
});

test("DDIM with eta 1 is DDPM with the smaller variance: the same mean", () => {
  const zero = (t: number | null): tf.Tensor4D =>
    t === null ? tf.tensor4d(normal(48, 3), [3, ...IMAGE]) : tf.zeros([3, ...IMAGE]);
  const [a, b] = [ddim({ eta: 1 }), ddpm].map((sampler) => run({ sampler, steps: 20, noise: zero }));
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-4));
});

test("SDE-DPM-Solver++(2M) starts with a step of DDIM with eta 1, and comes nearer to the data than it does", () => {
  const shared: NoiseSource = (t) => tf.tensor4d(normal(48, t ?? 1000), [3, ...IMAGE]);
  const [sde, eta1] = [sdeDpmSolver, ddim({ eta: 1 })];
  const firstStep = (sampler: Sampler): Float32Array => {
    const labels = [1, 1, 1];
    const options = { predict: perfect(schedule), schedule, labels, imageShape: IMAGE, noise: shared };
    for (const { images } of sample({ ...options, sampler, steps: 10 })) return images();
    throw new Error("there was no step");
  };
  assert.deepEqual(firstStep(sde), firstStep(eta1));
  const error = (sampler: Sampler): number =>
    Math.abs(variance(run({ sampler, steps: 20, noise: perfectStart(2000) }, 2000)) - GAUSSIAN_VARIANCE);
  assert.ok(error(sde) < error(eta1) / 2, `${error(sde)}, ${error(eta1)}`);
});

test("every sampler starts from pure noise on the zero terminal SNR schedule with a network that predicts v", () => {
  const zero = zeroTerminalSnrSchedule();
  // For data of variance s2, the perfect v is a (1 - s2) s / (a^2 s2 + s^2) x with a^2 = alphaBar.
  const predict: Predict = (x, t) => {
    const alphaBar = zero.alphaBars[t];
    const total = alphaBar * GAUSSIAN_VARIANCE + 1 - alphaBar;
    return tf.mul(x, (Math.sqrt(alphaBar * (1 - alphaBar)) * (1 - GAUSSIAN_VARIANCE)) / total);
  };
  for (const sampler of SAMPLERS) {
    const found = variance(run({ sampler, schedule: zero, predicts: "v", predict, steps: 100 }, 500));
    assert.ok(Math.abs(found - GAUSSIAN_VARIANCE) < 0.03, `${sampler.name}: ${found}`);
  }
});

test("at alphaBar = 0 no image follows from noise: every sampler refuses, before the network is asked", () => {
  const zero = zeroTerminalSnrSchedule();
  const unasked: Predict = () => {
    throw new Error("the network was asked.");
  };
  const raising: Sampler = { ...ddim(), name: "one to come", minAlphaBar: 0.01 };
  for (const sampler of [...SAMPLERS, raising]) {
    const asked = { sampler, schedule: zero, steps: 20 };
    assert.throws(
      () => run({ ...asked, predict: unasked }),
      /^RangeError: alphaBar is 0 at timestep 299: .*predicts v, or start below/,
      sampler.name,
    );
    const below = run({ ...asked, predict: perfect(zero), timesteps: [280, 200, 100, 0] });
    assert.ok(below.every(Number.isFinite), sampler.name);
  }
});

test("a schedule without noise, or with no number, where the network is asked is refused", () => {
  for (const [alphaBars, given] of [
    [[1, 0.5], "1 at timestep 0"],
    [[0.9, NaN], "NaN at timestep 1"],
  ] as const)
    for (const sampler of SAMPLERS)
      assert.throws(
        () => run({ sampler, schedule: scheduleFromAlphaBars(alphaBars), steps: 2 }),
        new RegExp(`alphaBar is ${given}; .* from 0 to below 1`),
        sampler.name,
      );
});

test("clipping keeps x0 in its range, dynamic thresholding cuts at the quantile and divides by it", () => {
  const x = tf.tensor4d([0.1, -0.5, 3, -4, 0.2, 0.3, 0.4, 0.5], [2, 2, 2, 1]);
  assert.deepEqual(Array.from(clipX0()(x).dataSync()).slice(2, 4), [1, -1]);
  // |x| sorted is 0.1, 0.5, 3, 4: its 0.5 quantile is 1.75. The second image stays: its quantile is below 1.
  const [first, second] = tf
    .split(dynamicThreshold({ ratio: 0.5 })(x), 2)
    .map((y) => Array.from(y.dataSync()));
  [0.1 / 1.75, -0.5 / 1.75, 1, -1].forEach((value, i) => assert.ok(Math.abs(first[i] - value) < 1e-6));
  assert.deepEqual(second, Array.from(x.dataSync()).slice(4));
  const limited = dynamicThreshold({ ratio: 1, max: 2 })(x).dataSync();
  assert.deepEqual(Array.from(limited).slice(2, 4), [1, -1]);
  assert.throws(() => dynamicThreshold({ ratio: 1.1 }), /ratio is 1.1/);
  assert.throws(() => dynamicThreshold({ max: 0.5 }), /max is 0.5/);
});

test("thresholds are off by default, and on they change what is sampled", () => {
  const options = { sampler: dpmSolver, steps: 5 };
  assert.notDeepEqual(run({ ...options, threshold: clipX0({ limit: 0.1 }) }), run(options));
});

test("UniPC frees its tensors, also when it is ended early", () => {
  const before = tf.memory().numTensors;
  run({ sampler: uniPc, steps: 5 });
  assert.equal(tf.memory().numTensors, before);
  const labels = [1, 2];
  for (const { step } of sample({
    predict: perfect(schedule),
    schedule,
    sampler: uniPc,
    steps: 6,
    labels,
    imageShape: IMAGE,
  }))
    if (step === 3) break;
  assert.equal(tf.memory().numTensors, before);
});
