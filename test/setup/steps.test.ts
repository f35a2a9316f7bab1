/** The whole of set-up on small things: every step fails once, is mended, and set-up goes on from there. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { after, before, test } from "node:test";
import { smallDisk } from "../files/disk";
import { LIBRARIES, SmallClone, whyNot } from "./small-clone";

const skip = whyNot();
let clone: SmallClone;
before(() => {
  if (!skip) clone = new SmallClone();
});
after(() => {
  if (!skip) clone.remove();
});

const STEPS = {
  packages: "Installing the npm packages",
  jupyter: "Installing JupyterLab",
  tensorflow: "Fetching TensorFlow",
  addon: "Compiling TensorFlow's addon for Node",
  build: "Building the course's packages",
};
type Step = keyof typeof STEPS;

/** Runs set-up and says which steps it did to their end. */
function setUp(env?: NodeJS.ProcessEnv): { status: number | null; text: string; did: Step[] } {
  const { status, text } = clone.setUp(env);
  const did = (Object.keys(STEPS) as Step[]).filter((step) =>
    new RegExp(`^${STEPS[step]}: \\d`, "m").test(text),
  );
  return { status, text, did };
}

/** Set-up must stop with this message, and, once mended, do `does` and no more. */
function failsThenGoesOn(message: RegExp, mend: () => void, does: Step[]): void {
  const failed = setUp();
  assert.equal(failed.status, 1, failed.text);
  assert.match(failed.text, message);
  assert.doesNotMatch(failed.text, /\n +at .*\.mjs:/, "no stack trace");
  mend();
  const mended = setUp();
  assert.equal(mended.status, 0, mended.text);
  assert.deepEqual(mended.did, does);
}

test("set-up makes everything; started again, it does nothing", { skip }, () => {
  const first = setUp();
  assert.equal(first.status, 0, first.text);
  assert.deepEqual(first.did, Object.keys(STEPS));
  assert.match(first.text, /Set-up is done: \d+ s, \d+\.\d GB in this folder/);
  const second = setUp();
  assert.deepEqual([second.status, second.did, second.text], [0, [], ""]);
  assert.deepEqual(
    readdirSync(clone.path(".cache")).filter((name) => !["engine", "stamps"].includes(name)),
    [],
    "nothing temporary is kept",
  );
});

test("npm packages: one that differs from the lock file is refused", { skip }, () => {
  const lock = clone.read("package-lock.json");
  clone.write("package-lock.json", lock.replaceAll(/sha512-[^"]+/g, `sha512-${"A".repeat(86)}==`));
  failsThenGoesOn(
    /Installing the npm packages failed: a downloaded file is not the one that was expected/,
    () => clone.write("package-lock.json", lock),
    ["packages"],
  );
});

test("JupyterLab: a wheel that differs from the lock file is refused", { skip }, () => {
  const lock = clone.read("scripts/setup/locks/jupyter.txt");
  clone.write("scripts/setup/locks/jupyter.txt", lock.replace(/sha256:\w+/, `sha256:${"0".repeat(64)}`));
  failsThenGoesOn(
    /Installing JupyterLab failed: a downloaded file is not the one that was expected/,
    () => clone.write("scripts/setup/locks/jupyter.txt", lock),
    ["jupyter"],
  );
});

/** Makes pip ask a package server, and no other place, through no proxy. */
const ASK_SERVER = {
  PIP_NO_INDEX: "0",
  PIP_FIND_LINKS: "",
  PIP_RETRIES: "1",
  PIP_INDEX_URL: "https://packages.invalid/",
  https_proxy: undefined,
  ALL_PROXY: undefined,
  all_proxy: undefined,
  NO_PROXY: undefined,
  no_proxy: undefined,
  PIP_PROXY: undefined,
};

test(
  "JupyterLab: no network, a proxy that is not there, one that refuses: what to do is told",
  { skip },
  async (t) => {
    const refusing = spawn(process.execPath, [
      "-e",
      `require("node:net").createServer((socket) => socket.once("data", () => socket.end("HTTP/1.1 407 Proxy Authentication Required\\r\\n\\r\\n")))
      .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`,
    ]);
    t.after(() => refusing.kill());
    const [port] = (await once(refusing.stdout, "data")) as [Buffer];
    const refusal = `http://127.0.0.1:${String(port).trim()}`;
    rmSync(clone.path(".venv/bin/jupyter-lab"));
    for (const [env, message] of [
      [
        { HTTPS_PROXY: "" },
        /the package server does not answer\. The first start needs a network .* set HTTPS_PROXY\./,
      ],
      [
        { HTTPS_PROXY: "http://127.0.0.1:9" },
        /does not answer.*Check the proxy: HTTPS_PROXY is http:\/\/127\.0\.0\.1:9\./,
      ],
      [
        { HTTPS_PROXY: refusal },
        new RegExp(`the proxy refuses\\. Check HTTPS_PROXY and HTTP_PROXY \\(now ${refusal}\\)`),
      ],
    ] as const) {
      const { status, text } = setUp({ ...ASK_SERVER, ...env });
      assert.equal(status, 1, text);
      assert.match(text, message);
    }
    assert.deepEqual(setUp().did, ["jupyter"], "with the network back, set-up goes on");
  },
);

test("TensorFlow: a wheel that the server has not is told so", { skip }, () => {
  const lock = clone.read("scripts/setup/locks/tensorflow-cpu.txt");
  clone.write("scripts/setup/locks/tensorflow-cpu.txt", lock.replace("==1.0", "==9.9"));
  failsThenGoesOn(
    /Downloading TensorFlow failed: the package server has no such file for this machine/,
    () => clone.write("scripts/setup/locks/tensorflow-cpu.txt", lock),
    ["tensorflow", "addon"], // the old engine is gone, and the addon with it
  );
});

test(
  "TensorFlow: a wheel without the libraries is told so, and no half of an engine is left",
  { skip },
  () => {
    clone.writeTensorFlow({ whole: false });
    failsThenGoesOn(
      /Unpacking TensorFlow failed.*libtensorflow_cc\.so\.2/s,
      () => {
        assert.ok(!existsSync(clone.path(".cache/engine")));
        clone.writeTensorFlow();
      },
      ["tensorflow", "addon"],
    );
  },
);

test("the addon: where no compiler manages it and none can be fetched, that is told", { skip }, () => {
  const source = "node_modules/@tensorflow/tfjs-node-gpu/binding/tfjs_binding.cc";
  const good = clone.read(source);
  clone.write(source, "this is no C++");
  failsThenGoesOn(
    /of this machine does not manage it.*error.*Downloading the compiler failed: the package server has no such file/s,
    () => clone.write(source, good),
    ["addon"],
  );
});

test("the addon: one that does not load is not taken", { skip }, () => {
  const source = "node_modules/@tensorflow/tfjs-node-gpu/binding/tfjs_binding.cc";
  const good = clone.read(source);
  const before = statSync(clone.path(".cache/engine/lib/napi-v8/tfjs_binding.node")).ino;
  clone.write(source, "int nothing_of_node;\n");
  const { status, text } = setUp();
  assert.equal(status, 1);
  assert.match(text, /of this machine does not manage it\. Loading the addon failed/);
  assert.equal(statSync(clone.path(".cache/engine/lib/napi-v8/tfjs_binding.node")).ino, before);
  clone.write(source, good);
});

test("the course's packages: what the build says is told", { skip }, () => {
  clone.writeBuild('console.error("error TS1005: ; expected"); process.exit(2);');
  failsThenGoesOn(/Building the packages failed.*TS1005/s, () => clone.writeBuild(), ["build"]);
});

test("what was deleted is made again, and no more than that", { skip }, () => {
  rmSync(clone.path("lib/dist"), { recursive: true });
  assert.deepEqual(setUp().did, ["build"]);
  rmSync(clone.path(".venv/bin/jupyter-lab"));
  assert.deepEqual(setUp().did, ["jupyter"]);
});

test("the engine's links are mended when they are missing, wrong or a folder", { skip }, () => {
  const link = clone.path("node_modules/@tensorflow/tfjs-node-gpu/deps");
  const right = readlinkSync(link);
  for (const damage of [() => {}, () => mkdirSync(link)]) {
    rmSync(link, { recursive: true });
    damage();
    assert.equal(setUp().status, 0);
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(readlinkSync(link), right);
  }
});

test("the kernel is this folder's, and is written anew only when it changes", { skip }, () => {
  const file = ".venv/share/jupyter/kernels/tslab/kernel.json";
  const kernel = JSON.parse(clone.read(file)) as { argv: string[]; display_name: string };
  assert.equal(kernel.argv[0], process.execPath);
  assert.ok(kernel.argv.includes(clone.path("kernel/dist/main.js")));
  const written = statSync(clone.path(file)).mtimeMs;
  setUp();
  assert.equal(statSync(clone.path(file)).mtimeMs, written);
  clone.write(file, "{");
  setUp();
  assert.deepEqual(JSON.parse(clone.read(file)), kernel);
});

test(
  "what the course adds to JupyterLab is there, needs no other file, and is written anew only when it changes",
  { skip },
  () => {
    const share = ".venv/share/jupyter";
    const template = `${share}/nbconvert/templates/cfg`;
    const config = ".venv/etc/jupyter/jupyter_config.json";
    const files = [
      ...["package.json", "static/remoteEntry.js", "static/figure-view.js", "static/plotly.min.js"].map(
        (name) => `${share}/labextensions/cfg-figures/${name}`,
      ),
      ...[
        "index.html.j2",
        "conf.json",
        "static/plotly.min.js",
        "static/figure-view.js",
        "static/katex.js",
      ].map((name) => `${template}/${name}`),
      config,
    ];
    const whole = files.map((name) => clone.read(name));
    const css = `@font-face{src:url(data:font/woff2;base64,${Buffer.from("tiny").toString("base64")}) format("woff2")}`;
    assert.equal(clone.read(`${template}/static/katex.css`), css);
    const times = files.map((name) => statSync(clone.path(name)).mtimeMs);
    setUp();
    assert.deepEqual(
      files.map((name) => statSync(clone.path(name)).mtimeMs),
      times,
    );
    clone.write(config, "{");
    rmSync(clone.path(template), { recursive: true });
    setUp();
    assert.deepEqual(
      files.map((name) => clone.read(name)),
      whole,
    );
  },
);

test("what is complete needs no lock and no write: a full disk does not matter", { skip }, (t) => {
  const copy = clone.path("cache-copy");
  cpSync(clone.path(".cache"), copy, { recursive: true, verbatimSymlinks: true });
  if (!smallDisk(t, 1024, clone.path(".cache"))) return;
  cpSync(copy, clone.path(".cache"), { recursive: true, verbatimSymlinks: true });
  assert.throws(() => writeFileSync(clone.path(".cache/large"), Buffer.alloc(2e6)), /ENOSPC/);
  clone.write(".venv/share/jupyter/kernels/tslab/kernel.json", "another Node's");
  const { status, text } = setUp();
  assert.deepEqual([status, text], [0, ""]);
});

test("with a GPU, CUDA's libraries lie where TensorFlow looks for them", { skip }, () => {
  clone.writeTensorFlow({ project: "tensorflow" });
  clone.writeWheel("nvidia", "nvidia-tiny", { "nvidia/tiny/lib/libtiny.so.1": "" });
  const { status, text } = clone.run(
    "engine.mjs",
    `const build = it.chooseBuild({ platform: "linux", arch: "x64", gpu: true });
     await it.fetchTensorFlow(build, "python3");
     console.log(it.missingLibrary(build));`,
  );
  assert.equal(status, 0, text);
  assert.match(text, /^undefined$/m);
  const deps = clone.path(".cache/engine/deps");
  for (const library of LIBRARIES) assert.ok(existsSync(`${deps}/lib/${library}`));
  assert.equal(readlinkSync(`${deps}/lib/libtensorflow.so`), LIBRARIES[0]);
  assert.ok(existsSync(`${deps}/lib/../nvidia/tiny/lib/libtiny.so.1`), "../nvidia, seen from the libraries");
});

test("a disk with no room left is told, with how much to free, whatever pip says", { skip }, (t) => {
  if (!smallDisk(t, 256, clone.path(".cache"))) return;
  const { status, text } = setUp();
  assert.equal(status, 1, text);
  assert.match(text, /failed: the disk is full\. Free about 3 GB/);
  assert.doesNotMatch(text, /\n +at .*\.mjs:/, "no stack trace");
});
