/** What every network of the gallery is made of: parts that are right, of which one is put in wrong. */
import { NULL_LABEL } from "../digits";
import { plain } from "../guidance/plain";
import type { GuidanceRule } from "../guidance/rule";
import { createModel, type Model } from "../model";
import { trainedSchedule } from "../recipe";
import { ddim } from "../samplers/ddim";
import type { Sampler } from "../samplers/sampler";
import { trailingTimesteps } from "../schedule";
import { noisyBatch } from "../training/batch";
import type { DrawBatch } from "../training/train";
import { CFGUnet } from "../unet/cfg-unet";
import type { Weights } from "../weights/decode-weights";

/** How many steps every sampler of the gallery takes. */
export const STEPS = 10;

/** The parts of a network in use, from its training to its samples. */
export interface Suspect {
  /** What asks the network, on its schedule. */
  model: Model;
  /** How two predictions become one. */
  rule: GuidanceRule;
  sampler: Sampler;
  /** How its training drew a batch. */
  draw: DrawBatch;
  dispose: () => void;
}

/** The timesteps that are visited, falling. */
export const visits = (schedule: Model["schedule"]): number[] => trailingTimesteps(schedule, STEPS);

/** A network with nothing wrong, of the weights given. */
export function healthy({ state, info }: Weights): Suspect {
  const net = new CFGUnet({ state });
  return {
    model: createModel((x, t, labels) => net.predict(x, t, labels), {
      predicts: info.predicts,
      schedule: trainedSchedule(info),
      nullLabel: NULL_LABEL,
    }),
    rule: plain,
    sampler: ddim({ eta: 1 }),
    draw: noisyBatch,
    dispose: () => net.dispose(),
  };
}
