/** The U-Net's tensors: names and shapes as in PyTorch's `state_dict`. */
import { LABEL_COUNT } from "../digits";
import { convNormShapes, type ParameterShapes } from "../nn/parameters";
import { checkDescription, seedUnet, type UnetDescription } from "./description";

/**
 * Names and PyTorch shapes of every parameter and running statistic, in the order of PyTorch's `state_dict`.
 * @param description the network's form: the seed's unless given
 * @throws RangeError when the description does not fit
 * @example
 * cfg.unetShapes(cfg.smallUnet)[0] // ["time_mlp.1.weight", [64, 64]]
 */
export function unetShapes(description: UnetDescription = seedUnet): ParameterShapes {
  checkDescription(description);
  const { patch, channels, conditionLength, upKernel, guided = false } = description;
  const block = (name: string, inChannels: number, outChannels: number): [string, number[]][] => [
    ...convNormShapes(name, 1, inChannels, outChannels),
    [`${name}.time_mlp.weight`, [outChannels, conditionLength]],
    [`${name}.time_mlp.bias`, [outChannels]],
    ...convNormShapes(name, 2, outChannels, outChannels),
  ];
  const levels = channels.slice(0, -1);
  const deepest = channels[channels.length - 1];
  return [
    ["time_mlp.1.weight", [conditionLength, conditionLength]],
    ["time_mlp.1.bias", [conditionLength]],
    ["label_embedding.weight", [LABEL_COUNT, conditionLength]],
    ...(guided ? ["condition", "scale", "out"] : []).flatMap((name): [string, number[]][] => [
      [`scale_mlp.${name}.weight`, [conditionLength, conditionLength]],
      [`scale_mlp.${name}.bias`, [conditionLength]],
    ]),
    ...levels.flatMap((outChannels, i) =>
      block(`down${i + 1}`, i > 0 ? channels[i - 1] : patch ** 2, outChannels),
    ),
    ...block("bottleneck", channels[channels.length - 2], deepest),
    ...levels.flatMap((_, i): [string, number[]][] => {
      const [from, to] = [channels[channels.length - 1 - i], channels[channels.length - 2 - i]];
      return [
        [`up_trans${i + 1}.weight`, [from, from, upKernel, upKernel]],
        [`up_trans${i + 1}.bias`, [from]],
        ...block(`up${i + 1}`, from + to, to),
      ];
    }),
    ["final.weight", [patch ** 2, channels[0], 3, 3]],
    ["final.bias", [patch ** 2]],
  ];
}

/**
 * How many numbers the network learns.
 * @param description the network's form: the seed's unless given
 * @example
 * cfg.parameterCount() // 3350721
 */
export function parameterCount(description: UnetDescription = seedUnet): number {
  const learned = unetShapes(description).filter(([name]) => !name.includes(".running_"));
  return learned.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
