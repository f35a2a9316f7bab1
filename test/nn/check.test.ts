import assert from "node:assert/strict";
import { test } from "node:test";
import { checkStateDict } from "cfg-lib/dist/nn/check";
import type { StateDict } from "cfg-lib";

const expected = [
  ["conv.weight", [2, 1]],
  ["bn.weight", [2]],
] as const;

function fitting(): StateDict {
  return new Map([
    ["bn.weight", { shape: [2], data: Float32Array.of(1, 2) }],
    ["conv.weight", { shape: [2, 1], data: Float32Array.of(3, 4) }],
  ]);
}

test("a fitting state dict passes, in any order and with PyTorch's counters", () => {
  const state = fitting();
  checkStateDict(state, expected, "w");
  state.set("bn.num_batches_tracked", { shape: [], data: Float32Array.of(468) });
  checkStateDict(state, expected, "w");
});

for (const [prefix, words] of [
  ["module.", "which is what torch.nn.DataParallel put there"],
  ["_orig_mod.", "which is what torch.compile put there"],
  ["module._orig_mod.", "which is what torch.nn.DataParallel and torch.compile put there"],
  ["net.", "net."],
] as const)
  test(`names that all begin with ${prefix}: the error says what to take off`, () => {
    const state: StateDict = new Map([...fitting()].map(([name, tensor]) => [`${prefix}${name}`, tensor]));
    assert.throws(
      () => checkStateDict(state, expected, "w"),
      (error: Error) =>
        error.message.startsWith(`w: all its names begin with "${prefix}"`) &&
        error.message.includes(words) &&
        error.message.endsWith(`{k.removeprefix("${prefix}"): v for k, v in state.items()}`),
    );
    state.set("epoch", { shape: [], data: Float32Array.of(3) });
    assert.throws(() => checkStateDict(state, expected, "w"), /^Error: w has no tensor conv\.weight/);
  });

const wrong: [what: string, change: (state: StateDict) => void, error: RegExp][] = [
  ["missing", (s) => s.delete("bn.weight"), /^Error: w has no tensor bn\.weight; .* the shape \[2\]/],
  [
    "extra",
    (s) => s.set("bn2.weight", { shape: [0], data: new Float32Array(0) }),
    /w has a tensor bn2\.weight/,
  ],
  ["renamed", (s) => s.set("module.bn.weight", s.get("bn.weight")!), /module\.bn\.weight/],
  [
    "of another size",
    (s) => (s.get("conv.weight")!.shape = [1, 1]),
    /conv\.weight has the shape \[1, 1\]; it must be \[2, 1\]/,
  ],
  [
    "turned over",
    (s) => (s.get("conv.weight")!.shape = [1, 2]),
    /conv\.weight has the shape \[1, 2\]; it must be \[2, 1\]/,
  ],
  [
    "of another rank",
    (s) => (s.get("conv.weight")!.shape = [2]),
    /conv\.weight has the shape \[2\]; it must be \[2, 1\]/,
  ],
  ["NaN", (s) => (s.get("conv.weight")!.data[1] = NaN), /conv\.weight holds NaN at place 1/],
  ["infinite", (s) => (s.get("bn.weight")!.data[0] = -Infinity), /bn\.weight holds -Infinity at place 0/],
];
for (const [what, change, error] of wrong) {
  test(`refused, naming the tensor: ${what}`, () => {
    const state = fitting();
    change(state);
    assert.throws(() => checkStateDict(state, expected, "w"), error);
  });
}
