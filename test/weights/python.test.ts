/**
 * The README's two Python snippets, run as they stand, and the network's prediction on both sides. Needs a Python with
 * PyTorch, safetensors and NumPy: `TORCH_PYTHON=/path/to/python npm test`.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { loadModel, unetShapes, startEngine } from "cfg-lib";
import { temporaryFolder } from "../files/disk";

const root = path.join(__dirname, "..", "..");
const python = process.env.TORCH_PYTHON;
const isShipped = existsSync(path.join(root, "lib", "weights", "seed.safetensors"));
const skip = !python
  ? "TORCH_PYTHON names no Python with PyTorch"
  : !isShipped && "no weights are shipped yet";

const readme = readFileSync(path.join(root, "lib", "weights", "README.md"), "utf8");
const [intoTorch, fromTorch] = Array.from(readme.matchAll(/```python\n([\s\S]*?)```/g), ([, code]) => code);

/** Three images, labels 7, 10 (none) and 0, timestep 150: the same numbers here and in Python. */
const PREDICT = `
import torch, json, sys
x = (torch.arange(3 * 1024, dtype=torch.float64) * 0.37).sin().float().reshape(3, 1, 32, 32)
with torch.no_grad():
    predicted = net.eval()(x, torch.full((3,), 150), torch.tensor([7, 10, 0]))
print(json.dumps(predicted.flatten().tolist()))
`;

function run(code: string, folder: string): number[] {
  const env = { ...process.env, PYTHONPATH: path.join(root, "scripts", "torch") };
  const output = execFileSync(python!, ["-c", code], { cwd: folder, env, encoding: "utf8", maxBuffer: 1e7 });
  return JSON.parse(output) as number[];
}

function predictHere(weights: string): Float32Array {
  startEngine();
  const model = loadModel(weights);
  const x = tf.tensor4d(
    Float32Array.from({ length: 3 * 1024 }, (_, i) => Math.sin(0.37 * i)),
    [3, 32, 32, 1],
  );
  const predicted = model.predict(x, 150, [7, 10, 0]);
  const values = predicted.dataSync<"float32">().slice();
  tf.dispose([x, predicted]);
  model.dispose();
  return values;
}

function assertClose(ours: Float32Array, theirs: number[]): void {
  assert.equal(ours.length, theirs.length);
  const largest = Math.max(...theirs.map(Math.abs));
  const error = Math.max(...theirs.map((value, i) => Math.abs(value - ours[i])));
  assert.ok(error < 1e-4 * largest, `differs by ${error} where the largest is ${largest}`);
}

test("our weights, in the seed's PyTorch model, predict what they predict here", { skip }, () => {
  for (const name of ["seed", "seed-epoch1"]) {
    const code = intoTorch.replace("seed.safetensors", `${name}.safetensors`);
    assertClose(predictHere(name), run(code + PREDICT, root));
  }
});

test("PyTorch's weights, saved with torch.save, predict here what they predict there", { skip }, (t) => {
  const folder = temporaryFolder(t);
  const make = `
import torch
from seed_model import CFGUnet
torch.manual_seed(1)
net = CFGUnet()
net(torch.randn(8, 1, 32, 32), torch.arange(8), torch.arange(8))  # so that batch norm has seen images
torch.save(net.state_dict(), "mine.pt")
torch.save(net.state_dict(), "old.pt", _use_new_zipfile_serialization=False)
`;
  const theirs = run(make + fromTorch + PREDICT, folder);
  assertClose(predictHere(path.join(folder, "mine.safetensors")), theirs);
  assert.throws(
    () => loadModel(path.join(folder, "mine.pt")),
    /mine\.pt is no safetensors file but a zip file, such as torch\.save writes/,
  );
  assert.throws(
    () => loadModel(path.join(folder, "old.pt")),
    /old\.pt is no safetensors file but a pickle, such as torch\.save wrote before PyTorch 1\.6/,
  );
});

test("the seed's PyTorch model agrees with the golden names, shapes and order", { skip }, () => {
  const file = JSON.stringify(path.join(root, "test", "golden", "unet.json"));
  const code = `
import json
from seed_model import CFGUnet
named = [[k, list(v.shape)] for k, v in CFGUnet().state_dict().items() if not k.endswith("num_batches_tracked")]
expected = json.load(open(${file}))["parameters"]
print(json.dumps([len(named), int(named == expected)]))
`;
  assert.deepEqual(run(code, root), [unetShapes().length, 1]);
});
