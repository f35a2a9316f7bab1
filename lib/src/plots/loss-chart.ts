/** How a training run goes. */
import { checkInteger } from "../validate";
import { type Figure, palette } from "./figure";
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
  logY?: boolean;
  yTitle?: string;
}

/**
 * The loss of every step as a thin curve, and its running mean as a thick one.
 *
 * @example
 * const losses = log.values();
 * show(lossChart(losses.map((_, i) => i + 1), losses, { smoothed: 25, reference: { name: "PyTorch, epoch 5", value: 0.0391 } }));
 *
 * @param steps the number of each step, in rising order
 * @param losses the loss of each step
 */
export function lossChart(
  steps: ArrayLike<number>,
  losses: ArrayLike<number>,
  options: LossChartOptions = {},
): Figure {
  const {
    title,
    reference,
    others = [],
    totalSteps,
    smoothed = (totalSteps ?? steps.length) < 200 ? 10 : 25,
    logY,
    yTitle = "loss (mean squared error)",
  } = options;
  checkInteger("smoothed", smoothed, 0, Infinity);
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
  return lineChart({
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
