import { type Dataset, pick, type Samples } from "./dataset";
import { countTo, shuffledIndices } from "./shuffle";
import { checkInteger } from "./validate";

export interface BatchOptions {
  /** Images in a batch; 128 by default. */
  batchSize?: number;
  /** Whether to draw the images in a random order (the default) or in the data set's. */
  shuffle?: boolean;
  /** Which random order, 0 to 2^53 - 1; 0 by default. */
  seed?: number;
  /** Which pass over the data, counted from 0: each has an order of its own under one seed. */
  epoch?: number;
  /** Whether to leave out a last batch that is short (the default) or to give it. */
  dropLast?: boolean;
  /** The first batch to give, counted from 0: where an interrupted epoch goes on. */
  startBatch?: number;
}

export interface Batch extends Samples {
  /** Which batch of the epoch this is, counted from 0. */
  batch: number;
}

/** One epoch. Each `for` or `for await` over it begins again at startBatch. */
export interface Batches extends Iterable<Batch>, AsyncIterable<Batch> {
  /** How many batches the epoch has, those before startBatch included. */
  readonly length: number;
}

/**
 * One epoch of a data set in batches, each scaled to [-1, 1] as it is taken.
 *
 * A batch depends only on the data, seed, epoch, batchSize and its number, so
 * training can stop anywhere and go on with `startBatch`. The arrays of a batch
 * are its own and may be kept.
 *
 * `for await` lets the event loop turn before every batch, so that a stop
 * button or a chart gets its turn; a plain `for` does not.
 *
 * @throws RangeError on an option out of its range, and if there is not one whole batch to give
 */
export function batches(
  dataset: Dataset,
  {
    batchSize = 128,
    shuffle = true,
    seed = 0,
    epoch = 0,
    dropLast = true,
    startBatch = 0,
  }: BatchOptions = {},
): Batches {
  checkInteger("batchSize", batchSize, 1);
  checkInteger("seed", seed, 0);
  checkInteger("epoch", epoch, 0, 2 ** 32 - 1);
  const { count } = dataset;
  if (dropLast && batchSize > count) {
    throw new RangeError(
      `batchSize is ${batchSize} and the data set has ${count} images: no whole batch; ` +
        "take a smaller batchSize or pass dropLast: false",
    );
  }
  const length = dropLast ? Math.floor(count / batchSize) : Math.ceil(count / batchSize);
  checkInteger("startBatch", startBatch, 0, length);

  function* generate(): Generator<Batch, void, undefined> {
    const order = shuffle ? shuffledIndices(count, seed, epoch) : countTo(count);
    for (let batch = startBatch; batch < length; batch++) {
      const indices = order.subarray(batch * batchSize, (batch + 1) * batchSize);
      yield { ...pick(dataset, indices), batch };
    }
  }

  return {
    length,
    [Symbol.iterator]: generate,
    async *[Symbol.asyncIterator]() {
      for (const batch of generate()) {
        await new Promise((resolve) => setImmediate(resolve));
        yield batch;
      }
    },
  };
}
