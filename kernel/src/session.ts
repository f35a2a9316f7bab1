/** A notebook's session: its cells, one after the other, and what they show. */
import { type Cell, runningCell } from "./cell";
import { Comms } from "./comms";
import { type CellMetadata, CellsLeft } from "./cells-left";
import { charactersOf, unitsOf } from "./characters";
import { type CompiledCell, Compiler } from "./compiler";
import { ExpectedCells } from "./expected-cells";
import { describeError, type ErrorContent, Stopped } from "./errors";
import { Executor } from "./executor";
import { inspectAt } from "./inspect";
import type { Content, Header, OutgoingMessage } from "./message";
import { type MimeBundle, type Notebook, setNotebook } from "./notebook";
import { resultBundle } from "./result";
import type { StreamText } from "./streams";
import { tslab } from "./tslab";
import { ACTIVITY, type SharedState, STATE } from "./threads";

/** How a session is heard. */
export interface SessionOptions {
  /** From which cells import. */
  folder: string;
  state: SharedState;
  send: (message: OutgoingMessage | StreamText) => void;
}

/** What became of a cell. */
export interface CellOutcome {
  count: number;
  error: ErrorContent | undefined;
  /** Whether the stop button was pressed, even if the cell came to its end. */
  isStopped: boolean;
}

export class Session {
  readonly #compiler = new Compiler();
  readonly #executor: Executor;
  readonly #state: SharedState;
  readonly #send: SessionOptions["send"];
  readonly #codes = new Map<number, string>();
  readonly #stoppers = new Set<{ stop: () => void; isAsked: boolean }>();
  readonly #formatters: ((value: unknown) => MimeBundle | undefined)[] = [];
  /** The lines to code in the page. */
  readonly comms: Comms;
  readonly #cells = new ExpectedCells();
  readonly #left = new CellsLeft();
  #count = 0;
  /** Whether any cell was given up: its loops end at their next turn. */
  #hasGivenUp = false;
  #running: { cell: Cell; giveUp: (reason: Stopped) => void } | undefined;
  /** Where text goes that belongs to no cell. */
  #latest: Cell | undefined;

  constructor({ folder, state, send }: SessionOptions) {
    this.#executor = new Executor(folder, {
      loop: () => {
        if (state[STATE.endNow] === 1 || (this.#hasGivenUp && runningCell.getStore()?.isGivenUp))
          this.#endNow();
      },
      function: () => {
        if (state[STATE.endNow] === 1) this.#endNow();
      },
    });
    this.#state = state;
    this.#send = send;
    this.comms = new Comms(send, () => (runningCell.getStore() ?? this.#latest)?.request);
    this.#takeOutput();
    setNotebook(this.#notebook());
  }

  /** Says that a cell is to be run, before it is: what waits for an idle kernel waits for it too. @returns says that it has ended */
  expectCell(): () => void {
    return this.#cells.expect();
  }

  /** The cells so far: number and text. */
  get history(): [count: number, code: string][] {
    return [...this.#codes];
  }

  /**
   * Runs a cell. What it shows is sent as it comes, its error too.
   * @param options.silent without a number and without a result
   * @param options.metadata says which cell of the notebook it is
   */
  async execute(
    request: Header,
    code: string,
    { silent = false, metadata = {} }: { silent?: boolean; metadata?: CellMetadata } = {},
  ): Promise<CellOutcome> {
    this.#left.begin(metadata);
    const cell: Cell = {
      request,
      id: metadata.cellId,
      code,
      count: silent ? this.#count : ++this.#count,
      isStopped: false,
      isGivenUp: false,
    };
    this.#codes.set(cell.count, code);
    this.#latest = cell;
    let giveUp: (reason: Stopped) => void = () => {};
    const givenUp = new Promise<never>((_, reject) => (giveUp = reject));
    givenUp.catch(() => {}); // it is heard only while a cell waits
    this.#running = { cell, giveUp };
    Atomics.store(this.#state, STATE.endNow, 0); // what was to end has ended by itself
    if (!silent) this.#publish("execute_input", { code, execution_count: cell.count }, request);
    let error: ErrorContent | undefined;
    try {
      const value = await runningCell.run(cell, () => this.#run(cell, givenUp));
      if (value != null && !silent) this.#showResult(value, cell);
    } catch (thrown) {
      cell.isStopped ||= thrown instanceof Stopped;
      error = this.#describe(thrown, cell.count);
      this.#publish("error", error, request);
    } finally {
      this.#running = undefined;
      Atomics.store(this.#state, STATE.activity, ACTIVITY.idle);
      Atomics.store(this.#state, STATE.endNow, 0);
      cell.isStopped ||= this.#isStopUnseen();
    }
    return { count: cell.count, error, isStopped: cell.isStopped };
  }

  /** The stop button: loops that can end by themselves are asked to, and where none is left the cell is given up. */
  stop(): void {
    Atomics.add(this.#state, STATE.stopsSeen, 1);
    Atomics.store(this.#state, STATE.endNow, 0);
    if (this.#running) this.#running.cell.isStopped = true;
    const waiting = [...this.#stoppers].filter(({ isAsked }) => !isAsked);
    for (const stopper of waiting) {
      stopper.isAsked = true;
      stopper.stop();
    }
    if (waiting.length > 0 || !this.#running) return;
    const { cell, giveUp } = this.#running;
    cell.isGivenUp = true;
    this.#hasGivenUp = true;
    giveUp(new Stopped({ runsOn: true }));
  }

  complete(code: string, cursor: number): Content {
    const { start, end, candidates } = this.#compiler.complete(code, unitsOf(code, cursor));
    return {
      status: "ok",
      matches: candidates,
      cursor_start: charactersOf(code, start),
      cursor_end: charactersOf(code, end),
      metadata: {},
    };
  }

  /** Whether a text is a whole cell, for consoles that run it on Enter. */
  isComplete(code: string): Content {
    return this.#compiler.isComplete(code);
  }

  inspect(code: string, cursor: number): Content {
    const data = inspectAt(this.#compiler.programWith(code), unitsOf(code, cursor));
    return { status: "ok", found: data !== undefined, data: data ?? {}, metadata: {} };
  }

  /** Shows what went wrong outside of every cell's own course: in a timer, or in a promise that nobody awaits. */
  showStrayError(what: string, thrown: unknown): void {
    const cell = runningCell.getStore() ?? this.#latest;
    const { traceback } = this.#describe(thrown, cell?.count ?? 0);
    process.stderr.write(`${what}: ${traceback.join("\n")}\n`);
  }

  async #run(cell: Cell, givenUp: Promise<never>): Promise<unknown> {
    const activity = (value: number): number => Atomics.store(this.#state, STATE.activity, value);
    activity(ACTIVITY.preparing);
    const mode = tslab.metadata.getCodeMetadata(cell.code);
    if (mode.module) {
      this.#compiler.addModule(mode.module, cell.code, mode);
      return undefined;
    }
    const compiled: CompiledCell = this.#compiler.compile(cell.code);
    if (this.#isStopUnseen()) throw new Stopped({ runsOn: false });
    activity(ACTIVITY.untilAwait);
    const value = await this.#executor.execute(compiled, {
      count: cell.count,
      onAwait: () => activity(ACTIVITY.afterAwait),
      givenUp,
    });
    activity(ACTIVITY.preparing);
    this.#compiler.keep(compiled);
    return value;
  }

  /** Whether the stop button was pressed, and this thread has not turned to it since. */
  #isStopUnseen(): boolean {
    return Atomics.load(this.#state, STATE.stopsAsked) > Atomics.load(this.#state, STATE.stopsSeen);
  }

  /** Ends the code that runs, and with it all loops around it, though some of them catch errors. */
  #endNow(): never {
    Atomics.store(this.#state, STATE.endNow, 0);
    const cell = runningCell.getStore();
    if (cell) this.#hasGivenUp = cell.isGivenUp = true;
    throw new Stopped({ runsOn: false });
  }

  #describe(thrown: unknown, count: number): ErrorContent {
    const placeInCell = this.#executor.placeInCell.bind(this.#executor);
    const context = { placeInCell, codeOf: (of: number) => this.#codes.get(of) };
    try {
      return describeError(thrown, context, count);
    } catch {
      // A cell may throw what throws again when one looks at it.
      return describeError("something that cannot be shown", context, count);
    }
  }

  #showResult(value: unknown, cell: Cell): void {
    const data = resultBundle(value, this.#formatters);
    this.#publish("execute_result", { data, metadata: {}, execution_count: cell.count }, cell.request);
  }

  #publish(type: string, content: Content, parent: Header): void {
    this.#send({ channel: "iopub", type, content: JSON.stringify(content), parent });
  }

  #notebook(): Notebook {
    const displayUnder =
      (cell: Cell | undefined): Notebook["display"] =>
      (data, { displayId, update = false } = {}) => {
        if (!cell) return;
        const transient = displayId === undefined ? {} : { display_id: displayId };
        const content = { data, metadata: {}, transient };
        this.#publish(update ? "update_display_data" : "display_data", content, cell.request);
      };
    const here = (): Cell | undefined => runningCell.getStore() ?? this.#latest;
    return {
      display: (bundle, options) => displayUnder(here())(bundle, options),
      displayHere: () => displayUnder(here()),
      onStop: (stop) => {
        const stopper = { stop, isAsked: false };
        this.#stoppers.add(stopper);
        Atomics.store(this.#state, STATE.stoppable, this.#stoppers.size);
        return () => {
          this.#stoppers.delete(stopper);
          Atomics.store(this.#state, STATE.stoppable, this.#stoppers.size);
        };
      },
      addFormatter: (format) => this.#formatters.push(format),
      openComm: (target, opening) => this.comms.open(target, opening),
      addCommTarget: (target, answer) => this.comms.addTarget(target, answer),
      laterHere: () => {
        const cell = here();
        return (run) =>
          cell ? runningCell.run({ ...cell, isStopped: false, isGivenUp: false }, run) : run();
      },
      onCellGone: (end) => this.#left.add(here()?.id, end),
      describeError: (thrown) => this.#describe(thrown, here()?.count ?? 0).traceback,
      whenIdle: () => this.#cells.whenNone(),
    };
  }

  /** From here on, what is printed goes to the cells; and so does what tslab's own `display` shows. */
  #takeOutput(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      const decoder = new TextDecoder();
      const plain = process[stream].write.bind(process[stream]);
      const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
        const cell = runningCell.getStore() ?? this.#latest;
        if (!cell) return plain(chunk);
        const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
        if (text !== "") this.#send({ stream, text, parent: cell.request });
        const done = rest.find((one) => typeof one === "function") as (() => void) | undefined;
        if (done) process.nextTick(done);
        return true;
      };
      process[stream].write = write;
    }
    const { display } = this.#notebook();
    tslab.jupyter.lastWriteDisplayData = ({ data, transient }, update) =>
      display(data, { displayId: transient.display_id, update });
  }
}
