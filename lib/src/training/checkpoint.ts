/** A training run on disk: everything needed to go on bit for bit. Node only. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { writeFileAtomic } from "../files/atomic";
import { isOthersVersion, rememberVersion } from "../files/one-writer";
import { checkStateDict } from "../nn/check";
import { isTrained } from "../nn/parameters";
import type { StateDict } from "../nn/state-dict";
import type { WeightsInfo } from "../recipe";
import { describeUnet } from "../unet/description";
import { unetShapes } from "../unet/shapes";
import { fromMetadata, toMetadata } from "../weights/metadata";
import { decodeSafetensors, encodeSafetensors } from "../weights/safetensors";
import type { TrainerState } from "./trainer";

/** A training run after some step. Its random state is the seed in `info` and the step. */
export interface Checkpoint {
  state: TrainerState;
  info: WeightsInfo;
  /** Loss of every step so far. */
  losses: Float32Array;
  /** Seconds of training so far. */
  seconds: number;
}

/** The parts of a {@link TrainerState}, as prefixes of names in the file. */
const PARTS = ["model", "ema", "adamM", "adamV"] as const;
const LOSSES = "losses";

/**
 * Writes a checkpoint, whole or not at all. Not over one that another process has written since this one read or wrote
 * it: of two trainings from one checkpoint, the second is told.
 * @throws Error when it could not be read again, not be written, or is another training's by now
 * @example
 * const trainer = new cfg.Trainer({ start: cfg.initialStateDict(0, cfg.unetShapes()) });
 * cfg.saveCheckpoint("checkpoint.safetensors", { state: trainer.state(), info: { ...model.info, step: 0 }, losses: new Float32Array(), seconds: 0 });
 */
export function saveCheckpoint(file: string, { state, info, losses, seconds }: Checkpoint): void {
  // A run that diverged must not replace a sound checkpoint.
  checkStateDict(
    state.model,
    unetShapes(describeUnet(state.model)),
    `the network after step ${state.step}, trained with the learning rate ${info.learningRate}`,
  );
  if (losses.length !== state.step)
    throw new Error(
      `${losses.length} losses are given for ${state.step} steps; a checkpoint needs one for each.`,
    );
  if (isOthersVersion(file))
    throw new Error(
      `${file} was written by another training since this one looked at it; step ${state.step} of this one was not saved. ` +
        "Stop one of the two, or give each a file of its own; to go on from the other's, load the checkpoint again.",
    );
  const tensors: StateDict = new Map();
  for (const part of PARTS) {
    for (const [name, tensor] of state[part]) tensors.set(`${part}.${name}`, tensor);
  }
  tensors.set(LOSSES, { shape: [losses.length], data: losses });
  const metadata = { ...toMetadata({ ...info, step: state.step }), seconds: String(seconds) };
  writeFileAtomic(file, encodeSafetensors(tensors, { metadata }));
  rememberVersion(file);
}

/**
 * Reads a checkpoint; undefined where there is none yet.
 * @throws Error that names the file and what is wrong with it
 * @example
 * cfg.loadCheckpoint("nothing-there.safetensors") // undefined
 */
export function loadCheckpoint(file: string): Checkpoint | undefined {
  rememberVersion(file); // before it is read: what comes after that is another's
  if (!existsSync(file)) return undefined;
  const name = path.basename(file);
  const { state: tensors, metadata } = decodeSafetensors(readFileSync(file), name);
  const info = fromMetadata(metadata, name);
  const losses = tensors.get(LOSSES)?.data;
  const seconds = Number(metadata.seconds);
  if (!losses || losses.length !== info.step || !Number.isFinite(seconds)) {
    throw new Error(
      `${name} is no checkpoint: it holds ${losses?.length ?? 0} losses for ${info.step} steps.`,
    );
  }
  const expected = unetShapes(describeUnet(partOf(tensors, "model")));
  const trained = expected.filter(([parameter]) => isTrained(parameter));
  const parts = PARTS.map((part) => {
    const dict = partOf(tensors, part);
    checkStateDict(dict, part.startsWith("adam") ? trained : expected, `${name} (${part})`);
    return [part, dict] as const;
  });
  const state = { step: info.step, ...Object.fromEntries(parts) } as unknown as TrainerState;
  return { state, info, losses, seconds };
}

/** The tensors whose names begin with a part's, without it. */
function partOf(tensors: StateDict, part: (typeof PARTS)[number]): StateDict {
  const prefix = `${part}.`;
  const entries = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(entries.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
