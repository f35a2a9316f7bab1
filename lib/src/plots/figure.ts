/**
 * What every figure shares: its form, and a look that can be read from the last row of a classroom.
 */

/** A Plotly figure: plain data, ready for `Plotly.newPlot` or for a notebook. */
export interface Figure {
  data: object[];
  layout: object;
  frames?: object[];
}

/** Whether a value is a Plotly figure: traces, and a layout for them. */
export function isFigure(value: unknown): value is Figure {
  if (typeof value !== "object" || value === null) return false;
  const { data, layout } = value as Partial<Figure>;
  const isTrace = (trace: unknown): boolean => typeof trace === "object" && trace !== null;
  if (!Array.isArray(data) || !data.every(isTrace)) return false;
  // Without a layout, any list of objects would pass.
  const isDrawn = (trace: object): boolean => ["type", "x", "y", "z"].some((name) => name in trace);
  return layout === undefined ? data.length > 0 && data.every(isDrawn) : typeof layout === "object";
}

/** Colours that colour-blind readers can tell apart (Okabe and Ito 2008), without the yellow that fades on white. */
export const palette: readonly string[] = [
  "#0072B2",
  "#D55E00",
  "#009E73",
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
  "#000000",
];

/** Text that is quieter than the rest, and lines behind the data. */
export const grey = "#767676";
const faint = "#e3e3e3";

export const fontSize = 16;
export const titleSize = 20;

/** Type and colours of every figure, also of one that a learner writes. */
export const look: { font: object; colorway: readonly string[] } = {
  font: { family: "Helvetica, Arial, sans-serif", size: fontSize, color: "#1a1a1a" },
  colorway: palette,
};

/** Pixels above the plot: for the title, or for the buttons that Plotly shows there, and for the legend. */
export function topMargin(title: string | undefined, legend: boolean = false): number {
  const moreLines = title ? title.split("<br>").length - 1 : 0;
  return (title ? 56 : 40) + Math.round(1.3 * titleSize) * moreLines + (legend ? 34 : 0);
}

/** Layout that all figures begin with: white ground, large type, the title at the left. */
export function baseLayout(title: string | undefined, legend: boolean = false): Record<string, unknown> {
  return {
    ...(title ? { title: titleText(title) } : {}),
    ...look,
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    margin: { l: 84, r: 24, t: topMargin(title, legend), b: 64 },
    height: 400,
    hoverlabel: { font: { size: fontSize } },
    showlegend: legend,
    legend: { orientation: "h", x: 0, xanchor: "left", y: 1.01, yanchor: "bottom" },
  };
}

/** A title, flush with the figure's left edge. */
export function titleText(text: string): object {
  return {
    text,
    font: { size: titleSize },
    x: 0,
    xref: "paper",
    xanchor: "left",
    y: 1,
    yref: "container",
    yanchor: "top",
    pad: { t: 16 },
  };
}

/** Options of {@link axis}. */
interface AxisOptions {
  log?: boolean;
  range?: readonly [number, number];
  /** What is drawn along the axis; a logarithmic axis takes its ticks from it. */
  values?: readonly ArrayLike<number>[];
}

/** An axis with its name; a range on a logarithmic axis is given in plain numbers. */
export function axis(
  title: string,
  { log = false, range, values = [] }: AxisOptions = {},
): Record<string, unknown> {
  return {
    title: { text: title, standoff: 10 },
    automargin: true,
    gridcolor: faint,
    linecolor: grey,
    showline: true,
    zeroline: false,
    ticks: "outside",
    tickcolor: grey,
    // Plotly writes 0.0001 as 100µ by default.
    exponentformat: "none",
    separatethousands: true,
    ...(log ? { type: "log", ...logTicks(range ?? extent(values)) } : {}),
    ...(range ? { range: log ? range.map(Math.log10) : [...range] } : {}),
  };
}

/**
 * Ticks at 1, 2 and 5 times each power of ten; closer on a short axis, at the powers alone on a long one. Plotly would
 * write those between the powers small and bare.
 */
function logTicks([low, high]: readonly [number, number]): object {
  if (!(low > 0 && high < Infinity)) return { dtick: 1 };
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const tickvals: number[] = [];
  for (let power = first; power <= last; power++) {
    for (const factor of tickFactors(high / low, last - first)) tickvals.push(Number(`${factor}e${power}`));
  }
  return { tickvals };
}

function tickFactors(ratio: number, powers: number): number[] {
  if (ratio < 5) return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8];
  return powers > 3 ? [1] : [1, 2, 5];
}

/** The smallest and the largest finite number; [Infinity, -Infinity] where there is none. */
export function extent(lists: readonly ArrayLike<number>[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const values of lists) {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) continue;
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
  }
  return [low, high];
}

/** Breaks a label at its spaces, so that no line is longer than `width` letters where a space allows it. */
export function wrap(label: string, width: number): string {
  const lines: string[] = [];
  for (const word of label.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && plain(`${last} ${word}`).length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join("<br>");
}

/** The text without tags such as <sub>. */
export function plain(text: string): string {
  return text.replace(/<[^>]*>/g, "");
}

/** Numbers for a figure: plain, with six digits, so that a saved notebook stays small. */
export function rounded(values: ArrayLike<number>, digits: number = 6): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(digits)));
}
