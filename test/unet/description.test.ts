/** The forms that a U-Net may have. */
import assert from "node:assert/strict";
import { before, test } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import {
  CFGUnet,
  depthToSpace,
  describeUnet,
  initialStateDict,
  parameterCount,
  seedUnet,
  smallUnet,
  spaceToDepth,
  startEngine,
  type UnetDescription,
  unetShapes,
} from "cfg-lib";

before(() => startEngine());

const TINY: UnetDescription = { patch: 8, channels: [4, 6], conditionLength: 8, upKernel: 2 };

test("weights tell the form of their network", () => {
  for (const description of [seedUnet, smallUnet, TINY]) {
    const state = initialStateDict(0, unetShapes(description));
    assert.deepEqual(describeUnet(state), description);
    assert.deepEqual(new CFGUnet({ state }).description, description);
  }
});

test("the seed's form is the one that is taken where none is given", () => {
  assert.deepEqual(new CFGUnet({ seed: 1 }).description, seedUnet);
  assert.equal(parameterCount(), 3_350_721);
});

test("a description that does not fit is refused, with what it is and what it may be", () => {
  const wrong: [Partial<UnetDescription>, RegExp][] = [
    [{ patch: 3 }, /patch is 3; it must divide the image's 32 pixels/],
    [{ patch: 0 }, /patch is 0/],
    [{ channels: [] }, /channels is .*; it must be a list of at least two numbers/],
    [{ channels: [16] }, /at least two numbers/],
    [{ channels: [16, 0] }, /channels\[1\] is 0/],
    [{ channels: [16, 2.5] }, /channels\[1\] is 2\.5/],
    [
      { channels: [4, 4, 4, 4, 4, 4, 4] },
      /halve 32 pixels to 0\.25; the last level must have a whole number/,
    ],
    [{ conditionLength: 7 }, /conditionLength is 7; it must be even/],
    [{ upKernel: 3 }, /upKernel is 3; it must be 2 or 4/],
  ];
  for (const [part, message] of wrong) {
    assert.throws(() => unetShapes({ ...smallUnet, ...part }), message);
    assert.throws(() => new CFGUnet({ description: { ...smallUnet, ...part } }), message);
  }
});

test("squares of pixels become channels in rows, as PyTorch's pixel_unshuffle has them, and go back", () => {
  const image = tf.tensor4d([...Array(16).keys()], [1, 4, 4, 1]);
  const channels = spaceToDepth(image, 2);
  assert.deepEqual(channels.shape, [1, 2, 2, 4]);
  assert.deepEqual([...channels.dataSync()], [0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
  assert.deepEqual([...depthToSpace(channels, 2).dataSync()], [...image.dataSync()]);
});
