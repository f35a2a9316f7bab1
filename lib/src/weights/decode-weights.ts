/** Weights of the U-Net from the bytes of a file, wherever these come from. */
import { checkStateDict } from "../nn/check";
import type { StateDict } from "../nn/state-dict";
import type { WeightsInfo } from "../recipe";
import { describeUnet } from "../unet/description";
import { unetShapes } from "../unet/shapes";
import { fromMetadata } from "./metadata";
import { decodeSafetensors } from "./safetensors";

/** Weights and how they were trained. */
export interface Weights {
  state: StateDict;
  info: WeightsInfo;
}

/**
 * The weights in a safetensors file: `trainedModel` makes a model of them.
 * @param name of the file, for errors
 * @throws Error that names the file and what is wrong with it
 * @example
 * const { readFileSync } = await import("node:fs");
 * cfg.decodeWeights(readFileSync(cfg.shippedFile("seed.safetensors")), "seed").info.recipe // "seed"
 */
export function decodeWeights(bytes: Uint8Array, name: string): Weights {
  const { state, metadata } = decodeSafetensors(bytes, name);
  if (state.has("losses") && state.has(`model.${unetShapes()[0][0]}`))
    throw new Error(
      `${name} is a checkpoint, from which training goes on, and no weights: take those that training wrote beside it, ` +
        "epoch-1-ema.safetensors and so on.",
    );
  checkStateDict(state, unetShapes(describeUnet(state)), name);
  return { state, info: fromMetadata(metadata, name) };
}
