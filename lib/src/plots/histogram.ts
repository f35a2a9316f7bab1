/** How numbers are spread. */
import { checkInteger } from "../validate";
import { axis, baseLayout, extent, type Figure, palette, rounded } from "./figure";
import { type LineSeries, lineTrace } from "./line-chart";

/** Options of {@link histogram}. */
export interface HistogramOptions {
  series: readonly { name: string; values: ArrayLike<number> }[];
  /** What the numbers are, with the unit. */
  xTitle: string;
  /** By default what `density` makes of the bars. */
  yTitle?: string;
  title?: string;
  /** Number of bars, at least 1. */
  bins?: number;
  /** Ends of the bars; by default the smallest and the largest number. Numbers outside, and NaN, are not counted. */
  range?: readonly [number, number];
  /** Draws bars whose area is 1, to be compared with a probability density, in place of counts. */
  density?: boolean;
  /** Curves over the bars: the density of the standard normal distribution, say. */
  lines?: readonly LineSeries[];
}

/**
 * Bars that count numbers. The bars are computed here, so that a figure of a million numbers stays small.
 *
 * @example
 * const series = [{ name: "noise", values: cfg.normal(1024, 1) }];
 * cfg.show(cfg.histogram({ series, xTitle: "pixel of the noise (no unit)", density: true }));
 *
 * @throws RangeError when there are no numbers, when the range is empty, or when `bins` is not a whole number of at least 1
 */
export function histogram(options: HistogramOptions): Figure {
  const { series, xTitle, title, bins = 50, density = false, lines = [] } = options;
  const { yTitle = density ? "density (1 / unit of x)" : "how many (count)" } = options;
  checkInteger("bins", bins, 1, 10000);
  const [low, high] = options.range ?? extent(series.map(({ values }) => values));
  if (!(low <= high)) {
    throw new RangeError(
      options.range
        ? `range is [${low}, ${high}]; its first number must not be larger than its second.`
        : "There are no numbers to draw; give at least one.",
    );
  }
  const width = (high - low) / bins || 1;
  const centres = Array.from({ length: bins }, (_, i) => low + (i + 0.5) * width);
  return {
    data: [
      ...series.map(({ name, values }, i) => {
        const counts = count(values, [low, high], bins);
        return {
          type: "bar",
          name,
          x: rounded(centres),
          y: density ? rounded(counts.map((n) => n / (values.length * width))) : [...counts],
          width,
          marker: { color: palette[i % palette.length], line: { width: 0 } },
          opacity: series.length > 1 ? 0.6 : 1,
        };
      }),
      ...lines.map((one, i) => lineTrace(one, series.length + i)),
    ],
    layout: {
      ...baseLayout(title, series.length + lines.length > 1),
      barmode: "overlay",
      bargap: 0,
      xaxis: axis(xTitle),
      yaxis: { ...axis(yTitle), rangemode: "tozero" },
    },
  };
}

/** How many values fall into each bar; the last bar takes its upper end too. */
function count(
  values: ArrayLike<number>,
  [low, high]: readonly [number, number],
  bins: number,
): Float64Array {
  const counts = new Float64Array(bins);
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] >= low && values[i] <= high)) continue;
    const bar = Math.floor((bins * (values[i] - low)) / (high - low || 1));
    counts[Math.min(bins - 1, bar)]++;
  }
  return counts;
}
