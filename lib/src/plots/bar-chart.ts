/** One bar for each thing that has a name. */
import { axis, baseLayout, type Figure, grey, palette, rounded, wrap } from "./figure";
import { errorBars } from "./line-chart";

/** The bars of one colour. */
export interface BarSeries {
  name: string;
  values: ArrayLike<number>;
  /** Ends of an interval around each value. */
  low?: ArrayLike<number>;
  high?: ArrayLike<number>;
}

/** Options of {@link barChart}. */
export interface BarChartOptions {
  /** What the bars stand for, in order. */
  labels: readonly string[];
  /** Their heights; or, in `series`, several bars for each label. */
  values?: ArrayLike<number>;
  series?: readonly BarSeries[];
  /** What the axes show, with the unit. */
  xTitle: string;
  yTitle: string;
  title?: string;
  yRange?: readonly [number, number];
  /** Dashed lines across, each with its name: a value to compare with. */
  references?: readonly { name: string; value: number }[];
}

/**
 * Bars with their values written above; or at their feet, with two digits, where there are intervals.
 *
 * @example
 * show(barChart({ labels: ["down", "up"], values: [1200, 3400], xTitle: "part of the network", yTitle: "learned numbers" }));
 *
 * @throws RangeError when there are no values, or more or fewer of them than labels
 */
export function barChart(options: BarChartOptions): Figure {
  const { labels, values, xTitle, yTitle, title, yRange, references = [] } = options;
  const series: readonly BarSeries[] = options.series ?? (values ? [{ name: yTitle, values }] : []);
  if (series.length === 0) throw new RangeError("There are no bars to draw; give values or series.");
  for (const { name, values, low = values, high = values } of series) {
    for (const list of [values, low, high])
      if (list.length !== labels.length)
        throw new RangeError(`"${name}" has ${list.length} values; there are ${labels.length} labels.`);
  }
  return {
    data: series.map(({ name, values, low, high }, i) => ({
      type: "bar",
      name,
      x: [...labels],
      y: rounded(values),
      text: Array.from(values, (value) => written(value, low && high ? 2 : 4)),
      ...(low && high
        ? {
            textposition: "inside",
            insidetextanchor: "start",
            error_y: errorBars(values, low, high, "#000000"),
          }
        : { textposition: "outside" }),
      cliponaxis: false,
      marker: { color: palette[i % palette.length] },
    })),
    layout: {
      ...baseLayout(title, series.length + references.length > 1),
      xaxis: {
        ...axis(xTitle),
        type: "category",
        tickvals: [...labels],
        ticktext: labels.map((label) => wrap(label, 12)),
        ticks: "",
        showgrid: false,
      },
      yaxis: axis(yTitle, { range: yRange }),
      shapes: references.map(({ name, value }) => ({
        type: "line",
        name,
        showlegend: true,
        xref: "paper",
        x0: 0,
        x1: 1,
        y0: value,
        y1: value,
        line: { color: grey, width: 3, dash: "dash" },
      })),
    },
  };
}

/** Whole numbers in full, others with so many digits. */
function written(value: number, digits: number): string {
  const short = Number.isInteger(value) ? value : Number(value.toPrecision(digits));
  return short.toLocaleString("en-US", { maximumSignificantDigits: 15 });
}
