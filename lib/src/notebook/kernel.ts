/**
 * The line to the notebook. The tslab kernel runs this very process, so what a cell shows is handed to the kernel's own
 * module, found among the modules that are loaded. Its public `display` sends one MIME type at a time; a bundle needs
 * the function underneath.
 */

/** What one output says, by MIME type: the notebook shows the richest form it knows. */
export type MimeBundle = Record<string, unknown>;

type Write = (
  content: { data: MimeBundle; metadata: object; transient: { display_id?: string } },
  update: boolean,
) => void;

/** The running cell's way to show something; undefined where no tslab kernel runs. */
function cellWriter(): Write | undefined {
  for (const [file, loaded] of Object.entries(require.cache)) {
    if (!/[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(file)) continue;
    const { lastWriteDisplayData } = (loaded?.exports ?? {}) as { lastWriteDisplayData?: Write | null };
    if (lastWriteDisplayData) return lastWriteDisplayData; // null in a copy of tslab that is loaded but does not run
  }
  return undefined;
}

/** Whether this code runs in a notebook. */
export function inNotebook(): boolean {
  return cellWriter() !== undefined;
}

/** Shows one output in the running cell; outside a notebook prints its plain text. */
export function display(bundle: MimeBundle): void {
  const write = cellWriter();
  if (write) write({ data: bundle, metadata: {}, transient: {} }, false);
  else console.log(bundle["text/plain"]);
}

/** An output that can be replaced. It stays with the cell that opened it, whichever cell runs later. */
export interface Output {
  replace: (bundle: MimeBundle) => void;
}

let outputs = 0;

/** Opens an output in the running cell; undefined outside a notebook. Nothing shows before the first `replace`. */
export function openOutput(): Output | undefined {
  const write = cellWriter();
  if (!write) return undefined;
  const id = `cfg-lib-${process.pid}-${Date.now().toString(36)}-${++outputs}`;
  let shown = false;
  return {
    replace: (bundle) => {
      write({ data: bundle, metadata: {}, transient: { display_id: id } }, shown);
      shown = true;
    },
  };
}
