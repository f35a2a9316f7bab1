import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import kernelTypeScript from "@tslab/typescript-for-tslab";
import { original, temporaryFolder, writeSet } from "./files";

const root = join(__dirname, "../..");
const examples = [...readFileSync(join(root, "data/README.md"), "utf8").matchAll(/```ts\n(.*?)```/gs)].map(
  ([, code]) => code,
);
const outputs = [
  /^60000 32 32 5\n131072 128\n$/,
  /^128\n$/,
  /0, 17, 26, 34, 36.*7, 7, 7, 7, 7.* 5120\n$/s,
  /^60000 28\n$/,
];

void test("the README's examples run and print what they say", (t) => {
  const dir = temporaryFolder(t);
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"));
  mkdirSync(join(dir, "fashion-mnist"));
  const pack = (name: string): Buffer => gzipSync(original(name), { level: 1 });
  writeSet(
    join(dir, "fashion-mnist"),
    { images: pack("train-images-idx3-ubyte"), labels: pack("train-labels-idx1-ubyte") },
    { images: "train-images-idx3-ubyte.gz", labels: "train-labels-idx1-ubyte.gz" },
  );
  assert.equal(examples.length, outputs.length);
  for (const [i, code] of examples.entries()) {
    const { ScriptTarget, ModuleKind } = kernelTypeScript;
    const input = kernelTypeScript.transpileModule(code, {
      compilerOptions: { target: ScriptTarget.ES2022, module: ModuleKind.ES2022 },
    }).outputText;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-"], {
      cwd: dir,
      input,
      encoding: "utf8",
    });
    assert.match(printed, outputs[i]);
  }
});
