import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";
import {
  type Dataset,
  digitsOf,
  loadMnist,
  loadMnistAsync,
  MNIST_SHA256,
  pick,
  resizeBilinear,
  toFloat,
} from "mnist-data-loader";
import { mnistFolder, original, smallSet, temporaryFolder, writeSet } from "./files";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const t10k = { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" };
const test32 = loadMnist({ split: "test" });

void test("the training set comes whole: 60,000 images of 32 x 32 and their labels", () => {
  const { images, labels, count, height, width } = loadMnist();
  assert.deepEqual([count, height, width], [60000, 32, 32]);
  assert.equal(images.length, 60000 * 32 * 32);
  // Pillow's, as in golden/unet.json.
  assert.equal(sha256(images), "e2ed02ba3cec0dca9783366b9eb047f61b43620eecb6fd5bd0da3f7cedd17594");
  assert.deepEqual(Buffer.from(labels), original("train-labels-idx1-ubyte").subarray(8));
  assert.deepEqual([...labels.subarray(0, 10)], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
});

void test("the test set comes whole", () => {
  assert.deepEqual([test32.count, test32.height, test32.width], [10000, 32, 32]);
  // Pillow 13.0.0's resize of all of t10k-images.
  assert.equal(sha256(test32.images), "750966a83c3f66b21f310636df69984b116407e280d0e2fc2f606aa33c6749cc");
  assert.deepEqual([...test32.labels.subarray(0, 10)], [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
});

void test("size 28 leaves the images as they are", () => {
  const { images, height, width } = loadMnist({ split: "test", size: 28 });
  assert.deepEqual([height, width], [28, 28]);
  assert.deepEqual(Buffer.from(images), original("t10k-images-idx3-ubyte").subarray(16));
});

void test("loadMnistAsync gives the same, and never holds the event loop for long", async () => {
  /** How long the event loop was held at most, as a share of the whole time. */
  async function longestTurn(): Promise<number> {
    const turns: number[] = [performance.now()];
    let loading = true;
    const turn = (): void => {
      turns.push(performance.now());
      if (loading) setImmediate(turn);
    };
    setImmediate(turn);
    const train = await loadMnistAsync();
    turns.push(performance.now());
    loading = false;
    assert.equal(sha256(train.images), "e2ed02ba3cec0dca9783366b9eb047f61b43620eecb6fd5bd0da3f7cedd17594");
    return (
      Math.max(...turns.slice(1).map((time, i) => time - turns[i])) / (turns[turns.length - 1] - turns[0])
    );
  }
  let held = 1;
  for (let run = 0; run < 3 && held >= 1 / 4; run++) held = await longestTurn(); // other work may have held the core
  assert.ok(held < 1 / 4, `held for ${held} of the time`);
});

const shapes: {
  title: string;
  pack: (bytes: Buffer) => Buffer;
  names: { images: string; labels: string };
}[] = [
  {
    title: "plain files",
    pack: (bytes) => bytes,
    names: { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" },
  },
  {
    title: "gzip files",
    pack: (bytes) => gzipSync(bytes),
    names: { images: "t10k-images-idx3-ubyte.gz", labels: "t10k-labels-idx1-ubyte.gz" },
  },
  {
    title: "files with a dot in the name",
    pack: (bytes) => bytes,
    names: { images: "t10k-images.idx3-ubyte", labels: "t10k-labels.idx1-ubyte" },
  },
  {
    title: "files that a browser unpacked and left the .gz on",
    pack: (bytes) => bytes,
    names: { images: "t10k-images-idx3-ubyte.gz", labels: "t10k-labels-idx1-ubyte.gz" },
  },
  {
    title: "gzip files of several members",
    pack: (bytes) => Buffer.concat([gzipSync(bytes.subarray(0, 5000)), gzipSync(bytes.subarray(5000))]),
    names: { images: "t10k-images-idx3-ubyte.gz", labels: "t10k-labels-idx1-ubyte.gz" },
  },
];
for (const { title, pack, names } of shapes) {
  void test(`a folder of one's own: ${title}`, async (t) => {
    const pair = {
      images: pack(original("t10k-images-idx3-ubyte")),
      labels: pack(original("t10k-labels-idx1-ubyte")),
    };
    const dir = writeSet(temporaryFolder(t), pair, names);
    const options = { split: "test", dir, sha256: MNIST_SHA256.test } as const;
    assert.deepEqual(loadMnist(options), test32);
    assert.deepEqual(await loadMnistAsync(options), test32);
  });
}

void test("small .gz files are read as plain ones are, down to one image of one pixel", async (t) => {
  const images = Buffer.alloc(16 + 80, 7);
  const labels = Buffer.alloc(8 + 80, 3);
  for (const count of [1, 2, 54, 55, 56, 80]) {
    [0x0803, count, 1, 1].forEach((value, i) => images.writeUInt32BE(value, 4 * i));
    [0x0801, count].forEach((value, i) => labels.writeUInt32BE(value, 4 * i));
    const set = { images: images.subarray(0, 16 + count), labels: labels.subarray(0, 8 + count) };
    const plain = loadMnist({ dir: writeSet(temporaryFolder(t), set) });
    const packed = { images: gzipSync(set.images), labels: gzipSync(set.labels) };
    const dir = writeSet(temporaryFolder(t), packed);
    assert.equal(plain.count, count);
    assert.deepEqual(loadMnist({ dir }), plain);
    assert.deepEqual(await loadMnistAsync({ dir }), plain);
  }
});

/** A folder with files at these paths below it. */
function laidOut(dir: string, files: Record<string, Uint8Array>): string {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), bytes);
  }
  return dir;
}

void test("Kaggle's folder: each file in a folder of its own name, or beside it with a dot in the name", (t) => {
  const set = smallSet(5);
  const nested = {
    "t10k-images-idx3-ubyte/t10k-images-idx3-ubyte": set.images,
    "t10k-labels-idx1-ubyte/t10k-labels-idx1-ubyte": set.labels,
  };
  const dir = laidOut(temporaryFolder(t), nested);
  const expected = loadMnist({ split: "test", dir: writeSet(temporaryFolder(t), set, t10k) });
  assert.equal(expected.count, 5);
  assert.deepEqual(loadMnist({ split: "test", dir }), expected);
  laidOut(dir, { "t10k-images.idx3-ubyte": set.images, "t10k-labels.idx1-ubyte": set.labels });
  assert.deepEqual(loadMnist({ split: "test", dir }), expected);
});

void test("torchvision's folder: MNIST/raw below the one given, the .gz files beside the plain ones", (t) => {
  const set = smallSet(5);
  const expected = loadMnist({ split: "test", dir: writeSet(temporaryFolder(t), set, t10k) });
  const root = laidOut(temporaryFolder(t), {
    "MNIST/raw/t10k-images-idx3-ubyte": set.images,
    "MNIST/raw/t10k-images-idx3-ubyte.gz": gzipSync(set.images),
    "MNIST/raw/t10k-labels-idx1-ubyte": set.labels,
    "FashionMNIST/raw/t10k-images-idx3-ubyte": smallSet(2).images,
    "FashionMNIST/raw/t10k-labels-idx1-ubyte": smallSet(2).labels,
  });
  for (const dir of [root, join(root, "MNIST"), join(root, "MNIST", "raw")])
    assert.deepEqual(loadMnist({ split: "test", dir }), expected, dir);
  assert.equal(loadMnist({ split: "test", dir: join(root, "FashionMNIST") }).count, 2);
});

void test("both files of a split come from one place, never one from each of two sets", (t) => {
  const dir = laidOut(temporaryFolder(t), {
    "t10k-labels-idx1-ubyte": smallSet(5).labels,
    "MNIST/raw/t10k-images-idx3-ubyte": smallSet(5).images,
    "MNIST/raw/t10k-labels-idx1-ubyte": smallSet(5).labels,
  });
  assert.throws(() => loadMnist({ split: "test", dir }), /t10k-images-idx3-ubyte: found no such file/);
});

void test("a folder of one's own need not hold MNIST: any count and image size", (t) => {
  const images = Buffer.alloc(16 + 3 * 20 * 24, 7);
  [0x0803, 3, 20, 24].forEach((value, i) => images.writeUInt32BE(value, 4 * i));
  const labels = Buffer.from([0, 0, 8, 1, 0, 0, 0, 3, 9, 0, 4]);
  const { count, height, width, ...rest } = loadMnist({
    dir: writeSet(temporaryFolder(t), { images, labels }),
  });
  assert.deepEqual([count, height, width], [3, 32, 32]);
  assert.deepEqual([...rest.labels], [9, 0, 4]);
  assert.ok(rest.images.every((value) => value === 7));
});

void test("the arrays do not keep the files' buffers alive", () => {
  assert.equal(test32.images.buffer.byteLength, 10000 * 1024);
  assert.equal(test32.labels.buffer.byteLength, 10000);
});

void test("pixels become float32 in [-1, 1], bit for bit as in torchvision", () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const scaled = toFloat(all);
  assert.deepEqual([scaled[0], scaled[255]], [-1, 1]);
  // torch 2.15: sha256((torch.arange(256, dtype=torch.uint8).to(torch.float32).div(255) * 2 - 1).numpy().tobytes())
  assert.equal(
    sha256(new Uint8Array(scaled.buffer)),
    "d15e8ce72284446496a6de66e8a4795818530b44cd2c3dd415077364535c3c1a",
  );
});

void test("pick gives the asked images in the asked order", () => {
  const { images, labels, indices } = pick(test32, [9999, 3, 3]);
  assert.deepEqual([...indices], [9999, 3, 3]);
  assert.deepEqual([...labels], [6, 0, 0]);
  const one = original("t10k-images-idx3-ubyte").subarray(16 + 9999 * 784);
  assert.deepEqual(images.subarray(0, 1024), toFloat(resizeBilinear(one, { from: [28, 28], to: [32, 32] })));
  assert.deepEqual(images.subarray(1024, 2048), images.subarray(2048));
  assert.throws(() => pick(test32, [0, 10000]), {
    name: "RangeError",
    message: "indices[1] is 10000; it must be an integer, from 0 to 9999",
  });
  assert.throws(() => pick(test32, [-1]), /indices\[0\] is -1/);
});

void test("digitsOf finds a label's images", (t) => {
  assert.deepEqual([...digitsOf(test32, 7, 3)], [0, 17, 26]);
  const perDigit = Array.from({ length: 10 }, (_, label) => digitsOf(test32, label));
  perDigit.forEach((indices, label) => assert.ok(indices.every((i) => test32.labels[i] === label)));
  assert.equal(
    perDigit.reduce((sum, indices) => sum + indices.length, 0),
    10000,
  );
  assert.throws(() => digitsOf(test32, 10), /label is 10; it must be an integer, from 0 to 9/);
  const few: Dataset = loadMnist({ dir: writeSet(temporaryFolder(t), smallSet(10)) });
  assert.throws(() => digitsOf(few, 9, 4), /n is 4; the data set holds only 2 images with the label 9/);
});

void test("bad options are refused with what is allowed", async () => {
  const split = "validation" as "test";
  assert.throws(() => loadMnist({ split }), {
    name: "RangeError",
    message: 'split is "validation"; it must be "train" or "test"',
  });
  await assert.rejects(loadMnistAsync({ split }), /it must be "train" or "test"/);
  assert.throws(() => loadMnist({ size: 0 }), /size is 0; it must be an integer, from 1 to 1024/);
  assert.throws(() => loadMnist({ size: NaN }), /size is NaN/);
});

void test("verify: false skips the checksums, not the structure", (t) => {
  const dir = writeSet(temporaryFolder(t), smallSet(5));
  assert.equal(loadMnist({ dir, sha256: MNIST_SHA256.train, verify: false }).count, 5);
  assert.throws(() => loadMnist({ dir: join(mnistFolder, ".."), verify: false }), /no such file/);
});
