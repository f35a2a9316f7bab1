/** One line that says how far a loop is, and a stop button that keeps what was done. */
import { checkInteger } from "../validate";
import { openOutput } from "./kernel";
import { type LoopState, progressBundle, progressText } from "./progress-line";
import { eventLoopTurn, listenForStop } from "./stop";

/** Options of {@link progress}. */
export interface ProgressOptions {
  /** What runs, in a word or two. */
  label?: string;
  /** How many items there will be; by default what the items say themselves (`steps`), or a list's length. */
  total?: number;
}

/** The items, with how the loop ended. */
export interface Progress<T, R> extends AsyncGenerator<T, void, undefined> {
  /** Whether the stop button ended the loop before its end. */
  readonly stopped: boolean;
  /** What the wrapped generator returned; undefined before its end, and when the loop ended early. */
  readonly result: R | undefined;
  /**
   * Goes through all items, and gives what the wrapped generator returned.
   * @throws Error when the stop button ended the loop before
   */
  toEnd(): Promise<R>;
}

const LEAST_MS_BETWEEN_LINES = 100;

/**
 * Passes the items on, and shows one line with a bar, how many are done, the time gone and the time left. A look at the
 * event loop after every item lets the stop button work.
 *
 * The stop button ends the loop after the item in work, with "Stopped at step k of n. What was done is kept.": the
 * wrapped generator is told to return, `stopped` is true, and the cell goes on behind the loop, so that what was done
 * can be drawn and kept there; the cells that wait behind it are not run. Pressed a second time before that, it gives up
 * on the cell at once, as it does outside such a loop: the cell ends with an error, and the rest of it may run on unseen.
 *
 * @example
 * const { shape } = await cfg.progress(cfg.sample(model, { labels: [3], steps: 10 }), { label: "Sampling" }).toEnd();
 * shape // [1, 32, 32, 1]
 *
 * @throws RangeError when `total` is not a whole number of at least 0
 */
export function progress<T, R>(
  items: Generator<T, R> | AsyncGenerator<T, R>,
  options?: ProgressOptions,
): Progress<T, R>;
export function progress<T>(
  items: Iterable<T> | AsyncIterable<T>,
  options?: ProgressOptions,
): Progress<T, undefined>;
export function progress<T>(
  items: Iterable<T> | AsyncIterable<T>,
  options: ProgressOptions = {},
): Progress<T, unknown> {
  if (options.total !== undefined) checkInteger("total", options.total, 0, Infinity);
  const end: LoopEnd = { stopped: false, result: undefined };
  const generator = passOn(items, options, end);
  return Object.defineProperties(generator, {
    stopped: { get: () => end.stopped },
    result: { get: () => end.result },
    toEnd: { value: () => toEnd(generator, end) },
  }) as Progress<T, unknown>;
}

async function toEnd(generator: AsyncGenerator, end: LoopEnd): Promise<unknown> {
  while (!(await generator.next()).done);
  if (end.stopped)
    throw new Error("stopped before the end, so there is no result. Run the cell again for one.");
  return end.result;
}

interface LoopEnd {
  stopped: boolean;
  result: unknown;
}

async function* passOn<T>(
  items: Iterable<T> | AsyncIterable<T>,
  options: ProgressOptions,
  end: LoopEnd,
): AsyncGenerator<T, void, undefined> {
  const line = progressLine(options, items);
  const stop = listenForStop();
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let ended = false;
  try {
    line.start();
    for (;;) {
      const next = await source.next();
      if (next.done) {
        end.result = next.value;
        ended = true;
        break;
      }
      line.began(next.value);
      yield next.value;
      line.finished();
      await eventLoopTurn();
      if (stop.requested && !line.isLast()) {
        end.stopped = true;
        break;
      }
    }
  } catch (error) {
    ended = true; // the source itself failed
    throw error;
  } finally {
    try {
      if (!ended) await source.return?.();
    } finally {
      await eventLoopTurn(); // a request that came with the last item is for this loop
      stop.release();
      line.end(end.stopped ? "stopped" : "done");
    }
  }
}

interface ProgressLine {
  start: () => void;
  began: (item: unknown) => void;
  finished: () => void;
  isLast: () => boolean;
  end: (state: LoopState["state"]) => void;
}

function progressLine({ label = "", total }: ProgressOptions, items: unknown): ProgressLine {
  const output = openOutput();
  const isTerminal = !output && process.stderr.isTTY;
  const loop: LoopState = {
    label,
    done: 0,
    total: total ?? sizeOf(items),
    elapsed: 0,
    left: undefined,
    state: "running",
  };
  let startedAt = 0;
  let writtenAt = -Infinity;
  let current = 0;
  let before: number | undefined;

  const write = (): void => {
    loop.elapsed = (performance.now() - startedAt) / 1000;
    const took = loop.done - (before ?? 0);
    loop.left =
      loop.total === undefined || took <= 0
        ? undefined
        : (loop.elapsed / took) * Math.max(0, loop.total - loop.done);
    if (output) output.replace(progressBundle(loop));
    else if (isTerminal) process.stderr.write(`\r\x1b[K${progressText(loop)}`);
    writtenAt = performance.now();
  };

  return {
    start: () => {
      startedAt = performance.now();
      write();
    },
    began: (item) => {
      const { step, steps } = numbers(item);
      loop.total = total ?? steps ?? loop.total;
      before ??= step === undefined ? 0 : Math.max(0, step - 1); // a resumed run begins with a later step
      current++;
    },
    finished: () => {
      loop.done = (before ?? 0) + current;
      if (performance.now() - writtenAt >= LEAST_MS_BETWEEN_LINES) write();
    },
    isLast: () => loop.total !== undefined && loop.done >= loop.total,
    end: (state) => {
      loop.state = state;
      loop.done = (before ?? 0) + current;
      write();
      if (isTerminal) process.stderr.write("\n");
      else if (!output) console.log(progressText(loop));
    },
  };
}

/** What our samplers and the training loop say of themselves. */
function numbers(item: unknown): { step?: number; steps?: number } {
  if (typeof item !== "object" || item === null) return {};
  const { step, steps } = item as { step?: unknown; steps?: unknown };
  return {
    step: typeof step === "number" ? step : undefined,
    steps: typeof steps === "number" ? steps : undefined,
  };
}

function sizeOf(items: unknown): number | undefined {
  const { length, size } = items as { length?: unknown; size?: unknown };
  if (typeof length === "number") return length;
  return typeof size === "number" ? size : undefined;
}
