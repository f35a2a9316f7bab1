import assert from "node:assert/strict";
import { test } from "node:test";
import { CellsLeft } from "cfg-kernel/dist/cells-left";

test("what a cell has left alive ends once, when the cell is run again or deleted, and no other's does", () => {
  const left = new CellsLeft();
  const ended: string[] = [];
  for (const name of ["a", "b", "c"]) left.add(name, () => ended.push(name));
  left.add("a", () => ended.push("a, too"));
  left.add(undefined, () => ended.push("of no cell"));
  left.begin({ cellId: "a" });
  assert.deepEqual(ended, ["a", "a, too"]);
  left.begin({ cellId: "a", deletedCells: ["c"] });
  assert.deepEqual(ended, ["a", "a, too", "c"]);
  left.begin({});
  assert.deepEqual(ended, ["a", "a, too", "c"]);
});
