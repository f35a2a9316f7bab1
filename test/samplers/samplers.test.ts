import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  createModel,
  ddim,
  ddpm,
  dpmSolver,
  linearSchedule,
  type Model,
  sample,
  type Sampler,
  sampleAll,
  type SampleOptions,
  type Schedule,
  sdeDpmSolver,
  startEngine,
  trailingTimesteps,
  uniPc,
  zeroTerminalSnrSchedule,
} from "cfg-lib";
import type { NoiseSource } from "cfg-lib/dist/samplers/noise";
import { scheduleFromAlphaBars } from "cfg-lib/dist/schedule";
import { noiseImages, SMALL_SHAPE } from "../small-images";

before(() => startEngine());

const schedule = linearSchedule();
const SAMPLERS: Sampler[] = [ddpm, ddim(), ddim({ eta: 1 }), dpmSolver, sdeDpmSolver, uniPc];

/** The perfect network for data that is normal with variance 0.25: its samples must have that variance. */
const GAUSSIAN_VARIANCE = 0.25;
function perfectModel(schedule: Schedule): Model {
  return createModel(
    (x, t) => {
      const alphaBar = schedule.alphaBars[t];
      return tf.mul(x, Math.sqrt(1 - alphaBar) / (alphaBar * GAUSSIAN_VARIANCE + 1 - alphaBar));
    },
    { schedule, imageShape: SMALL_SHAPE },
  );
}
const perfect = perfectModel(schedule);
const ones = (n: number): number[] => new Array<number>(n).fill(1);

/** Noise for n images whose start is that of the perfect path: x_T with the variance that noised data has. */
function perfectStart(n: number): NoiseSource {
  const alphaBar = schedule.alphaBars[299];
  const scale = Math.sqrt(alphaBar * GAUSSIAN_VARIANCE + 1 - alphaBar);
  return (t) => tf.tidy(() => tf.mul(noiseImages(t ?? 1000, n), t === null ? scale : 1));
}

function variance(values: Float32Array): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

/** The images that sampling n of them ends in. */
function run(options: Omit<SampleOptions, "labels">, n = 3, model = perfect): Float32Array {
  return sampleAll(model, { labels: ones(n), ...options }).images;
}

test("every sampler leads from its start to the variance of the data when the network is perfect", () => {
  for (const sampler of SAMPLERS) {
    const end = variance(run({ sampler, steps: 300, noise: perfectStart(500) }, 500));
    assert.ok(Math.abs(end - GAUSSIAN_VARIANCE) < 0.02, `${sampler.name}: ${end}`);
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
  for (const sampler of [ddim(), dpmSolver, uniPc]) {
    const times: (number | null)[] = [];
    const noise = (t: number | null): tf.Tensor4D => {
      times.push(t);
      return tf.ones([3, ...SMALL_SHAPE]);
    };
    run({ sampler, steps: 5, noise });
    assert.deepEqual(times, [null], sampler.name);
  }
  assert.throws(() => ddim({ eta: 1.5 }), /eta is 1.5.*0 to 1/);
  assert.throws(() => ddim({ eta: -0.1 }), /eta is -0.1/);
});

test("DDIM with eta 1 is DDPM with the smaller variance: the same mean", () => {
  const zero = (t: number | null): tf.Tensor4D =>
    t === null ? noiseImages(3) : tf.zeros([3, ...SMALL_SHAPE]);
  const [a, b] = [ddim({ eta: 1 }), ddpm].map((sampler) => run({ sampler, steps: 20, noise: zero }));
  a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) < 1e-4));
});

test("SDE-DPM-Solver++(2M) starts with a step of DDIM with eta 1, and comes nearer to the data than it does", () => {
  const noise: NoiseSource = (t) => noiseImages(t ?? 1000);
  const [sde, eta1] = [sdeDpmSolver, ddim({ eta: 1 })];
  const firstStep = (sampler: Sampler): Float32Array => {
    for (const { images } of sample(perfect, { labels: ones(3), noise, sampler, steps: 10 })) return images();
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
  const perfectV = createModel(
    (x, t) => {
      const alphaBar = zero.alphaBars[t];
      const total = alphaBar * GAUSSIAN_VARIANCE + 1 - alphaBar;
      return tf.mul(x, (Math.sqrt(alphaBar * (1 - alphaBar)) * (1 - GAUSSIAN_VARIANCE)) / total);
    },
    { predicts: "v", schedule: zero, imageShape: SMALL_SHAPE },
  );
  for (const sampler of SAMPLERS) {
    const end = variance(run({ sampler, steps: 100 }, 500, perfectV));
    assert.ok(Math.abs(end - GAUSSIAN_VARIANCE) < 0.03, `${sampler.name}: ${end}`);
  }
});

test("at alphaBar = 0 no image follows from noise: every sampler refuses, before the network is asked", () => {
  const zero = zeroTerminalSnrSchedule();
  const options = { schedule: zero, imageShape: SMALL_SHAPE };
  const unasked = createModel(() => {
    throw new Error("the network was asked.");
  }, options);
  const raising: Sampler = { ...ddim(), name: "one to come", minAlphaBar: 0.01 };
  for (const sampler of [...SAMPLERS, raising]) {
    assert.throws(
      () => run({ sampler, steps: 20 }, 3, unasked),
      /^RangeError: alphaBar is 0 at timestep 299: .*predicts v, or start below/,
      sampler.name,
    );
    const below = run({ sampler, timesteps: [280, 200, 100, 0] }, 3, perfectModel(zero));
    assert.ok(below.every(Number.isFinite), sampler.name);
  }
});

test("a schedule without noise, or with no number, where the network is asked is refused", () => {
  for (const { alphaBars, given } of [
    { alphaBars: [1, 0.5], given: "1 at timestep 0" },
    { alphaBars: [0.9, NaN], given: "NaN at timestep 1" },
  ]) {
    const model = perfectModel(scheduleFromAlphaBars(alphaBars));
    for (const sampler of SAMPLERS)
      assert.throws(
        () => run({ sampler, steps: 2 }, 3, model),
        new RegExp(`alphaBar is ${given}; .* from 0 to below 1`),
        sampler.name,
      );
  }
});

test("UniPC frees its tensors, also when it is ended early", () => {
  const before = tf.memory().numTensors;
  run({ sampler: uniPc, steps: 5 });
  assert.equal(tf.memory().numTensors, before);
  for (const { step } of sample(perfect, { labels: [1, 2], sampler: uniPc, steps: 6 })) if (step === 4) break;
  assert.equal(tf.memory().numTensors, before);
});
