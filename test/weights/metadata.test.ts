import assert from "node:assert/strict";
import { test } from "node:test";
import { fromMetadata, toMetadata } from "cfg-lib/dist/weights/metadata";
import type { WeightsInfo } from "cfg-lib";
import { seedInfo } from "./examples";

const without = (facts: object, field: string): object =>
  Object.fromEntries(Object.entries(facts).filter(([name]) => name !== field));
const read = (facts: unknown): unknown => fromMetadata({ cfg: JSON.stringify(facts) }, "w.safetensors");

test("the facts come back from the metadata, of plain and of averaged weights", () => {
  const repaired: WeightsInfo = {
    ...seedInfo,
    recipe: "repaired",
    predicts: "v",
    decaySteps: 2340,
    schedule: { ...seedInfo.schedule, kind: "zero-terminal-snr" },
  };
  const refined: WeightsInfo = {
    ...repaired,
    recipe: "refined",
    logitNormal: { mean: 0.4, std: 0.9 },
    noisesPerImage: 2,
    warmupSteps: 200,
  };
  for (const info of [seedInfo, { ...seedInfo, emaDecay: null, labelDropout: 0, step: 0 }, repaired, refined])
    assert.deepEqual(fromMetadata(toMetadata(info), "w.safetensors"), info);
});

test("a missing field is refused by name", () => {
  for (const field of Object.keys(seedInfo)) {
    assert.throws(
      () => read(without(seedInfo, field)),
      new RegExp(`^Error: w\\.safetensors: .*: ${field} is missing`),
    );
  }
  for (const field of Object.keys(seedInfo.schedule)) {
    const schedule = without(seedInfo.schedule, field);
    assert.throws(() => read({ ...seedInfo, schedule }), new RegExp(`schedule\\.${field} is missing`));
  }
});

test("an unknown field is refused by name", () => {
  assert.throws(() => read({ ...seedInfo, epochs: 5 }), /epochs is unknown; known are recipe, /);
  const schedule = { ...seedInfo.schedule, offset: 0.008 };
  assert.throws(() => read({ ...seedInfo, schedule }), /schedule\.offset is unknown; known are kind/);
});

const wrong: [object, RegExp][] = [
  [{ recipe: 1 }, /recipe is 1; it must be a text/],
  [{ predicts: "x0" }, /predicts is "x0"; it must be "noise" or "v"/],
  [{ labelDropout: 1.1 }, /labelDropout is 1\.1; it must be a number from 0 to 1/],
  [{ labelDropout: "0.1" }, /labelDropout is "0\.1"; it must be a number/],
  [{ batchSize: 0 }, /batchSize is 0; it must be a whole number of at least 1/],
  [{ learningRate: -1 }, /learningRate is -1; it must be a number above 0/],
  [
    { logitNormal: { mean: 0.4 } },
    /logitNormal is {"mean":0\.4}; it must be a finite mean and a std above 0/,
  ],
  [{ logitNormal: { mean: 0.4, std: 0 } }, /logitNormal is .*; it must be a finite mean and a std above 0/],
  [{ logitNormal: 1 }, /logitNormal is 1; it must be/],
  [{ noisesPerImage: 0 }, /noisesPerImage is 0; it must be a whole number of at least 1/],
  [{ warmupSteps: 0 }, /warmupSteps is 0; it must be a whole number of at least 1/],
  [{ decaySteps: 0 }, /decaySteps is 0; it must be a whole number of at least 1/],
  [{ step: 1.5 }, /step is 1\.5; it must be a whole number/],
  [{ seed: null }, /seed is null/],
  [{ emaDecay: 2 }, /emaDecay is 2; it must be a number from 0 to 1, or null/],
  [{ schedule: "linear" }, /schedule is "linear"; it must be an object/],
  [{ schedule: null }, /schedule is null; it must be an object/],
  [
    { schedule: { ...seedInfo.schedule, kind: "cosine" } },
    /schedule\.kind is "cosine"; it must be "linear" or "zero-t/,
  ],
  [{ schedule: { ...seedInfo.schedule, timesteps: 1 } }, /schedule\.timesteps is 1; .* from 2 to 100000/],
  [
    { schedule: { ...seedInfo.schedule, timesteps: 1e12 } },
    /schedule\.timesteps is 1000000000000; .* to 100000/,
  ],
  [{ schedule: { ...seedInfo.schedule, betaEnd: 1 } }, /schedule\.betaEnd is 1; .* below 1/],
];
for (const [change, error] of wrong) {
  test(`refused in reading and in writing: ${JSON.stringify(change)}`, () => {
    assert.throws(() => read({ ...seedInfo, ...change }), error);
    assert.throws(() => toMetadata({ ...seedInfo, ...change }), error);
  });
}

test("facts that are nested without end are refused in a short line", () => {
  const deep = `${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}`;
  const cfg = JSON.stringify(seedInfo).replace('"recipe":"seed"', `"recipe":${deep}`);
  assert.throws(
    () => fromMetadata({ cfg }, "w.safetensors"),
    /^Error: w\.safetensors: .*: recipe is something nested too deep to be shown; it must be a text\.$/,
  );
});

test("metadata without the facts, or with damaged ones, is refused with what is there", () => {
  const name = "w.safetensors";
  assert.throws(
    () => fromMetadata({ format: "pt" }, name),
    /w\.safetensors does not say .* holds format; "cfg"/,
  );
  assert.throws(() => fromMetadata({}, name), /holds nothing/);
  for (const cfg of ["", "{", "3", "null", "[]"])
    assert.throws(
      () => fromMetadata({ cfg }, name),
      /w\.safetensors: its training facts are not a JSON object/,
    );
});

test("what metadata holds instead is told without what a terminal obeys", () => {
  assert.throws(
    () => fromMetadata({ "c\u001b[2Jfg": "" }, "w.safetensors"),
    /its metadata holds c\\u001b\[2Jfg; "cfg" is expected/,
  );
});
