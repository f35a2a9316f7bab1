/** What a U-Net's form is decided by. The seed's network is one such description, the small one of the lessons another. */
import { IMAGE_SIZE } from "../digits";
import type { StateDict } from "../nn/state-dict";
import { checkInteger, shown } from "../validate";

/** The form of a {@link CFGUnet}. */
export interface UnetDescription {
  /**
   * The first layer takes squares of patch x patch pixels as channels, and the last one gives them back
   * (`pixel_unshuffle`, `pixel_shuffle`): the network works on images of 32 / patch pixels, for a patch of 2 with a
   * quarter of the arithmetic. 1 takes pixels as they are.
   */
  patch: number;
  /** Channels of each level, at least two of them; each level has half the height and width of the one before. */
  channels: readonly number[];
  /** Length of the vector that tells every block time and label; even. */
  conditionLength: number;
  /** Height and width of the transposed convolutions' kernels: 2 or 4. */
  upKernel: number;
  /**
   * Whether the guidance scale is an input, too: the prediction is then a guided one, in one pass (Meng et al., arXiv
   * 2210.03142). Without it, it is not.
   */
  guided?: boolean;
}

/** The guidance scales that a guided network is trained for. */
export const GUIDED_SCALES: readonly [least: number, largest: number] = [0, 4];

/** The seed's network: 3,350,721 parameters. */
export const seedUnet: UnetDescription = {
  patch: 1,
  channels: [32, 64, 128, 256],
  conditionLength: 32,
  upKernel: 4,
};

/** The small network, 449,668 parameters: a student trains it in minutes. */
export const smallUnet: UnetDescription = {
  patch: 2,
  channels: [32, 64, 96],
  conditionLength: 64,
  upKernel: 2,
};

/** The small network with the guidance scale as an input, 462,148 parameters. */
export const guidedUnet: UnetDescription = { ...smallUnet, guided: true };

/**
 * Checks a description.
 * @throws RangeError that names the field, what it is and what it may be
 */
export function checkDescription(description: UnetDescription): void {
  const { patch, channels, conditionLength, upKernel, guided } = description;
  checkInteger("patch", patch, 1, IMAGE_SIZE);
  if (IMAGE_SIZE % patch !== 0)
    throw new RangeError(`patch is ${patch}; it must divide the image's ${IMAGE_SIZE} pixels.`);
  const isList: boolean = Array.isArray(channels);
  if (!isList || channels.length < 2)
    throw new RangeError(
      `channels is ${shown(channels)}; it must be a list of at least two numbers, one for each level.`,
    );
  for (const [level, count] of channels.entries()) checkInteger(`channels[${level}]`, count, 1, 4096);
  const smallest = IMAGE_SIZE / patch / 2 ** (channels.length - 1);
  if (smallest % 1 !== 0)
    throw new RangeError(
      `${channels.length} levels and a patch of ${patch} halve ${IMAGE_SIZE} pixels to ${smallest}; ` +
        "the last level must have a whole number of pixels.",
    );
  checkInteger("conditionLength", conditionLength, 2, 4096);
  if (conditionLength % 2 !== 0)
    throw new RangeError(`conditionLength is ${conditionLength}; it must be even: each sine has its cosine.`);
  if (upKernel !== 2 && upKernel !== 4)
    throw new RangeError(`upKernel is ${shown(upKernel)}; it must be 2 or 4.`);
  if (guided !== undefined && typeof guided !== "boolean")
    throw new RangeError(`guided is ${shown(guided)}; it must be true or false.`);
}

/**
 * The form of the network that weights are of, from the shapes of its tensors; the seed's where these do not tell.
 * @param state names and shapes as in PyTorch's `state_dict`
 * @example
 * cfg.describeUnet(model.net.stateDict()).channels // [32, 64, 128, 256]
 */
export function describeUnet(
  state: ReadonlyMap<string, { shape: readonly number[] }> | StateDict,
): UnetDescription {
  const sizeOf = (tensor: string, axis: number): number => state.get(tensor)?.shape[axis] ?? NaN;
  const channels: number[] = [];
  while (state.has(`down${channels.length + 1}.conv1.weight`))
    channels.push(sizeOf(`down${channels.length + 1}.conv1.weight`, 0));
  const description = {
    patch: Math.sqrt(sizeOf("down1.conv1.weight", 1)),
    channels: [...channels, sizeOf("bottleneck.conv1.weight", 0)],
    conditionLength: sizeOf("time_mlp.1.weight", 0),
    upKernel: sizeOf("up_trans1.weight", 2),
    ...(state.has("scale_mlp.out.weight") && { guided: true }),
  };
  try {
    checkDescription(description);
    return description;
  } catch {
    return seedUnet;
  }
}
