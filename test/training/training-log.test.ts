/** The logs of training runs that ship. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadTrainingLog } from "cfg-lib";

for (const name of ["seed", "repaired", "refined", "zero-snr-spread"])
  test(`the log of ${name} has a loss for each step, and the mean of each epoch's`, () => {
    const { losses, epochMeans, step, stepsPerEpoch, recipe } = loadTrainingLog(name);
    assert.equal(recipe, name);
    assert.equal(losses.length, step);
    assert.equal(epochMeans.length, step / stepsPerEpoch);
    for (const [epoch, mean] of epochMeans.entries()) {
      const ofEpoch = losses.slice(epoch * stepsPerEpoch, (epoch + 1) * stepsPerEpoch);
      const sum = ofEpoch.reduce((total, loss) => total + loss, 0);
      assert.ok(Math.abs(sum / stepsPerEpoch - mean) < 1e-6, `epoch ${epoch}`);
    }
  });

test("a name without a log is refused with the files there are", () => {
  assert.throws(
    () => loadTrainingLog("unknown"),
    /"unknown-log.json" is not the name of a shipped file; there are .*seed-log/,
  );
});
