/** Runs with a name and a time. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { loadModel, openRun, type Recipe, RECIPES, saveModel, startEngine, type TimedRun } from "cfg-lib";
import { loadMnist } from "mnist-data-loader";

const home = process.cwd();
const folder = mkdtempSync(path.join(os.tmpdir(), "run-"));
const data = loadMnist();
before(() => {
  startEngine();
  process.chdir(folder);
});
after(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

const recipe: Recipe = {
  ...RECIPES.small,
  network: { patch: 4, channels: [6, 8], conditionLength: 16, upKernel: 2 },
  batchSize: 8,
};
const options = { recipe, data, seconds: 60, steps: 6 };

function trainTo(step: number, run: TimedRun): void {
  for (const done of run.train()) if (done.step === step) break;
}

test("a run that is stopped goes on where it was, and ends as one that was not", () => {
  const whole = openRun("whole", options);
  trainTo(6, whole);
  const first = openRun("halves", options);
  trainTo(3, first);
  first.dispose();
  const second = openRun("halves", { ...options, steps: undefined, seconds: 1 });
  assert.deepEqual([second.step, second.steps], [3, 6]);
  assert.ok(second.seconds > 0);
  trainTo(6, second);
  assert.deepEqual(second.losses(), whole.losses());
  assert.deepEqual(second.weights(), whole.weights());
  assert.equal([...second.train()].length, 0, "it is done");
});

test("how many steps fit into the time is measured", () => {
  const [short, long] = [0.2, 2].map(
    (seconds) => openRun(`for-${seconds * 10}`, { recipe, data, seconds }).steps,
  );
  assert.ok(short >= 1 && long > 3 * short && long < 30 * short, `${short} and ${long} steps`);
});

test("the average's length fits the run", () => {
  const run = openRun("average", { ...options, steps: 100, recipe: { ...recipe, averageShare: 0.2 } });
  assert.equal(run.weights().info.emaDecay, 1 - 1 / 20);
});

test("a model is kept under a name and loaded by it", () => {
  const run = openRun("kept", options);
  trainTo(2, run);
  assert.equal(saveModel("mine", run.weights()), path.join("models", "mine.safetensors"));
  const { net, info } = loadModel("mine");
  assert.deepEqual(net.description, recipe.network);
  assert.deepEqual(info, run.weights().info);
  assert.deepEqual(net.stateDict(), run.weights().state);
});

test("what does not fit is refused in words, and nothing is written", () => {
  const files = readdirSync("models");
  assert.throws(() => openRun("none", { ...options, seconds: 0 }), /seconds is 0; it must be/);
  assert.throws(() => openRun("none", { ...options, steps: 0 }), /steps is 0; it must be/);
  assert.throws(() => openRun("../none", options), /the name is "\.\.\/none"; it must have 1 to 64 letters/);
  assert.throws(
    () => openRun("none", { ...options, recipe: { ...recipe, averageShare: 2 } }),
    /averageShare is 2; it must be/,
  );
  const network = { ...recipe.network!, patch: 5 };
  assert.throws(
    () => openRun("none", { ...options, recipe: { ...recipe, network } }),
    /patch is 5; it must divide/,
  );
  assert.throws(
    () => openRun("whole", { ...options, recipe: { ...recipe, learningRate: 0.1 } }),
    /models.whole\.checkpoint\.safetensors is of a run whose learningRate is 0\.006; this recipe has 0\.1/,
  );
  assert.throws(
    () => openRun("whole", { ...options, recipe: { ...recipe, averageShare: 1 } }),
    /is of a run whose emaDecay is /,
  );
  const wider = { ...recipe.network!, channels: [8, 8] };
  assert.throws(
    () => openRun("whole", { ...options, recipe: { ...recipe, network: wider } }),
    /is of a run whose network is .*"channels":\[6,8\].*; this recipe has .*"channels":\[8,8\]/,
  );
  const { state, info } = openRun("whole", options).weights();
  assert.throws(() => saveModel("seed", { state, info }), /"seed" is the name of weights that ship/);
  assert.throws(
    () => loadModel("none"),
    /"none" is not the name of a model; there are .*seed.*; your own are mine/,
  );
  assert.deepEqual(readdirSync("models"), files);
});
