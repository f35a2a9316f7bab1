/** Sampling more digits than fit through the network at a time. */
import { checkInteger } from "../validate";
import { checkSampling, sample, type SampleOptions } from "./sample";

/** Options of {@link sampleMany}: those of `sample`, the noise always from `seed`. */
export interface ManyOptions extends Omit<SampleOptions, "noise"> {
  /** How many images go through the network at a time: more need more memory and are not faster. */
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
 */
export function* sampleMany({
  batchSize = 100,
  ...options
}: ManyOptions): Generator<ManyProgress, Float32Array> {
  checkInteger("batchSize", batchSize, 1, Infinity);
  checkSampling(options);
  const { labels, guidanceScale } = options;
  const noiseIndices = options.noiseIndices ?? labels.map((_, i) => i);
  const batches = Math.ceil(labels.length / batchSize);
  const parts: Float32Array[] = [];
  for (let batch = 0; batch < batches; batch++) {
    const range = [batch * batchSize, (batch + 1) * batchSize] as const;
    const run = sample({
      ...options,
      labels: labels.slice(...range),
      noiseIndices: noiseIndices.slice(...range),
      guidanceScale: typeof guidanceScale === "object" ? guidanceScale.slice(...range) : guidanceScale,
    });
    try {
      let next = run.next();
      for (; !next.done; next = run.next()) {
        const { step, steps } = next.value;
        yield { step: batch * steps + step + 1, steps: batches * steps, images: range[0] };
      }
      parts.push(next.value.images);
    } finally {
      run.return({ images: new Float32Array(), shape: [0, 0, 0, 0] }); // frees its tensors if we are ended early
    }
  }
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}
