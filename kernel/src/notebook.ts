/**
 * What a kernel offers the code of its cells and the libraries that they import: to show things, to hear the stop
 * button, and to say how values of a kind are shown. It is found on the global object, so that a library works without
 * a kernel too: `notebook()` is undefined there.
 *
 * @example notebook()?.display({ "text/html": "<b>7</b>", "text/plain": "7" });
 */

/** One output, by MIME type: a front end shows the richest form it knows. */
export type MimeBundle = Record<string, unknown>;

/** Where an output goes. */
export interface DisplayOptions {
  /** A name under which the output can be replaced. */
  displayId?: string;
  /** Whether this replaces the output of that name. */
  update?: boolean;
}

/** What is said on a {@link Comm}. */
export interface CommMessage {
  data: Record<string, unknown>;
  /** Bytes beside the data, not in JSON. */
  buffers?: Uint8Array[];
  metadata?: Record<string, unknown>;
}

/** A line between the kernel and code in the page; a widget is one. */
export interface Comm {
  readonly id: string;
  /** Says something to the page; on a closed line nobody hears it. */
  send: (message: CommMessage) => void;
  /** Hears what the page says, one message after the other, when no cell runs. */
  onMessage: (listen: (message: CommMessage) => void | Promise<void>) => void;
  /** Hears that the page, or the kernel, has closed the line. */
  onClose: (listen: () => void) => void;
  close: () => void;
}

/** The kernel, as the code of a cell sees it. */
export interface Notebook {
  /** Shows an output under the cell that asks. */
  display: (bundle: MimeBundle, options?: DisplayOptions) => void;
  /** The same, always under the cell that runs now, whichever asks later. */
  displayHere: () => (bundle: MimeBundle, options?: DisplayOptions) => void;
  /**
   * Asks to be told when the stop button is pressed, instead of the kernel giving up on the cell. A second press before
   * `release` gives up on it all the same. When the cell has ended, the cells that wait behind it are not run.
   * @returns release: ends the asking
   */
  onStop: (stop: () => void) => () => void;
  /** Says how values are shown as a cell's last line; the first formatter that returns a bundle decides. */
  addFormatter: (format: (value: unknown) => MimeBundle | undefined) => void;
  /** Opens a line to code in the page that knows the target, such as "jupyter.widget". */
  openComm: (target: string, opening: CommMessage) => Comm;
  /** Says who answers when code in the page opens a line to this target. */
  addCommTarget: (target: string, answer: (comm: Comm, opening: CommMessage) => void | Promise<void>) => void;
  /**
   * Runs code later as the cell that asks now: what it prints and shows goes there, and the stop button ends each such run
   * by itself.
   */
  laterHere: () => <T>(run: () => T) => T;
  /** Asks to be told when the cell that runs is run again or deleted, so that what it left alive can end. */
  onCellGone: (end: () => void) => void;
  /** The lines that a cell would show for an error, coloured by ANSI codes. */
  describeError: (thrown: unknown) => string[];
  /** Resolves when no cell runs: at once, or at the end of those that run or wait. */
  whenIdle: () => Promise<void>;
}

/** The key of the kernel on the global object. */
const KEY = Symbol.for("cfg-kernel");

/** The kernel that runs this code; undefined outside a notebook. */
export function notebook(): Notebook | undefined {
  return (globalThis as Record<symbol, unknown>)[KEY] as Notebook | undefined;
}

/** Makes a kernel known to the code it runs. */
export function setNotebook(kernel: Notebook): void {
  (globalThis as Record<symbol, unknown>)[KEY] = kernel;
}
