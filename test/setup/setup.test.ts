/** Set-up's steps, one by one, on small real things; `npm test` itself is the test of the whole. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { within } from "./module";

const folder = mkdtempSync(path.join(os.tmpdir(), "setup-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("too old a Node is told what is needed", () => {
  const problem = (version: string): string =>
    within("node-version.mjs", `console.log(it.nodeProblem("${version}"));`).text.trim();
  assert.match(problem("v18.20.1"), /Node\.js here is v18\.20\.1; the course needs version 20\.11 or newer/);
  for (const old of ["v8.0.0", "v20.0.0", "v20.10.9"]) assert.match(problem(old), /version 20\.11 or newer/);
  for (const good of ["v20.11.0", "v21.1.0", "v22.3.0", "v26.1.0"]) assert.equal(problem(good), "");
});

test("Windows is shown the way to WSL, an unknown machine the list of known ones", () => {
  assert.match(within("requirements.mjs", 'it.checkPlatform("win32", "x64");').text, /wsl --install/);
  assert.match(
    within("requirements.mjs", 'it.checkPlatform("linux", "riscv64");').text,
    /linux x64, linux arm64, darwin arm64/,
  );
  assert.equal(within("requirements.mjs", 'it.checkPlatform("darwin", "arm64");').status, 0);
});

test("a path in which programs do not run is told before anything is done; others are let through", () => {
  const check = (place: string): string =>
    within("requirements.mjs", `it.checkFolder(${JSON.stringify(place)});`).text;
  assert.match(
    check("/home/me/a:b/course"),
    /lies in \/home\/me\/a:b\/course\..* a path with a colon\. Rename/,
  );
  for (const [bad, name] of [
    ["two\nlines", "a control character"],
    ["st*r", "a star"],
    ["why?", "a question mark"],
    ["$ORIGIN", "\\$ORIGIN"],
    ["a${LIB}b", "\\$LIB"],
  ])
    assert.match(check(`/home/me/${bad}`), new RegExp(`in a path with .*${name}`, "s"));
  for (const good of [`/a b/ü'"$HOME %20 #1 [x] (y) & ; ~ ! |`, `/${"long/".repeat(200)}`])
    assert.equal(check(good), "");
});

test("a missing Python, and one that is too old, are told what is needed", () => {
  assert.match(
    within("requirements.mjs", "await it.findPython();", { PATH: folder }).text,
    /Python 3\.10 or newer.*Found none/,
  );
  const bin = path.join(folder, "old");
  mkdirSync(bin);
  writeFileSync(path.join(bin, "python3"), "#!/bin/sh\necho 3.8\n");
  chmodSync(path.join(bin, "python3"), 0o755);
  const old = within("requirements.mjs", "await it.findPython();", { PATH: bin });
  assert.match(old.text, /Found only python3 3\.8/);
});

test("too small a disk is told how much is needed", () => {
  assert.match(
    within("requirements.mjs", "it.checkDisk({ free: 1.2e9 });").text,
    /1\.2 GB free; set-up needs 3\.0 GB/,
  );
  assert.equal(within("requirements.mjs", "it.checkDisk({ free: 5e9 });").status, 0);
});

test("the TensorFlow that fits the machine is chosen; --cpu refuses the GPU", () => {
  const choose = (machine: object): { wheel: string; gpu: boolean; libraries: string[][] } =>
    JSON.parse(
      within("engine.mjs", `console.log(JSON.stringify(it.chooseBuild(${JSON.stringify(machine)})));`).text,
    ) as never;
  const linux = choose({ platform: "linux", arch: "x64", gpu: false });
  assert.equal(linux.wheel, "tensorflow-cpu");
  assert.deepEqual(linux.libraries[0], ["libtensorflow_cc.so.2", "libtensorflow.so"]);
  assert.deepEqual(choose({ platform: "linux", arch: "x64", gpu: true }).gpu, true);
  assert.equal(choose({ platform: "linux", arch: "x64", gpu: true }).wheel, "tensorflow");
  assert.deepEqual(choose({ platform: "linux", arch: "arm64", gpu: true }).gpu, false);
  const mac = choose({ platform: "darwin", arch: "arm64", gpu: false });
  assert.equal(mac.wheel, "tensorflow");
  assert.deepEqual(mac.libraries[0], ["libtensorflow_cc.2.dylib", "libtensorflow.dylib"]);
});

test("failures of npm and pip are explained: no network, a proxy, a wrong checksum, a full disk, a stranger's folder", () => {
  const explain = (output: string): string =>
    within("run.mjs", `console.log(it.explain("Downloading", "pip", 1, ${JSON.stringify(output)}));`).text;
  assert.match(explain("npm error code ENOTFOUND"), /does not answer.*needs a network/);
  assert.match(
    explain("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution"),
    /needs a network/,
  );
  assert.match(explain("ProxyError('Cannot connect to proxy.')"), /proxy refuses/);
  const { https_proxy: own } = process.env;
  process.env.https_proxy = "http://me:secret@proxy.example:80";
  assert.match(
    explain("ECONNREFUSED"),
    /Check the proxy: HTTPS_PROXY is http:\/\/\.\.\.@proxy\.example:80\./,
  );
  if (own === undefined) delete process.env.https_proxy;
  else process.env.https_proxy = own;
  assert.match(
    explain("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"),
    /checksum differs.*Nothing of it was used/,
  );
  assert.match(explain("npm error code EACCES"), /cannot be written\. It may belong to another user/);
  assert.match(explain("OSError: [Errno 28] No space left on device"), /disk is full/);
  assert.match(explain("something else"), /exit status 1.*something else/s);
});

test("of NODE_OPTIONS, what says how to reach the network holds, and nothing else", () => {
  const network = (options: string): string =>
    within("environment.mjs", `console.log(it.networkOptions(${JSON.stringify(options)}));`).text.trim();
  const certificates = "--use-openssl-ca --tls-min-v1.2";
  assert.equal(network(`--require=/x.js ${certificates}  --inspect --max-old-space-size=10`), certificates);
  assert.equal(network("--import tsx"), "undefined");
});

test("pip's progress is told with the time left", () => {
  const snippet = `let t = 0; const tell = it.progressTeller("TensorFlow", { now: () => t, tell: console.log });
    tell("Progress 0 of 200000000"); t = 2000; tell("Progress 50000000 of 200000000"); t = 8000; tell("Progress 200000000 of 200000000");`;
  const lines = within("download.mjs", snippet).text.trim().split("\n");
  assert.match(lines[1], /TensorFlow: 50 of 200 MB about 6 s left/);
  assert.match(lines[2], /200 of 200 MB done/);
});

test("a key changes with the content of its files and texts, and only with them", () => {
  const file = path.join(folder, "input");
  const key = (text: string): string => {
    writeFileSync(file, text);
    return within("stamps.mjs", `console.log(it.keyOf({ texts: ["a"], paths: [${JSON.stringify(file)}] }));`)
      .text;
  };
  const first = key("one");
  assert.notEqual(key("two"), first);
  assert.equal(key("one"), first);
});
