/** Figures in the notebook, as the Plotly MIME type that JupyterLab and VS Code draw themselves. */
import { look } from "../plots/figure";
import { shown } from "../validate";
import { display, type MimeBundle } from "./kernel";

/** Any figure of Plotly's, as `Plotly.newPlot` takes it: https://plotly.com/javascript/reference/ */
export interface PlotlyFigure {
  /** The traces: `{ type: "scatter", x, y }`, say. Typed arrays are taken as lists. */
  data: readonly object[];
  /** Axes, titles, size in pixels; the page's width, and a height of 450, where it names none. */
  layout?: object;
  /** What an animation or a slider shows. */
  frames?: readonly object[];
  config?: object;
}

/** Plotly's buttons, without those that send a figure to a company's server or that have no use here. */
const config = {
  displaylogo: false,
  showSendToCloud: false,
  modeBarButtonsToRemove: ["sendChartToCloud", "lasso2d", "select2d"],
};

/**
 * Shows a figure under the cell: one that the course's functions make, or any of Plotly's. Type and colours are the
 * course's where the layout names none; a title may be a plain string. Nothing is asked of a network, but for the outlines
 * and tiles of maps. Outside a notebook it prints one line instead.
 *
 * @example cfg.show(cfg.digitGrid(images, { columns: 10 }))
 * @example
 * cfg.show({ data: [{ type: "pie", labels: ["right", "wrong"], values: [97, 3] }], layout: { height: 300 } });
 *
 * @throws RangeError when `data` is no list of traces
 */
export function show(figure: PlotlyFigure): void {
  display(figureBundle(figure));
}

/** A figure as the notebook stores it, with a line of text for readers that draw no figures. */
export function figureBundle(figure: PlotlyFigure): MimeBundle {
  checkFigure(figure);
  const whole = { ...figure, layout: { ...look, ...figure.layout }, config: { ...config, ...figure.config } };
  return {
    "application/vnd.plotly.v1+json": JSON.parse(JSON.stringify(whole, asPlotlyReads)) as unknown,
    "text/plain": describe(figure),
  };
}

/** @throws RangeError when it is none */
export function checkFigure(figure: PlotlyFigure | null | undefined): void {
  const isTrace = (one: unknown): boolean => typeof one === "object" && one !== null && !Array.isArray(one);
  if (Array.isArray(figure?.data) && figure.data.every(isTrace)) return;
  const what = figure instanceof Promise ? "a promise (write await before it)" : nameOf(figure);
  throw new RangeError(
    `A figure has data, a list of Plotly's traces: { data: [{ type: "scatter", x, y }] }. Given was ${what}.`,
  );
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "object" || value === null) return shown(value);
  return "data" in value ? `data that is ${nameOf(value.data)}` : "an object without data";
}

/** JSON would write a typed array as an object with numbered keys, and Plotly draws no title that is a bare string. */
function asPlotlyReads(key: string, value: unknown): unknown {
  if (key === "title" && typeof value === "string") return { text: value };
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Uint8Array) : value;
}

/** One short line: the title, or the names of the axes, for a reader without Plotly. */
export function describe({ data, layout = {} }: PlotlyFigure): string {
  const { title, xaxis, yaxis } = layout as {
    title?: Title;
    xaxis?: { title?: Title };
    yaxis?: { title?: Title };
  };
  const x = words(xaxis?.title);
  const y = words(yaxis?.title);
  const axes = x && y ? `${y} against ${x}` : y || x;
  return `[Figure: ${words(title) || axes || `${data.length} ${data.length === 1 ? "trace" : "traces"}`}]`;
}

type Title = string | { text?: string };

/** A figure's title, with its tags. */
export function titleOf({ layout = {} }: PlotlyFigure): string {
  const { title } = layout as { title?: Title };
  return typeof title === "string" ? title : (title?.text ?? "");
}

function words(title: Title | undefined): string {
  const text = typeof title === "string" ? title : (title?.text ?? "");
  return text
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
