// @ts-check
/** `npm run test:hub`: the tests of the hub, after its set-up, which a student's machine does without. */
import { spawn } from "node:child_process";
import path from "node:path";
import { environment } from "../setup/environment.mjs";
import { ROOT } from "../setup/places.mjs";
import { fail } from "../setup/problem.mjs";
import { setUp } from "../setup/setup.mjs";
import { setUpHub } from "./packages.mjs";

async function main() {
  await setUp();
  await setUpHub();
  const file = path.join(ROOT, "test", "hub", "hub.test.ts");
  const child = spawn(process.execPath, ["--import", "tsx", "--test", file], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
    env: environment(),
  });
  child.on("exit", (status) => process.exit(status ?? 1));
}

main().catch(fail);
