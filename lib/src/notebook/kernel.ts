/** The line to the notebook: what a cell shows goes to the kernel that runs this code (the package `cfg-kernel`). */
import { type MimeBundle, notebook } from "cfg-kernel";

export type { MimeBundle };

/** Shows one output under the running cell; outside a notebook prints its plain text. */
export function display(bundle: MimeBundle): void {
  const kernel = notebook();
  if (kernel) kernel.display(bundle);
  else console.log(bundle["text/plain"]);
}

/** An output that can be replaced. It stays with the cell that opened it, whichever cell runs later. */
export interface Output {
  replace: (bundle: MimeBundle) => void;
}

let outputs = 0;

/** Opens an output in the running cell; undefined outside a notebook. Nothing shows before the first `replace`. */
export function openOutput(): Output | undefined {
  const display = notebook()?.displayHere();
  if (!display) return undefined;
  const displayId = `cfg-lib-${process.pid}-${Date.now().toString(36)}-${++outputs}`;
  let update = false;
  return {
    replace: (bundle) => {
      display(bundle, { displayId, update });
      update = true;
    },
  };
}
