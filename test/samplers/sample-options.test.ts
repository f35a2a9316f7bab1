/** What is refused before the network is asked. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import {
  cfgPlusPlus,
  createModel,
  ddim,
  ddpm,
  dpmSolver,
  type Predict,
  runToEnd,
  sampleAll,
  sampleMany,
  sdeDpmSolver,
  startEngine,
  uniPc,
} from "cfg-lib";
import { checkSampling } from "cfg-lib/dist/samplers/sample-options";
import { imagesBy } from "../guidance/small-model";

before(() => startEngine());

test("bad arguments are refused with what was given and what is allowed, before the network is asked", () => {
  const unasked: Predict = () => {
    throw new Error("the network was asked.");
  };
  const model = createModel(unasked);
  const refused: [options: object, message: RegExp][] = [
    [{ labels: [11] }, /labels\[0\] is 11.*0 to 9.*null label/],
    [{ labels: [] }, /labels is empty; give at least one label/],
    [{ guidanceScale: NaN }, /guidanceScale is NaN/],
    [{ guidanceScale: [1, 2] }, /guidanceScale has the shape \[2\]; it must be \[3\]/],
    [{ noiseIndices: [0, 1] }, /noiseIndices has the shape \[2\]; it must be \[3\]/],
    [{ noiseIndices: [0, 1, 2, 3] }, /noiseIndices has the shape \[4\]; it must be \[3\]/],
    [{ noiseIndices: [0, 1, 0.5] }, /noiseIndices\[2\] is 0\.5/],
    [{ steps: 301 }, /steps is 301/],
    [{ seed: 0.5 }, /seed is 0.5/],
    [{ startImage: new Float32Array(9) }, /startImage has the shape \[9\]; it must be \[1024\]/],
  ];
  for (const [wrong, message] of refused) {
    const options = { labels: [1, 2, 3], steps: 2, ...wrong };
    assert.throws(() => checkSampling(model, options), message);
    assert.throws(() => sampleAll(model, options), message);
    for (const batchSize of [2, 100])
      assert.throws(() => runToEnd(sampleMany(model, { ...options, batchSize })), message);
  }
  assert.throws(() => sampleAll(model, { labels: [1, 2, 3], steps: 2 }), /the network was asked/);
});

test("a rule that chooses the noise to put back is refused where none is put back", () => {
  for (const sampler of [ddpm, uniPc])
    assert.throws(
      () => imagesBy({ rule: cfgPlusPlus, sampler, guidanceScale: 0.5 }),
      new RegExp(
        `CFG\\+\\+ decides which noise is put back.*${sampler.name} puts no predicted noise back; ` +
          "take ddim, dpm-solver or sde-dpm-solver",
      ),
    );
  for (const sampler of [ddim(), dpmSolver, sdeDpmSolver])
    assert.doesNotThrow(() => imagesBy({ rule: cfgPlusPlus, sampler, guidanceScale: 0.5 }), sampler.name);
});
