/** The judge that ships. Node only. */
import { readFileSync } from "node:fs";
import { shippedWeights } from "../weights/files";
import { decodeSafetensors } from "../weights/safetensors";
import { Judge } from "./judge";

/**
 * Loads the judge.
 * @param file a .safetensors file; the judge that ships by default
 * @throws Error that names the file and what is wrong with it
 * @example
 * const { labels } = cfg.loadJudge().judge(images);
 * labels // [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
 */
export function loadJudge(file: string = shippedWeights("judge")): Judge {
  return new Judge(decodeSafetensors(readFileSync(file), file).state);
}
