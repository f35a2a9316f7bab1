/** Every option of every command is checked before the command begins its work. */
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { describe, it } from "node:test";
import { loadWeights } from "cfg-lib/dist/weights/files";
import { saveWeights } from "cfg-lib";
import { lockableFolder, makeReadOnly, temporaryFolder } from "../files/disk";
import { command, npmRun } from "./command";

/** Command, options (OUT stands for a folder that is empty), and the line that it ends with. */
const wrong: [name: string, args: string, line: RegExp][] = [
  ["train", "--epochs 0", /--epochs is 0; give a whole number of at least 1\./],
  ["train", "--epochs 1.5", /--epochs is 1\.5; give a whole number of at least 1\./],
  ["train", "--batch-size 0", /--batch-size is 0; give a whole number of at least 1\./],
  ["train", "--batch-size 70000", /--batch-size is 70000; there are 60000 images/],
  ["train", "--learning-rate 0", /--learning-rate is 0; give a number above 0\./],
  ["train", "--learning-rate=-0.001", /--learning-rate is -0\.001; give a number above 0\./],
  ["train", "--learning-rate Infinity", /--learning-rate is Infinity; give a number above 0\./],
  ["train", "--label-dropout 1.1", /--label-dropout is 1\.1; give a number from 0 to 1\./],
  ["train", "--seed 0.5", /--seed is 0\.5; give a whole number of at least 0\./],
  ["train", "--save-every 0", /--save-every is 0; give a whole number of at least 1\./],
  [
    "train",
    "--recipe sead",
    /--recipe is sead; it must be seed or zero-snr or .* or repaired or refined or small\./,
  ],
  ["train", "--data OUT", /OUT.train-labels-idx1-ubyte: found no such file/],
  ["train", "--out OUT/file/inside", /--out is .*inside, and OUT.file is no folder/],
  ["train", "5", /Unexpected argument '5'/],
  ["sample", "", /Give a file to write\.\nnpm run sample/],
  ["sample", "--out OUT", /--out is OUT, which is a folder; give the name of a file\./],
  ["sample", "--out OUT/a/s.npy", /There is no folder for --out OUT.a.s\.npy; make it first\./],
  ["sample", "--out OUT/s --png OUT/s", /--out and --png are both OUT.s; give two files\./],
  ["sample", "--out OUT/s --digits=", /--digits is empty; give digits/],
  ["sample", "--out OUT/s --n 0", /--n is 0; give a whole number from 1 to 10000\./],
  ["sample", "--out OUT/s --n 1e9", /--n is 1e9; give a whole number from 1 to 10000\./],
  ["sample", "--out OUT/s --seed 1.5", /--seed is 1\.5; give a whole number\./],
  ["sample", "--out OUT/s --scale two", /--scale is two; give a number\./],
  ["sample", "--out OUT/s --steps 301", /steps is 301; it must be a whole number from 1 to 300\./],
  ["sample", "--out OUT/s --start end", /--start is end; it must be noise or training-end\./],
  ["sample", "--out OUT/s --sampler euler", /the sampler is "euler"; there are ddpm, /],
  ["sample", "--out OUT/s --weights sead", /"sead" is not the name of a model; there are .*seed/],
  ["sample", "--out OUT/s --weights OUT/noise.safetensors", /alphaBar is 0 at timestep 299: .* predicts v/],
  ["judge", "--epochs 0 --out OUT/j", /--epochs is 0; give a whole number of at least 1\./],
  ["judge", "--seed=-1 --out OUT/j", /--seed is -1; give a whole number of at least 0\./],
  ["judge", "--out OUT/file", /--out is OUT.file, and OUT.file is no folder/],
  ["sweep", "--out OUT", /--out is OUT, which is a folder/],
  ["sweep", "--out OUT/s.json --seeds 0,0.5", /seed is 0\.5; it must be a whole number/],
  [
    "sweep",
    "--out OUT/s.json --grid small --n 50",
    /--grid has points of its own, and --n would change nothing/,
  ],
  ["sweep", "--out OUT/s.json --rules cfg++ --samplers ddpm", /the rule CFG\+\+ decides .* the sampler ddpm/],
  ["bench", "--repeats 0", /--repeats is 0; give a whole number of at least 1\./],
  ["bench", "--steps 301", /--steps is 301; give a whole number from 1 to 300\./],
  [
    "bench",
    "--torch OUT/python",
    /--torch is OUT.python \(spawn .* ENOENT\); give a Python that has PyTorch\./,
  ],
  ["parity", "", /Give the golden files to compare with\.\nnpm run parity/],
  ["parity", "test/golden/unet.json OUT/none.json", /OUT.none\.json cannot be read: ENOENT/],
  ["parity", "OUT/file", /OUT.file cannot be read: .*JSON/],
  ["parity", "package.json", /package\.json is no golden file: it has no whole number "salt"\./],
  ["parity", "--salt 3", /Unknown option '--salt'/],
  ["notebooks", "77", /No notebook's name starts with 77; there are 00_start_here\.ipynb, /],
  ["notebooks", "--fast", /Unknown option '--fast'/],
  ["notebooks", "--format --check", /--format and --check were both given; give one of them\./],
  ["start", "--port 0", /--port is 0; give a number from 1 to 65535\./],
  ["start", "9000", /Unexpected argument '9000'/],
  ["test", "--fast", /Unknown option '--fast'/],
];

describe("a wrong option is told in one line, and nothing is begun or written", { concurrency: 2 }, () => {
  for (const [name, args, line] of wrong)
    it(`npm run ${name} -- ${args}`, async (t) => {
      const folder = temporaryFolder(t);
      writeFileSync(path.join(folder, "file"), "no folder, no study, no golden file");
      if (args.includes("noise.safetensors")) noiseToTheEnd(path.join(folder, "noise.safetensors"));
      const before = readdirSync(folder);
      const { status, text } = await command(name, args.replaceAll("OUT", folder).split(" ").filter(Boolean));
      const shown = text.replaceAll(folder, "OUT");
      assert.ok(status === 1 || status === 2, shown);
      assert.match(shown, line);
      assert.doesNotMatch(shown, /^ +at /m, "no stack");
      assert.ok(shown.trim().split("\n").length <= 5, shown); // a usage has a few lines
      assert.deepEqual(readdirSync(folder), before);
    });
});

/** Weights that predict noise on a schedule that ends at alphaBar = 0: they load, and cannot be sampled. */
function noiseToTheEnd(file: string): void {
  const { state, info } = loadWeights("seed-epoch1");
  const schedule = { ...info.schedule, kind: "zero-terminal-snr" as const };
  saveWeights(file, { state, info: { ...info, schedule } });
}

describe("every command tells its options", { concurrency: 2 }, () => {
  for (const name of ["train", "sample", "judge", "sweep", "bench", "parity", "notebooks"])
    it(`npm run ${name} -- --help`, async () => {
      const { status, text } = await npmRun(name, ["--help"]);
      assert.equal(status, 0, text);
      assert.match(text, new RegExp(`^npm run ${name} `));
    });
});

it("a folder that is there and cannot be written to is told before the work", async (t) => {
  const folder = lockableFolder(t, 100);
  if (!folder) return;
  makeReadOnly(t, folder);
  for (const [name, out] of [
    ["train", folder],
    ["train", path.join(folder, "new")],
    ["judge", folder],
    ["sample", path.join(folder, "s.npy")],
    ["sweep", path.join(folder, "study.json")],
  ]) {
    const { status, text } = await command(name, ["--out", out]);
    assert.equal(status, 1, text);
    assert.match(
      text,
      /^--out is .*, and .* cannot be written to \((EROFS|EACCES)\); give another place\.$/m,
    );
  }
});
