/** Curves over one axis. */
import { axis, baseLayout, extent, type Figure, grey, palette, rounded } from "./figure";
import { labelSide, type Obstacles, type Place } from "./label-place";

/** One curve. */
export interface LineSeries {
  name: string;
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  /** By default the next colour of the palette. */
  colour?: string;
  dash?: "solid" | "dash" | "dot";
  /** In pixels. */
  width?: number;
  /** From 0, unseen, to 1. */
  opacity?: number;
  mode?: "lines" | "markers" | "lines+markers";
  /** Ends of an interval around each y, drawn as a bar. */
  low?: ArrayLike<number>;
  high?: ArrayLike<number>;
  /** A text for each place, shown when it is pointed at. */
  hover?: readonly string[];
  /** A text written beside each place, where no curve runs through it; empty for none. */
  labels?: readonly string[];
}

/** Options of `lineChart`. */
export interface LineChartOptions {
  series: readonly LineSeries[];
  /** What the axes show, with the unit. */
  xTitle: string;
  yTitle: string;
  title?: string;
  logX?: boolean;
  logY?: boolean;
  /** Ends of the axes, in plain numbers on logarithmic axes too; by default as the data ask for. */
  xRange?: readonly [number, number];
  yRange?: readonly [number, number];
  /** Dashed lines across, each with its name: a value to compare with. */
  references?: readonly { name: string; value: number }[];
}

/**
 * Curves with their names above.
 *
 * @example
 * const { betas, alphaBars } = cfg.linearSchedule();
 * const series = [{ name: "alphaBar", x: betas.map((_, t) => t), y: alphaBars }];
 * cfg.show(cfg.lineChart({ series, xTitle: "timestep t", yTitle: "alphaBar (share of the variance)" }));
 *
 * @throws RangeError when x and y of a series, or its intervals, differ in length
 */
export function lineChart(options: LineChartOptions): Figure {
  const { series, xTitle, yTitle, title, logX, logY, xRange, yRange, references = [] } = options;
  const legend = series.length + references.length > 1;
  const traces = series.map((one, i) => lineTrace(one, i));
  const sides = labelSides(options);
  return {
    data: [
      ...traces.map((trace, i) => (series[i].labels ? { ...trace, textposition: sides[i] } : trace)),
      ...references.map((one) => across(one, xRange, series)),
    ],
    layout: {
      ...baseLayout(title, legend),
      hovermode: "closest",
      xaxis: axis(xTitle, { log: logX, range: xRange, values: series.map(({ x }) => x) }),
      yaxis: axis(yTitle, { log: logY, range: yRange, values: series.map(({ y }) => y) }),
    },
  };
}

/** A value to compare with, from end to end; a curve like the others, so that the axis makes room for it. */
function across(
  { name, value }: { name: string; value: number },
  xRange: readonly [number, number] | undefined,
  series: readonly LineSeries[],
): object {
  const ends = xRange ?? extent(series.map(({ x }) => x));
  return {
    type: "scatter",
    mode: "lines",
    name,
    x: [...ends],
    y: [value, value],
    line: { color: grey, width: 2, dash: "dash" },
  };
}

/** For each label of each series the side of its place on which no curve runs through it. */
function labelSides({ series, logX, logY, xRange, yRange, references = [] }: LineChartOptions): string[][] {
  const [width, height] = [800, 250]; // about those of the plot
  const along = (x: number): number => (logX ? Math.log10(x) : x);
  const up = (y: number): number => (logY ? Math.log10(y) : y);
  const [left, right] = (xRange ?? extent(series.map(({ x }) => x))).map(along);
  const [bottom, top] = (yRange ?? extent(series.map(({ y }) => y))).map(up);
  const upInPixels = (y: number): number => (height * (up(y) - bottom)) / (top - bottom || 1);
  const curves = series.map(({ x, y }) =>
    Array.from(x, (value, i): Place => [
      (width * (along(value) - left)) / (right - left || 1),
      upInPixels(y[i]),
    ]),
  );
  const across = references.map(({ value }): Place[] => [0, width].map((x) => [x, upInPixels(value)]));
  // Where the ends are the data's own, Plotly leaves some room below and beside them.
  const [axisX, axisY] = [xRange ? 0 : -0.05 * width, yRange ? 0 : -0.06 * height];
  const axes: Place[] = [
    [axisX, height],
    [axisX, axisY],
    [width, axisY],
  ];
  const obstacles: Obstacles = { curves: [...curves, ...across, axes], labels: [] };
  return series.map(({ labels = [] }, s) =>
    labels.map((label, i) => (label ? labelSide(curves[s][i], label, obstacles, { away: 8 }) : "top center")),
  );
}

/** So that curves can be told apart without their colours. */
const symbols = ["circle", "square", "diamond", "triangle-up", "x", "star"];

/** A series as Plotly draws it; the i-th takes the i-th colour. */
export function lineTrace(
  { name, x, y, colour, dash, width = 3, opacity, mode = "lines", low, high, hover, labels }: LineSeries,
  i: number,
): object {
  for (const [what, values] of Object.entries({ y, low, high, hover, labels })) {
    if (values && values.length !== x.length)
      throw new RangeError(
        `The series "${name}" has ${x.length} x and ${values.length} ${what}; it must have as many of both.`,
      );
  }
  const color = colour ?? palette[i % palette.length];
  return {
    type: "scatter",
    mode: labels ? `${mode}+text` : mode,
    name,
    x: rounded(x),
    y: rounded(y),
    line: { color, width, ...(dash ? { dash } : {}) },
    marker: { color, size: 10, symbol: symbols[i % symbols.length] },
    ...(opacity === undefined ? {} : { opacity }),
    ...(low && high ? { error_y: errorBars(y, low, high, color) } : {}),
    ...(labels ? { text: [...labels], cliponaxis: false } : {}),
    ...(hover ? { hovertext: [...hover], hovertemplate: "%{hovertext}<extra></extra>" } : {}),
  };
}

/** Plotly takes the lengths of the bar above and below each value. */
export function errorBars(
  y: ArrayLike<number>,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
  color: string,
): object {
  const above = Array.from(y, (value, i) => high[i] - value);
  const below = Array.from(y, (value, i) => value - low[i]);
  return {
    type: "data",
    symmetric: false,
    array: rounded(above),
    arrayminus: rounded(below),
    color,
    thickness: 2,
    width: 5,
  };
}
