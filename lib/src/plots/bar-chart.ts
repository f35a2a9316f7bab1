/** One bar for each thing that has a name. */
import { axis, baseLayout, type Figure, fontSize, grey, palette, plain, rounded, wrap } from "./figure";
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
  /** Their lengths; or, in `series`, several bars for each label. */
  values?: ArrayLike<number>;
  series?: readonly BarSeries[];
  /** What the bars stand for, and what their lengths show, with the unit. */
  xTitle: string;
  yTitle: string;
  title?: string;
  yRange?: readonly [number, number];
  /** Dashed lines across, each with its name: a value to compare with. */
  references?: readonly { name: string; value: number }[];
  /** Bars from left to right, one below the other; by default where the labels would not fit side by side. */
  horizontal?: boolean;
}

/**
 * Bars with their values at their ends; or at their feet, with two digits, where there are intervals.
 *
 * @example
 * const values = [1200, 3400];
 * cfg.show(cfg.barChart({ labels: ["down", "up"], values, xTitle: "part of the network", yTitle: "learned numbers" }));
 *
 * @throws RangeError when there are no values, or more or fewer of them than labels
 */
export function barChart(options: BarChartOptions): Figure {
  const { labels, values, xTitle, yTitle, title, yRange, references = [] } = options;
  const { horizontal = !fitSideBySide(labels) } = options;
  const series: readonly BarSeries[] = options.series ?? (values ? [{ name: yTitle, values }] : []);
  if (series.length === 0) throw new RangeError("There are no bars to draw; give values or series.");
  for (const { name, values, low = values, high = values } of series) {
    for (const list of [values, low, high])
      if (list.length !== labels.length)
        throw new RangeError(`"${name}" has ${list.length} values; there are ${labels.length} labels.`);
  }
  const layout = baseLayout(title, series.length + references.length > 1);
  const names = {
    ...axis(xTitle),
    type: "category",
    tickvals: [...labels],
    ticktext: labels.map((label) => wrap(label, horizontal ? 24 : narrow)),
    ticks: "",
    showgrid: false,
  };
  const lengths = axis(yTitle, { range: yRange });
  return {
    data: series.map((one, i) => bars(one, labels, { colour: palette[i % palette.length], horizontal })),
    layout: horizontal
      ? {
          ...layout,
          height: 170 + 30 * labels.length * series.length,
          margin: { ...(layout.margin as object), r: 24 + longestText(series) * letter },
          xaxis: lengths,
          yaxis: { ...names, autorange: "reversed" },
          shapes: references.map((one) => across(one, "x", "y")),
        }
      : { ...layout, xaxis: names, yaxis: lengths, shapes: references.map((one) => across(one, "y", "x")) },
  };
}

/** Letters of a line under a bar, and about the width of a letter in pixels. */
const narrow = 12;
const letter = fontSize * 0.58;

/** Whether Plotly can write the labels under the bars without turning them, in a figure of a narrow page. */
function fitSideBySide(labels: readonly string[]): boolean {
  const lines = labels.flatMap((label) => wrap(label, narrow).split("<br>"));
  return labels.length * Math.max(...lines.map((line) => plain(line).length + 1)) * letter < 640;
}

/** Letters of the longest value, which stands behind the end of its bar. */
function longestText(series: readonly BarSeries[]): number {
  return Math.max(
    0,
    ...series.flatMap(({ values }) => Array.from(values, (value) => written(value, 4).length)),
  );
}

/** A series as Plotly draws it. */
function bars(
  { name, values, low, high }: BarSeries,
  labels: readonly string[],
  { colour, horizontal }: { colour: string; horizontal: boolean },
): object {
  const interval = low && high ? errorBars(values, low, high, "#000000") : undefined;
  const [names, lengths] = [[...labels], rounded(values)];
  return {
    type: "bar",
    name,
    ...(horizontal ? { orientation: "h", x: lengths, y: names } : { x: names, y: lengths }),
    text: Array.from(values, (value) => written(value, interval ? 2 : 4)),
    textangle: 0,
    constraintext: "none", // Plotly would write long numbers small
    ...(interval
      ? {
          textposition: "inside",
          insidetextanchor: "start",
          [horizontal ? "error_x" : "error_y"]: interval,
        }
      : { textposition: "outside" }),
    cliponaxis: false,
    hovertemplate: horizontal ? "%{y}: %{x}" : "%{x}: %{y}",
    marker: { color: colour },
  };
}

/** A dashed line at a value of one axis, from end to end of the other. */
function across({ name, value }: { name: string; value: number }, at: "x" | "y", along: "x" | "y"): object {
  return {
    type: "line",
    name,
    showlegend: true,
    [`${along}ref`]: "paper",
    [`${along}0`]: 0,
    [`${along}1`]: 1,
    [`${at}0`]: value,
    [`${at}1`]: value,
    line: { color: grey, width: 3, dash: "dash" },
  };
}

/** Whole numbers in full, others with so many digits. */
function written(value: number, digits: number): string {
  const short = Number.isInteger(value) ? value : Number(value.toPrecision(digits));
  return short.toLocaleString("en-US", { maximumSignificantDigits: 15 });
}
