/** How many files a kernel watches: a class's kernels share one limit of the system. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { test } from "node:test";

const COMPILER = path.join(__dirname, "../../kernel/dist/compiler.js");

const SCRIPT = `
  const { readdirSync, readFileSync } = require("node:fs");
  const { Compiler } = require(${JSON.stringify(COMPILER)});
  new Compiler().compile('import * as cfg from "cfg-lib";');
  const open = readdirSync("/proc/self/fdinfo").map((file) => {
    try { return readFileSync("/proc/self/fdinfo/" + file, "utf8"); } catch { return ""; }
  });
  console.log(open.join("").match(/^inotify /gm)?.length ?? 0);
  process.exit(0);`;

test(
  "a kernel that has imported the library watches none of the 600 files of the packages' types",
  { skip: process.platform !== "linux" },
  () => {
    const cwd = path.join(__dirname, "../../notebooks");
    const watched = Number(execFileSync(process.execPath, ["-e", SCRIPT], { cwd, encoding: "utf8" }));
    assert.ok(watched < 50, `${watched} files`);
  },
);
