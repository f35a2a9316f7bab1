/** The U-Net's tensors: names and shapes as in PyTorch's `state_dict`. */
import { LABEL_COUNT } from "../digits";
import { convNormShapes, type ParameterShapes } from "../nn/parameters";

/** Width of the time embedding. */
export const TIME_DIM = 32;

const BLOCKS: [name: string, inChannels: number, outChannels: number][] = [
  ["down1", 1, 32],
  ["down2", 32, 64],
  ["down3", 64, 128],
  ["bottleneck", 128, 256],
  ["up1", 256 + 128, 128],
  ["up2", 128 + 64, 64],
  ["up3", 64 + 32, 32],
];
const TRANSPOSED: Record<string, [name: string, channels: number]> = {
  up1: ["up_trans1", 256],
  up2: ["up_trans2", 128],
  up3: ["up_trans3", 64],
};

function blockShapes(name: string, inChannels: number, outChannels: number): [string, number[]][] {
  return [
    ...convNormShapes(name, 1, inChannels, outChannels),
    [`${name}.time_mlp.weight`, [outChannels, TIME_DIM]],
    [`${name}.time_mlp.bias`, [outChannels]],
    ...convNormShapes(name, 2, outChannels, outChannels),
  ];
}

/** Names and PyTorch shapes of every parameter and running statistic, in the order of PyTorch's `state_dict`. */
export const unetShapes: ParameterShapes = [
  ["time_mlp.1.weight", [TIME_DIM, TIME_DIM]],
  ["time_mlp.1.bias", [TIME_DIM]],
  ["label_embedding.weight", [LABEL_COUNT, TIME_DIM]],
  ...BLOCKS.flatMap(([name, inChannels, outChannels]) => {
    const shapes = blockShapes(name, inChannels, outChannels);
    if (!(name in TRANSPOSED)) return shapes;
    const [transposed, channels] = TRANSPOSED[name];
    return [
      [`${transposed}.weight`, [channels, channels, 4, 4]] as [string, number[]],
      [`${transposed}.bias`, [channels]] as [string, number[]],
      ...shapes,
    ];
  }),
  ["final.weight", [1, 32, 3, 3]],
  ["final.bias", [1]],
];

/**
 * How many numbers the network learns.
 * @example
 * cfg.parameterCount() // 3350721
 */
export function parameterCount(): number {
  const learned = unetShapes.filter(([name]) => !name.includes(".running_"));
  return learned.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
