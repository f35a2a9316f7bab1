/** The archive for machines without a network: unpacked elsewhere, by somebody else, it is set up with the network cut off. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { moduleText } from "./module";
import { SmallClone, whyNot } from "./small-clone";

const isRoot = process.getuid?.() === 0;
/** Somebody else, where we may become that: the user "nobody". */
const STRANGER = isRoot ? 65534 : undefined;
const NO_NETWORK = ["unshare", "--user", "--map-root-user", "--net"];
const skip =
  whyNot() ??
  (spawnSync(NO_NETWORK[0], [...NO_NETWORK.slice(1), "true"], { uid: STRANGER }).status !== 0 &&
    "cutting off the network needs user namespaces");

let clone: SmallClone;
/** Where the archive is unpacked. */
let place: string;
let packed: { status: number | null; text: string };
before(() => {
  if (skip) return;
  clone = new SmallClone();
  clone.write("README.md", "the course");
  clone.write("notebooks/01_idea.ipynb", "{}");
  clone.write("work/notebooks/01_idea.ipynb", "the teacher's solutions");
  clone.write("checkpoints/mine.safetensors", "");
  const out = JSON.stringify(clone.path("packed.tar.gz"));
  packed = clone.run("pack.mjs", `console.log(JSON.stringify(await it.pack({ out: ${out}, cpu: true })));`);
  const unpackedIn = clone.path("another place, ü");
  mkdirSync(unpackedIn);
  place = path.join(unpackedIn, "cfg-notebooks");
  chmodSync(clone.folder, 0o755);
  chmodSync(clone.path("packed.tar.gz"), 0o644);
  if (STRANGER !== undefined) chownSync(unpackedIn, STRANGER, STRANGER);
  execFileSync("tar", ["-xzf", clone.path("packed.tar.gz"), "-C", unpackedIn], {
    uid: STRANGER,
    stdio: "pipe",
  });
});
after(() => {
  if (!skip) clone.remove();
});

/** Sets the unpacked course up, without a network, without what this machine has in its caches. */
function setUp(): { status: number | null; text: string } {
  const module = moduleText(
    path.join(place, "scripts/setup/setup.mjs"),
    `import { fail } from ${JSON.stringify(path.join(place, "scripts/setup/problem.mjs"))};
    await it.setUp().catch(fail);`,
  );
  const [command, ...args] = [...NO_NETWORK, process.execPath, "--input-type=module", "-e", module];
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: place,
    uid: STRANGER,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: place, npm_config_offline: "true", PIP_RETRIES: "0" },
  });
  return { status, text: stdout + stderr };
}

test("it holds what set-up made and nobody's own work, and can be read by everybody", { skip }, () => {
  assert.equal(packed.status, 0, packed.text);
  assert.match(packed.text, /"bytes":\d{4,}.*"pythons":\["3\.10",/);
  const names = execFileSync("tar", ["-tzf", clone.path("packed.tar.gz")], { encoding: "utf8" }).split("\n");
  for (const name of [
    "README.md",
    "notebooks/01_idea.ipynb",
    "scripts/setup/setup.mjs",
    ".cache/engine/lib/napi-v8/tfjs_binding.node",
  ])
    assert.ok(names.includes(`cfg-notebooks/${name}`), name);
  assert.deepEqual(
    names.filter((name) => /^cfg-notebooks\/(work|checkpoints|\.venv|\.git)\//.test(name)),
    [],
  );
});

test("set-up has to make the Python environment again, and needs no network for it", { skip }, () => {
  const first = setUp();
  assert.equal(first.status, 0, first.text);
  assert.deepEqual(first.text.match(/^.*(?=: \d+ s$)/gm), ["Installing JupyterLab"]);
  assert.ok(readFileSync(path.join(place, ".venv/bin/jupyter-lab"), "utf8").includes(place));
  assert.deepEqual(setUp(), { status: 0, text: "" }, "then it is complete");
});

test("on another kind of machine it says for which it was made", { skip }, () => {
  const facts = path.join(place, ".cache/pack/pack.json");
  const right = readFileSync(facts, "utf8");
  writeFileSync(facts, right.replace('"x64"', '"arm64"'));
  assert.match(setUp().text, /an archive for linux arm64; here is linux x64\. Make one/);
  writeFileSync(facts, right.replace(/"pythons":[^\]]+/, '"pythons":["3.9"'));
  execFileSync("rm", ["-r", path.join(place, ".venv")]);
  const other = setUp();
  assert.equal(other.status, 1);
  assert.match(
    other.text,
    /has JupyterLab for Python 3\.9; here is 3\.\d+: it is fetched\.[^]*(does not answer|no such file)/,
  );
  assert.ok(existsSync(facts));
});
