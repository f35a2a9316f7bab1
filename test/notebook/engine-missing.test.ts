/** A kernel in a copy of the project whose engine is missing or broken. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { startKernel } from "../kernel/kernel";

const root = path.join(__dirname, "../..");
const copy = mkdtempSync(path.join(os.tmpdir(), "broken-engine-"));
const engine = path.join(copy, "node_modules/@tensorflow/tfjs-node-gpu");
const addon = path.join(engine, "lib/napi-v8/tfjs_binding.node");

/** The library itself, and links to every package but the engine. */
function copyProject(): void {
  for (const part of ["dist", "package.json"])
    cpSync(path.join(root, "lib", part), path.join(copy, "lib", part), { recursive: true });
  mkdirSync(path.join(copy, "notebooks"));
  const modules = path.join(root, "node_modules");
  const names = readdirSync(modules).flatMap((name) =>
    name.startsWith("@")
      ? readdirSync(path.join(modules, name)).map((inner) => path.join(name, inner))
      : [name],
  );
  for (const name of names.filter((name) => !/^\.|^cfg-lib$|tfjs-node-gpu$/.test(name))) {
    mkdirSync(path.dirname(path.join(copy, "node_modules", name)), { recursive: true });
    symlinkSync(path.join(modules, name), path.join(copy, "node_modules", name));
  }
  symlinkSync(path.join(copy, "lib"), path.join(copy, "node_modules/cfg-lib"));
}

const whole = path.join(root, "node_modules/@tensorflow/tfjs-node-gpu");
const withoutLibraries = (source: string): boolean => !/^(deps|lib)\b/.test(path.relative(whole, source));

/** Each breaks what the one before has left. */
const breaks: [what: string, damage: () => void, reason: RegExp][] = [
  ["its package is missing", () => {}, /Cannot find module '@tensorflow\/tfjs-node-gpu'/],
  [
    "its addon is not built",
    () => cpSync(whole, engine, { recursive: true, filter: withoutLibraries }),
    /tfjs_binding\.node/,
  ],
  [
    "TensorFlow's library is missing",
    () => {
      mkdirSync(path.dirname(addon), { recursive: true });
      cpSync(path.join(whole, "lib/napi-v8/tfjs_binding.node"), addon);
    },
    /libtensorflow.*cannot open shared object file/,
  ],
  [
    "its addon is damaged",
    () => writeFileSync(addon, "half a download"),
    /tfjs_binding\.node.*(too short|invalid)/,
  ],
];

describe("a cell that starts an engine that does not load", () => {
  before(copyProject);
  after(() => rmSync(copy, { recursive: true, force: true }));
  for (const [what, damage, reason] of breaks) {
    it(`says so in one line with the command that mends it: ${what}`, async () => {
      damage();
      const kernel = await startKernel({ folder: path.join(copy, "notebooks") });
      try {
        const { status, printed } = await kernel.run(
          `import { startEngine } from "cfg-lib";\nstartEngine();`,
        );
        assert.equal(status, "error");
        const line =
          /^EngineError: The TensorFlow engine does not load \((.*)\)\. Run "npm start" in the course's folder.*\n$/;
        assert.match(printed, line);
        assert.match(printed, reason);
        for (const attempt of ["first", "second"]) {
          const tensor = await kernel.run(
            `import * as tf from "@tensorflow/tfjs-core";\ntf.zeros([1]).print();`,
          );
          assert.match(
            tensor.printed,
            line,
            `${attempt} tensor without it: not computed slowly, without a word`,
          );
        }
        const later = await kernel.run(
          `import { linearSchedule } from "cfg-lib"; console.log(linearSchedule().timesteps);`,
        );
        assert.equal(later.printed, "300\n", "what needs no engine still works");
      } finally {
        await kernel.close();
      }
    });
  }
});
