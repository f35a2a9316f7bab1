/** How a training run goes. */
import { checkInteger } from "../validate";
import { type Figure, grey, palette } from "./figure";
import { lineChart, type LineSeries } from "./line-chart";

/** Options of {@link lossChart}. */
export interface LossChartOptions {
  title?: string;
  /** How many steps the thick curve averages, by default 10, from 200 steps on 25; 0 draws the losses alone. */
  smoothed?: number;
  /** A loss to compare with, drawn across. */
  reference?: number | { name: string; value: number };
  /** More curves: another run, the means of the epochs. */
  others?: readonly LineSeries[];
  /** Steps that the run will have, so that a live chart does not change its width. */
  totalSteps?: number;
  /** Steps of an epoch; marks where each epoch ends. */
  batchesPerEpoch?: number;
  logY?: boolean;
  yTitle?: string;
}

/**
 * The loss of every step as a thin curve, and its running mean as a thick one.
 *
 * @example
 * const reference = { name: "PyTorch, epoch 5", value: 0.0391 };
 * cfg.show(cfg.lossChart([0.9, 0.5, 0.3], { smoothed: 25, reference }));
 *
 * @param losses the loss of each step, from the first one on
 */
export function lossChart(losses: ArrayLike<number>, options: LossChartOptions = {}): Figure {
  const {
    title,
    reference,
    others = [],
    totalSteps,
    batchesPerEpoch,
    smoothed = (totalSteps ?? losses.length) < 200 ? 10 : 25,
    logY,
    yTitle = "loss (mean squared error)",
  } = options;
  checkInteger("smoothed", smoothed, 0, Infinity);
  if (batchesPerEpoch !== undefined) checkInteger("batchesPerEpoch", batchesPerEpoch, 1, Infinity);
  const steps = Array.from({ length: losses.length }, (_, i) => i + 1);
  const series: LineSeries[] = [
    { name: "each step", x: steps, y: losses, colour: "#56B4E9", width: 1.5, opacity: 0.7 },
  ];
  if (smoothed > 1) {
    series.push({
      name: `mean of the last ${smoothed} steps`,
      x: steps,
      y: runningMean(losses, smoothed),
      colour: palette[0],
      width: 4,
    });
  }
  const colours = [palette[1], palette[2], palette[3], palette[6]];
  others.forEach((other, i) => series.push({ colour: colours[i % colours.length], ...other }));
  const figure = lineChart({
    series,
    title,
    xTitle: "training step",
    yTitle,
    logY,
    ...(totalSteps ? { xRange: [0, totalSteps] as const } : {}),
    references:
      reference === undefined
        ? []
        : [typeof reference === "number" ? { name: String(reference), value: reference } : reference],
  });
  return batchesPerEpoch ? withEpochs(figure, totalSteps ?? losses.length, batchesPerEpoch) : figure;
}

/** A thin line at the end of each epoch, and its number at the top. */
function withEpochs(figure: Figure, lastStep: number, batchesPerEpoch: number): Figure {
  const ends: number[] = [];
  for (let step = batchesPerEpoch; step <= lastStep; step += batchesPerEpoch) ends.push(step);
  return {
    ...figure,
    layout: {
      ...figure.layout,
      shapes: ends.map((step) => ({
        type: "line",
        layer: "below",
        yref: "paper",
        x0: step,
        x1: step,
        y0: 0,
        y1: 1,
        line: { color: grey, width: 1, dash: "dot" },
      })),
      // More than ten names would run into each other.
      annotations: ends.slice(0, ends.length > 10 ? 0 : undefined).map((step, i) => ({
        text: `epoch ${i + 1}`,
        showarrow: false,
        x: step,
        xanchor: "right",
        yref: "paper",
        y: 1,
        yanchor: "top",
        font: { color: grey },
      })),
    },
  };
}

/** The mean of each value and those before it, of at most `count`. */
function runningMean(values: ArrayLike<number>, count: number): Float64Array {
  const means = new Float64Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    if (i >= count) sum -= values[i - count];
    means[i] = sum / Math.min(i + 1, count);
  }
  return means;
}
