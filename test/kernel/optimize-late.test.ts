/** V8's names for how eagerly it optimizes change from version to version. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { test } from "node:test";

const OPTIMIZE_LATE = path.join(__dirname, "../../kernel/dist/optimize-late.js");

test("this Node knows the flags that a kernel sets, which it would else complain of at every start", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [OPTIMIZE_LATE], { encoding: "utf8" });
  assert.deepEqual([status, stdout + stderr], [0, ""]);
});
