/** Weights on disk. Node only. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { writeFileAtomic } from "../files/atomic";
import { parameterShapes } from "../unet/parameters";
import { checkStateDict } from "./check";
import { fromMetadata, toMetadata, type WeightsInfo } from "./info";
import { decodeSafetensors, encodeSafetensors, type StateDict, type StoredType } from "./safetensors";

/** Weights and how they were trained. */
export interface Weights {
  state: StateDict;
  info: WeightsInfo;
}

/** Writes weights as safetensors, whole or not at all. */
export function saveWeights(
  file: string,
  { state, info }: Weights,
  { dtype = "F32" }: { dtype?: StoredType } = {},
): void {
  writeFileAtomic(file, encodeSafetensors(state, { metadata: toMetadata(info), dtype }));
}

/**
 * Reads weights of the U-Net.
 * @param file a path, or the name of weights that ship with the package, such as "seed-ema"
 * @throws Error that names the file and what is wrong with it
 */
export function loadWeights(file: string): Weights {
  const found = /[\\/.]/.test(file) ? file : shippedWeights(file);
  const name = path.basename(found);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(found);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new Error(code === "ENOENT" ? `there is no file ${found}.` : `${found} cannot be read (${code}).`, {
      cause,
    });
  }
  const { state, metadata } = decodeSafetensors(bytes, name);
  checkStateDict(state, parameterShapes, name);
  return { state, info: fromMetadata(metadata, name) };
}

/**
 * The path of a file that ships with the package, such as "seed-log.json".
 * @throws Error with the names there are, when there is none of that name
 */
export function shippedFile(name: string): string {
  const names = readdirSync(SHIPPED);
  if (!names.includes(name))
    throw new Error(`there is no shipped file ${JSON.stringify(name)}; there are ${names.join(", ")}.`);
  return path.join(SHIPPED, name);
}

const SHIPPED = path.join(__dirname, "..", "..", "weights");

/**
 * The path of weights that ship with the package.
 * @throws Error with the names there are, when the name is unknown
 */
export function shippedWeights(name: string): string {
  const names = readdirSync(SHIPPED)
    .filter((file) => file.endsWith(".safetensors"))
    .map((file) => path.basename(file, ".safetensors"));
  if (!names.includes(name)) {
    throw new Error(
      `there are no weights named ${JSON.stringify(name)}; there are ${names.join(", ")}, or give a path.`,
    );
  }
  return path.join(SHIPPED, `${name}.safetensors`);
}
