import assert from "node:assert/strict";
import { test } from "node:test";
import { passesFor } from "cfg-lib/dist/guidance/passes";

const scales = [2, 0, 1, -1, 0, 1, 0.5];
const all = [0, 1, 2, 3, 4, 5, 6];

test("an image needs the pass without label unless w is 1, and the one with it unless w is 0", () => {
  assert.deepEqual(passesFor(scales, [0, 1]), {
    unconditional: [0, 1, 3, 4, 6],
    conditional: [0, 2, 3, 5, 6],
    both: [0, 3, 6],
  });
});

test("a rule that one pass answers only where w is 0, or only where it is 1, gets both elsewhere", () => {
  assert.deepEqual(passesFor(scales, [0]), {
    unconditional: all,
    conditional: [0, 2, 3, 5, 6],
    both: [0, 2, 3, 5, 6],
  });
  assert.deepEqual(passesFor(scales, [1]), {
    unconditional: [0, 1, 3, 4, 6],
    conditional: all,
    both: [0, 1, 3, 4, 6],
  });
});

test("a rule that one pass never answers gets both for every image", () => {
  assert.deepEqual(passesFor(scales, []), { unconditional: all, conditional: all, both: all });
});

test("no image is asked about in the pass that none needs", () => {
  assert.deepEqual(passesFor([1, 1], [0, 1]), { unconditional: [], conditional: [0, 1], both: [] });
  assert.deepEqual(passesFor([0, 0], [0, 1]), { unconditional: [0, 1], conditional: [], both: [] });
  assert.deepEqual(passesFor([], [0, 1]), { unconditional: [], conditional: [], both: [] });
});
