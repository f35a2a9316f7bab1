/** Weights on disk. Node only. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { writeFileAtomic } from "../files/atomic";
import { checkStateDict } from "../nn/check";
import { describeUnet } from "../unet/description";
import { unetShapes } from "../unet/shapes";
import { decodeWeights, type Weights } from "./decode-weights";
import { checkOwnName, makeOwnFolder, ownFile, ownNames } from "./own";
import { toMetadata } from "./metadata";
import { encodeSafetensors, type StoredType } from "./safetensors";

/**
 * Writes weights as safetensors, whole or not at all.
 * @throws Error when they do not fit the network or hold a NaN (nothing is written then), or cannot be written
 * @example
 * cfg.saveWeights("mine.safetensors", { state: model.net.stateDict(), info: model.info }, { dtype: "F16" });
 * cfg.loadModel("mine.safetensors").predicts // "v"
 */
export function saveWeights(
  file: string,
  { state, info }: Weights,
  { dtype = "F32" }: { dtype?: StoredType } = {},
): void {
  checkStateDict(
    state,
    unetShapes(describeUnet(state)),
    `the weights of step ${info.step}, trained with the learning rate ${info.learningRate}`,
  );
  writeFileAtomic(file, encodeSafetensors(state, { metadata: toMetadata(info), dtype }));
}

/**
 * Reads weights of the U-Net.
 * @param file a path, or the name of weights that ship with the package, such as "seed"
 * @throws Error that names the file and what is wrong with it
 */
export function loadWeights(file: string): Weights {
  const location = placeOf(file);
  const name = path.basename(location);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(location);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const problem =
      code === "ENOENT" ? `there is no file ${location}` : `${location} cannot be read (${code})`;
    throw new Error(`${problem}. Give the path of a .safetensors file, or the name of shipped weights.`, {
      cause,
    });
  }
  return decodeWeights(bytes, name);
}

/** The file of a path, of shipped weights by name, or of one's own. */
function placeOf(file: string): string {
  if (/[\\/.]/.test(file)) return file;
  if (shippedWeightNames().includes(file)) return shippedWeights(file);
  const own = ownNames();
  if (own.includes(file)) return ownFile(file);
  const mine =
    own.length > 0 ? `your own are ${own.join(", ")}` : "you have none of your own yet (saveModel)";
  throw new Error(
    `${JSON.stringify(file)} is not the name of a model; there are ${shippedWeightNames().join(", ")}; ${mine}.`,
  );
}

/**
 * Keeps a model under a name of one's own, with which every notebook can load it: `models/NAME.safetensors`.
 * @param name letters, digits, - and _; not one of those that ship
 * @returns the file
 * @throws RangeError when the name may not be one; Error when the weights hold a NaN, or the file cannot be written
 * @example
 * cfg.saveModel("mine", { state: model.net.stateDict(), info: model.info });
 * cfg.loadModel("mine").predicts // "v"
 */
export function saveModel(name: string, weights: Weights): string {
  checkOwnName(name);
  if (shippedWeightNames().includes(name))
    throw new RangeError(`"${name}" is the name of weights that ship; give yours another.`);
  makeOwnFolder();
  saveWeights(ownFile(name), weights);
  return ownFile(name);
}

const SHIPPED: string = path.join(__dirname, "..", "..", "weights");

/**
 * The path of a file that ships with the package, such as "seed-log.json".
 * @throws Error with the names there are, when there is none of that name
 * @example
 * cfg.shippedFile("seed-log.json").endsWith("seed-log.json") // true
 */
export function shippedFile(name: string): string {
  return path.join(SHIPPED, checkKnown(name, shippedNames(), "a shipped file"));
}

/**
 * The path of weights that ship with the package.
 * @throws Error with the names there are, when the name is unknown
 */
export function shippedWeights(name: string): string {
  return path.join(SHIPPED, `${checkKnown(name, shippedWeightNames(), "shipped weights")}.safetensors`);
}

function shippedWeightNames(): string[] {
  const extension = ".safetensors";
  const files = shippedNames().filter((file) => file.endsWith(extension));
  return files.map((file) => path.basename(file, extension));
}

function shippedNames(): string[] {
  try {
    return readdirSync(SHIPPED);
  } catch (cause) {
    throw new Error(`the folder of shipped weights, ${SHIPPED}, cannot be read. Fetch the project again.`, {
      cause,
    });
  }
}

function checkKnown(name: string, names: string[], what: string): string {
  if (names.includes(name)) return name;
  const there = names.length > 0 ? `there are ${names.join(", ")}` : "there are none";
  throw new Error(`${JSON.stringify(name)} is not the name of ${what}; ${there}.`);
}
