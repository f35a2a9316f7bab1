import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { resizeBilinear } from "mnist-data-loader";
import { original } from "./files";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

interface ResizeGolden {
  index: number[];
  png32: string[];
  sha256OfAll60000: string;
}
const golden = (
  JSON.parse(readFileSync(join(__dirname, "../golden/unet.json"), "utf8")) as { resize: ResizeGolden }
).resize;

void test("all 60,000 training images, 28 to 32, are Pillow's to the byte", () => {
  const train = original("train-images-idx3-ubyte").subarray(16);
  const resized = resizeBilinear(train, { count: 60000, from: [28, 28], to: [32, 32] });
  for (const [i, index] of golden.index.entries()) {
    const expected = Buffer.from(golden.png32[i], "base64");
    assert.deepEqual(Buffer.from(resized.subarray(index * 1024, (index + 1) * 1024)), expected);
  }
  assert.equal(sha256(resized), golden.sha256OfAll60000);
});

// Pillow 13.0.0, the first 200 test images, one axis a call so that the order of the passes is fixed:
// sha256(b"".join(Image.fromarray(i).resize((width, i.shape[0]), Image.BILINEAR)
//                 .resize((width, height), Image.BILINEAR).tobytes() for i in images[:200]))
const otherSizes: [height: number, width: number, hash: string][] = [
  [14, 14, "b840ba28b564e04b8a3df8f3a230f82117af6441351e7364827c473378856dd5"],
  [20, 45, "7732a1d9d1c1021882f9908c15908f5a3c0757635b8bd80be795adfb98daff46"],
  [9, 28, "50f73aa7ce7bc1af8981eac547ffe58cb0ab9dc58bcc1c845d9dc303547c56be"],
  [28, 5, "7f6610f306a23e1a584b920faa65bbba30c5c4bfaf35e8a513acbc1914bf4cac"],
  [64, 64, "0cd52fbd64669a0b0cee1834fbe4920588e78d0117304a4d19e0dd25ddbad072"],
  [1, 1, "fec2113f5152ebc5ad2522d9df45fa483386d479495607aab7a5008d569fba96"],
  [25, 24, "f5ea532f796302d5ff30298ffb3a949e148c8833c717f89b0d706a241735bdb1"],
  [100, 3, "a0d7d97a46e25238b6a1e88549369e027128b3fc40b7525a85ad05f9436eca40"],
];
for (const [height, width, hash] of otherSizes) {
  void test(`28 x 28 to ${height} x ${width}, larger or smaller, is Pillow's to the byte`, () => {
    const images = original("t10k-images-idx3-ubyte").subarray(16, 16 + 200 * 784);
    assert.equal(sha256(resizeBilinear(images, { from: [28, 28], to: [height, width] })), hash);
  });
}

// Pillow 13.0.0 as above, on 10 images of 13 x 41: byte i = (31 i^2 + 618033 i) mod 1000003 mod 256.
const otherSources: [height: number, width: number, hash: string][] = [
  [32, 32, "833d753774299b69461dcf48807bfdcc8735833b02474fe73118d82724cc8564"],
  [5, 90, "0102d3a40b4a4ec46c40f47242217fd2285d496ad2aa93765800f640e94a38b5"],
  [13, 7, "840c11cabca5d2f55fa716ea10629cfc5ded0ae2e6f3346862ca717d86a436d4"],
];
for (const [height, width, hash] of otherSources) {
  void test(`noise of 13 x 41 to ${height} x ${width} is Pillow's to the byte`, () => {
    const images = Uint8Array.from(
      { length: 10 * 13 * 41 },
      (_, i) => ((31 * i * i + 618033 * i) % 1000003) % 256,
    );
    assert.equal(sha256(resizeBilinear(images, { count: 10, from: [13, 41], to: [height, width] })), hash);
  });
}

void test("the same size gives the same bytes, in an array of its own", () => {
  const images = original("t10k-images-idx3-ubyte").subarray(16, 16 + 784);
  const same = resizeBilinear(images, { from: [28, 28], to: [28, 28] });
  assert.deepEqual(Buffer.from(same), images);
  assert.notEqual(same.buffer, images.buffer);
});

void test("sizes that are no sizes, and bytes that do not fit, are refused with what was given", () => {
  const images = new Uint8Array(784);
  const from = [28, 28] as const;
  assert.throws(() => resizeBilinear(images, { from, to: [0, 32] }), {
    name: "RangeError",
    message: "to[0], the height, is 0; it must be an integer, 1 or more",
  });
  assert.throws(() => resizeBilinear(images, { from, to: [32, 1.5] }), /to\[1\], the width, is 1\.5/);
  assert.throws(() => resizeBilinear(images, { count: 2, from, to: [32, 32] }), {
    name: "RangeError",
    message: "images holds 784 bytes; [28, 28] needs 2 images of 784",
  });
  assert.throws(
    () => resizeBilinear(images.subarray(1), { from, to: [32, 32] }),
    /783 bytes.*a multiple of 784/,
  );
});
