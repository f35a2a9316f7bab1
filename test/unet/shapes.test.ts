import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { unetShapes } from "cfg-lib";

test("the network's names and shapes are PyTorch's, in its order", () => {
  const file = path.join(__dirname, "..", "golden", "unet.json");
  const { parameters } = JSON.parse(readFileSync(file, "utf8")) as { parameters: unknown };
  assert.deepEqual(unetShapes(), parameters);
});
