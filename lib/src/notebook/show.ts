/** Figures in the notebook, as the Plotly MIME type that JupyterLab and VS Code draw themselves. */
import type { Figure } from "../plots/figure";
import { display, type MimeBundle } from "./kernel";

/**
 * Shows a figure under the cell. Outside a notebook it prints one line instead.
 *
 * @example show(lossChart(steps, log.values()))
 */
export function show(figure: Figure): void {
  display(figureBundle(figure));
}

/** A figure as the notebook stores it, with a line of text for readers that draw no figures. */
export function figureBundle(figure: Figure): MimeBundle {
  return {
    "application/vnd.plotly.v1+json": JSON.parse(JSON.stringify(figure, plainArrays)) as unknown,
    "text/plain": describe(figure),
  };
}

/** JSON would write a typed array as an object with numbered keys. */
function plainArrays(_key: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Uint8Array) : value;
}

/** One short line: the title, or the names of the axes, for a reader without Plotly. */
export function describe({ data, layout }: Figure): string {
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

function words(title: Title | undefined): string {
  const text = typeof title === "string" ? title : (title?.text ?? "");
  return text
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
