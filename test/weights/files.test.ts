import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { encodeSafetensors } from "cfg-lib/dist/weights/safetensors";
import { loadWeights } from "cfg-lib/dist/weights/files";
import { unetShapes, saveWeights, shippedFile, type StateDict } from "cfg-lib";
import { shippedWeights } from "cfg-lib/dist/weights/files";
import { toMetadata } from "cfg-lib/dist/weights/metadata";
import { smallDisk, temporaryFolder } from "../files/disk";
import { exactState, golden, seedInfo } from "./examples";

const shipped = path.join(__dirname, "..", "..", "lib", "weights");

test("saved weights are loaded bit for bit with their facts, in 32 and in 16 bits", (t) => {
  const folder = temporaryFolder(t);
  for (const dtype of ["F32", "F16"] as const) {
    const file = path.join(folder, `${dtype}.safetensors`);
    saveWeights(file, { state: exactState(), info: seedInfo }, { dtype });
    const { state, info } = loadWeights(file);
    assert.deepEqual(state, exactState());
    assert.deepEqual(
      [...state.keys()],
      unetShapes().map(([name]) => name),
    );
    assert.deepEqual(info, seedInfo);
  }
});

test("weights that would not load are not saved, and the earlier file stays", (t) => {
  const file = path.join(temporaryFolder(t), "w.safetensors");
  saveWeights(file, { state: exactState(), info: seedInfo });
  const before = readFileSync(file);
  const diverged = exactState();
  diverged.get("final.bias")!.data[0] = NaN;
  assert.throws(() => saveWeights(file, { state: diverged, info: seedInfo }), /final\.bias holds NaN/);
  const partial = new Map([...exactState()].slice(1));
  assert.throws(() => saveWeights(file, { state: partial, info: seedInfo }), /no tensor time_mlp\.1\.weight/);
  assert.deepEqual(readFileSync(file), before);
});

test("a disk too small for the weights leaves nothing behind", (t) => {
  const disk = smallDisk(t, 4096);
  if (!disk) return;
  const file = path.join(disk, "w.safetensors");
  assert.throws(() => saveWeights(file, { state: exactState(), info: seedInfo }), /disk is full/);
  assert.deepEqual(readdirSync(disk), []);
});

test("a file that is missing, a folder, or of something else is named", (t) => {
  const folder = temporaryFolder(t);
  const missing = path.join(folder, "missing.safetensors");
  assert.throws(() => loadWeights(missing), new RegExp(`there is no file ${missing}\\. Give the path`));
  mkdirSync(path.join(folder, "folder.safetensors"));
  assert.throws(
    () => loadWeights(path.join(folder, "folder.safetensors")),
    /folder\.safetensors cannot be read \(EISDIR\)/,
  );
  const text = path.join(folder, "notes.safetensors");
  writeFileSync(text, "These are no weights, but a text.");
  assert.throws(() => loadWeights(text), /notes\.safetensors is cut short or no safetensors file/);
  assert.throws(
    () => loadWeights(golden("types.safetensors")),
    /types\.safetensors has no tensor time_mlp\.1\.weight/,
  );
});

test("a training checkpoint in place of weights is told from them", (t) => {
  const file = path.join(temporaryFolder(t), "checkpoint.safetensors");
  const tensors: StateDict = new Map([...exactState()].map(([name, tensor]) => [`model.${name}`, tensor]));
  tensors.set("losses", { shape: [1], data: Float32Array.of(0.5) });
  writeFileSync(file, encodeSafetensors(tensors, { metadata: toMetadata(seedInfo) }));
  assert.throws(() => loadWeights(file), /is a checkpoint, .* take those .*epoch-1-ema\.safetensors/);
});

test("sound tensors without the facts of their training are refused", (t) => {
  const file = path.join(temporaryFolder(t), "w.safetensors");
  writeFileSync(file, encodeSafetensors(exactState(), { metadata: { format: "pt" } }));
  assert.throws(() => loadWeights(file), /w\.safetensors does not say how it was trained/);
});

const wrong: [what: string, change: (state: StateDict) => void, error: RegExp][] = [
  [
    "a missing tensor",
    (s) => s.delete("up2.bn1.running_var"),
    /w\.safetensors has no tensor up2\.bn1\.running_var/,
  ],
  [
    "an extra tensor",
    (s) => s.set("up4.bias", { shape: [1], data: new Float32Array(1) }),
    /has a tensor up4\.bias/,
  ],
  [
    "a wrong shape",
    (s) => (s.get("final.weight")!.shape = [32, 1, 3, 3]),
    /final\.weight has the shape \[32, 1, 3, 3\]; it must be \[1, 32, 3, 3\]/,
  ],
  [
    "an infinity",
    (s) => (s.get("up1.conv1.weight")!.data[5] = Infinity),
    /up1\.conv1\.weight holds Infinity at place 5/,
  ],
];
for (const [what, change, error] of wrong) {
  test(`a file with ${what} is refused, naming file and tensor`, (t) => {
    const file = path.join(temporaryFolder(t), "w.safetensors");
    const state = exactState();
    change(state);
    writeFileSync(file, encodeSafetensors(state, { metadata: toMetadata(seedInfo) }));
    assert.throws(() => loadWeights(file), error);
  });
}

test("shipped files are found by name; an unknown name is answered with those there are", () => {
  assert.equal(shippedFile("README.md"), path.join(shipped, "README.md"));
  const names = readdirSync(shipped).filter((file) => file.endsWith(".safetensors"));
  for (const ask of [shippedWeights, shippedFile, loadWeights]) {
    assert.throws(
      () => ask("sead"),
      (error: Error) =>
        error.message.includes('"sead"') &&
        names.every((file) => error.message.includes(path.basename(file, ".safetensors"))),
    );
  }
  assert.throws(() => shippedWeights("../weights/seed"), /is not the name of/);
});

test("every shipped file of weights loads, and says what it is", () => {
  const files = readdirSync(shipped).filter(
    (file) => file.endsWith(".safetensors") && file !== "judge.safetensors", // not a U-Net
  );
  assert.ok(files.length > 0);
  for (const file of files) {
    const name = path.basename(file, ".safetensors");
    const { info } = loadWeights(name);
    assert.equal(info.recipe, /^(seed|repaired|refined|small|guided|gallery-.*)/.exec(name)?.[0]);
    assert.equal(info.predicts, info.recipe === "seed" ? "noise" : "v");
    assert.ok(info.step > 0, `${file} was never trained`);
    assert.equal(
      info.emaDecay !== null,
      /-ema$|^(small|guided|gallery)/.test(name),
      `${file}: plain or averaged?`,
    );
    // A guided network's teacher says what no label means: none is dropped.
    const dropout = /dropout([01])/.exec(name)?.[1] ?? (name === "guided" ? 0 : 0.1);
    assert.equal(info.labelDropout, Number(dropout), file);
    assert.ok(existsSync(path.join(shipped, file)));
  }
});
