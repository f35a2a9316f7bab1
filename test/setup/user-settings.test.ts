/** Set-up on machines whose users have settings of npm, pip and Node of their own: what is installed, and where, is not theirs. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { SmallClone, whyNot } from "./small-clone";

const skip = whyNot();
const home = mkdtempSync(path.join(os.tmpdir(), "settings-"));
let clone: SmallClone;
before(() => {
  if (skip) return;
  clone = new SmallClone();
  const { status, text } = clone.setUp();
  assert.equal(status, 0, text);
});
after(() => {
  rmSync(home, { recursive: true, force: true });
  if (!skip) clone.remove();
});

const elsewhere = path.join(home, "elsewhere");

/** Makes everything of one kind anew on a machine with these settings. */
function setUpAgain(made: string, env: NodeJS.ProcessEnv): void {
  for (const name of [made, ".cache/stamps/build"])
    rmSync(clone.path(name), { recursive: true, force: true });
  const { status, text } = clone.setUp({ HOME: home, XDG_CONFIG_HOME: undefined, ...env });
  assert.equal(status, 0, text);
  assert.ok(!existsSync(elsewhere), "nothing is put elsewhere");
}

/** A setting's name in the environment. */
const variable = (prefix: string, name: string): string =>
  `${prefix}${name.replaceAll("-", "_").toUpperCase()}`;

/** What must be there for the course to run. */
function assertPackages(): void {
  for (const name of ["tslab", "tool", "native-here", "small-lib", "@tensorflow/tfjs-node-gpu"])
    assert.ok(existsSync(clone.path("node_modules", name, "package.json")), name);
  assert.ok(existsSync(clone.path("node_modules/.bin/tool")));
  assert.ok(!existsSync(clone.path("node_modules/native-elsewhere")));
}

const NPM: Record<string, string> = {
  omit: "optional",
  only: "production",
  production: "true",
  optional: "false",
  include: "prod",
  global: "true",
  location: "global",
  prefix: elsewhere,
  "dry-run": "true",
  "package-lock": "false",
  "package-lock-only": "true",
  "bin-links": "false",
  "install-links": "true",
  "install-strategy": "linked",
  "global-style": "true",
  "legacy-bundling": "true",
  "legacy-peer-deps": "true",
  "ignore-scripts": "false",
  "engine-strict": "true",
  os: "darwin",
  cpu: "arm64",
  usage: "true",
  json: "true",
  loglevel: "silent",
  "if-present": "true",
  "script-shell": "/bin/false",
  "node-options": "--require=/nowhere.js",
};

describe("npm's settings of the user do not change what is installed", { skip }, () => {
  const names = Object.keys(NPM);
  it(`in .npmrc: ${names.join(", ")}`, () => {
    const file = path.join(home, ".npmrc");
    writeFileSync(file, names.map((name) => `${name}=${NPM[name]}\n`).join(""));
    setUpAgain("node_modules", { npm_config_userconfig: file });
    assertPackages();
  });
  const variables = {
    ...Object.fromEntries(names.map((name) => [variable("NPM_CONFIG_", name), NPM[name]])),
    NPM_CONFIG_WORKSPACE: "lib",
    NPM_CONFIG_WORKSPACES: "true",
    NODE_ENV: "production",
    NODE_PATH: "/nowhere",
    NODE_OPTIONS: "--max-old-space-size=10",
  };
  it(`in the environment: ${Object.keys(variables).join(", ")}`, () => {
    setUpAgain("node_modules", variables);
    assertPackages();
  });
});

it("packages that an earlier set-up left out are brought by the next one", { skip }, () => {
  for (const lost of ["node_modules/native-here", "node_modules/tool", "node_modules/.bin/tool"]) {
    rmSync(clone.path(lost), { recursive: true });
    const { text } = clone.setUp();
    assert.match(text, /Installing the npm packages: /);
    assertPackages();
  }
});

/** What pip must have installed. */
function assertJupyter(): void {
  assert.ok(existsSync(clone.path(".venv/bin/jupyter-lab")));
  const library = path.join(clone.path(".venv/lib"), readdirSync(clone.path(".venv/lib"))[0]);
  assert.ok(existsSync(path.join(library, "site-packages", "jupyterlab.py")));
}

/** Writes the user's own settings of pip. */
function pipConf(settings: string): string {
  const file = path.join(home, ".config", "pip", "pip.conf");
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `[global]\n${settings}`);
  return file;
}

const constraint = path.join(home, "constraints.txt");
const PIP: Record<string, string> = {
  "require-virtualenv": "true",
  target: elsewhere,
  prefix: elsewhere,
  root: elsewhere,
  user: "true",
  constraint,
  "build-constraint": constraint,
  "no-binary": ":all:",
  "no-deps": "true",
  "dry-run": "true",
  platform: "win32",
  "python-version": "2.7",
  "ignore-installed": "true",
  python: "/nowhere/python",
  isolated: "true",
  log: path.join(elsewhere, "pip.log"),
  quiet: "3",
  "require-hashes": "false",
  report: path.join(elsewhere, "report.json"),
  "cache-dir": elsewhere,
  "uploaded-prior-to": "2001-01-01",
};

describe("pip's settings of the user do not change what is installed, or where", { skip }, () => {
  const names = Object.keys(PIP);
  before(() => writeFileSync(constraint, "jupyterlab==0.1\n"));

  it(`in pip.conf: ${names.join(", ")}`, () => {
    const file = pipConf(names.map((name) => `${name} = ${PIP[name]}\n`).join(""));
    setUpAgain(".venv", {});
    assertJupyter();
    rmSync(file);
  });
  it("in the environment: the same", () => {
    setUpAgain(".venv", Object.fromEntries(names.map((name) => [variable("PIP_", name), PIP[name]])));
    assertJupyter();
  });
});

describe("pip's settings of the user that say where packages come from hold", { skip }, () => {
  /** This machine's own settings, taken back. */
  const own = Object.fromEntries(
    [
      "PIP_NO_INDEX",
      "PIP_FIND_LINKS",
      ...Object.keys(process.env).filter((name) => name.startsWith("PIP_")),
    ].map((name) => [name, undefined]),
  );

  it("out of each section of pip.conf as pip takes it, and the environment wins", () => {
    const file = path.join(home, "pip.conf");
    const settings = `[global]\nindex-url = https://one.example/\ncert = /one.pem\ntarget = /x\ntimeout = 5
[install]\ncert = /two.pem\ntrusted-host =\n  one.example\n  two.example\n[download]\nproxy = http://other.example\n`;
    writeFileSync(file, settings);
    const places = JSON.stringify(clone.path("scripts/setup/places.mjs"));
    const snippet = `import { PIP, SETUP } from ${places};
      const args = [SETUP + "/pip_network.py", PIP.replace(/.pip$/, ""), "install"];
      console.log(await it.mustRun("Asking pip", "python3", args));`;
    const env = { ...own, PIP_CONFIG_FILE: file, PIP_TIMEOUT: "9", PIP_PREFIX: "/x" };
    const { status, text } = clone.run("run.mjs", snippet, env);
    assert.equal(status, 0, text);
    assert.deepEqual(JSON.parse(text), {
      PIP_INDEX_URL: "https://one.example/",
      PIP_CERT: "/two.pem",
      PIP_TRUSTED_HOST: "\none.example\ntwo.example",
      PIP_TIMEOUT: "9",
    });
  });

  it("a folder of wheels, given in pip.conf, is where the packages come from", () => {
    pipConf(`no-index = true\nfind-links = ${clone.path("wheels")}\n`);
    setUpAgain(".venv", own);
    assertJupyter();
    const file = pipConf(`no-index = true\nfind-links = /nowhere\n`);
    rmSync(clone.path(".venv"), { recursive: true });
    const { status, text } = clone.setUp({ HOME: home, XDG_CONFIG_HOME: undefined, ...own });
    assert.equal(status, 1, text);
    assert.match(text, /the package server has no such file/);
    rmSync(file);
  });
});

it("what a step says it has made must be there", { skip }, () => {
  clone.writeWheel("jupyter", "jupyterlab", { "other.py": "" });
  const { status, text } = clone.setUp();
  assert.equal(status, 1, text);
  assert.match(text, /Installing JupyterLab ended well, but jupyterlab in .*\.venv is not there/);
});
