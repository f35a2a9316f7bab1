/** Takes out of an executed notebook what would differ from run to run or tell of this machine's folders. */
import { type Notebook, type Output, ROOT, textOf } from "./notebook-file";

/** What shows live pictures while their kernel lives. In a file it would be looked for in vain. */
const WIDGET = "application/vnd.jupyter.widget-view+json";

/**
 * Cleans in place: this machine's paths, and what only a live kernel answers; neighbouring pieces of the same text stream
 * become one.
 */
export function clean(notebook: Notebook): void {
  delete notebook.metadata.widgets;
  for (const cell of notebook.cells) {
    if (!cell.outputs) continue;
    cell.outputs = joinStreams(cell.outputs);
    cell.outputs = JSON.parse(JSON.stringify(cell.outputs).replaceAll(ROOT, ".")) as Output[];
    delete cell.metadata.execution;
    for (const { data } of cell.outputs) if (data) Reflect.deleteProperty(data, WIDGET);
  }
}

function joinStreams(outputs: Output[]): Output[] {
  const joined: Output[] = [];
  for (const output of outputs) {
    const last = joined.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text = textOf(last.text) + textOf(output.text);
    } else joined.push(output);
  }
  for (const output of joined) {
    if (output.output_type === "stream") output.text = textOf(output.text).split(/(?<=\n)/);
  }
  return joined;
}
