/** Figures in the notebook, as the Plotly MIME type that JupyterLab and VS Code draw themselves. */
import type { Figure } from "./figure";
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

/** One short line: what a reader without Plotly is told. */
export function describe({ data, layout }: Figure): string {
  const { title } = layout as { title?: string | { text?: string } };
  const text = (typeof title === "string" ? title : title?.text)?.replace(/<[^>]*>/g, " ").trim();
  const traces = `${data.length} ${data.length === 1 ? "trace" : "traces"}`;
  return text ? `[Figure: ${text}]` : `[Figure: ${traces}]`;
}
