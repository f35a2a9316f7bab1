/** Sampling more digits than fit through the network at a time. */
import type { Model } from "../model";
import { stackRows } from "../images";
import { checkInteger } from "../validate";
import { sample } from "./sample";
import { checkSampling, type SampleOptions } from "./sample-options";

/** Options of {@link sampleMany}: those of `sample`, the noise always from `seed`. */
export interface ManyOptions<Label = number> extends Omit<SampleOptions<Label>, "noise"> {
  /** How many images go through the network at a time: more need more memory and are not faster. 100 by default. */
  batchSize?: number;
}

/** How far {@link sampleMany} is. */
export interface ManyProgress {
  /** Sampling steps done, and of all batches together. */
  step: number;
  steps: number;
  /** Images finished. */
  images: number;
}

/**
 * Samples a digit for each label, some at a time; image i has the noise of index i whatever the batches are. Yields
 * after every step of every batch.
 * @returns pixels about [-1, 1], [labels, height, width, channels] flattened
 * @throws RangeError before the first step, as `sample` does: also where there are no labels, or not as many noise indices
 *   or guidance scales as labels
 * @example
 * const run = cfg.sampleMany(model, { labels: [1, 2, 3], batchSize: 2, sampler: cfg.dpmSolver, steps: 4 });
 * [...run].map(({ step, steps }) => step / steps) // [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1]
 */
export function* sampleMany<Label = number>(
  model: Model<Label>,
  { batchSize = 100, ...options }: ManyOptions<Label>,
): Generator<ManyProgress, Float32Array> {
  checkInteger("batchSize", batchSize, 1, Infinity);
  checkSampling(model, options);
  const { labels, guidanceScale } = options;
  const noiseIndices = options.noiseIndices ?? labels.map((_, i) => i);
  const batches = Math.ceil(labels.length / batchSize);
  const parts: Float32Array[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const [start, end] = [batch * batchSize, (batch + 1) * batchSize];
    const run = sample(model, {
      ...options,
      labels: labels.slice(start, end),
      noiseIndices: noiseIndices.slice(start, end),
      guidanceScale: typeof guidanceScale === "object" ? guidanceScale.slice(start, end) : guidanceScale,
    });
    try {
      let next = run.next();
      for (; !next.done; next = run.next()) {
        const { step, steps } = next.value;
        yield { step: batch * steps + step, steps: batches * steps, images: start };
      }
      parts.push(next.value.images);
    } finally {
      run.return({ images: new Float32Array(), shape: [0, 0, 0, 0] }); // frees its tensors if we are ended early
    }
  }
  return stackRows(parts);
}
