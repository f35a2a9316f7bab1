/** Runs compiled cells. */
import Module, { createRequire, SourceMap, type SourceMapPayload } from "node:module";
import * as path from "node:path";
import vm from "node:vm";
import type { CompiledCell } from "./compiler";
import { STOP_CHECKS } from "./stop-checks";
import { tslab } from "./tslab";

/** A place in a cell. Lines count from 1. */
export interface CellPlace {
  count: number;
  line: number;
}

/** A cell's JavaScript, as far as it is needed to find the places in errors. */
interface CellSource {
  lines: number;
  /** From the JavaScript to the cell, to be applied one after the other. */
  maps: SourceMap[];
}

/** Called where cells' code looks at the stop button; they throw where it is to end. */
export type StopChecks = Record<keyof typeof STOP_CHECKS, () => void>;

/** What is called around a cell's code. */
export interface ExecuteOptions {
  /** The number in the cell's brackets. */
  count: number;
  /** Called when the code has come to its first await. */
  onAwait: () => void;
  /** Rejects when the cell is given up. */
  givenUp: Promise<never>;
}

/** Runs cells one after the other; each sees the variables of the earlier ones. */
export class Executor {
  readonly #exports: Record<string, unknown> = createExports();
  readonly #localFiles = new Map<string, string>();
  readonly #localModules = new Map<string, NodeJS.Module>();
  readonly #sources = new Map<number, CellSource>();

  /**
   * @param folder from which cells import
   * @param checks look at the stop button
   */
  constructor(folder: string, checks: StopChecks) {
    const require = this.#requireWithLocalFiles(createRequire(path.join(folder, "cell.js")), folder);
    (globalThis as Record<symbol, unknown>)[Symbol.for(CELL)] = [
      this.#exports,
      require,
      checks.loop,
      checks.function,
    ];
  }

  /**
   * Runs a cell to its end.
   * @returns the value of its last expression; undefined if it has none
   * @throws whatever the cell throws
   */
  async execute(cell: CompiledCell, { count, onAwait, givenUp }: ExecuteOptions): Promise<unknown> {
    for (const { path: file, data } of cell.files) {
      this.#localFiles.set(file, data);
      this.#localModules.delete(file);
    }
    if (cell.code === undefined) return undefined;
    this.#sources.set(count, {
      lines: cell.code.split("\n").length,
      maps: cell.sourceMaps.map((map) => new SourceMap(JSON.parse(map) as SourceMapPayload)),
    });
    const open = `(${cell.isAsync ? "async " : ""}function (exports, require, ${STOP_CHECKS.loop}, ${STOP_CHECKS.function}) {`;
    const close = `})(...globalThis[Symbol.for("${CELL}")])`;
    const ending = vm.runInThisContext(`${open}\n${cell.code}\n${close}`, {
      filename: `cell [${count}]`,
      lineOffset: -1, // the first line is ours
      breakOnSigint: true,
      displayErrors: false,
    }) as unknown;
    onAwait();
    if (cell.isAsync) await Promise.race([ending, givenUp]);
    return this.#takeLastValue(cell);
  }

  /** Where in a cell a place of its JavaScript comes from, counted from 1; undefined for what is in no cell. */
  placeInCell(file: string, line: number, column: number): CellPlace | undefined {
    const count = Number(/^cell \[(\d+)\]$/.exec(file)?.[1]);
    const source = this.#sources.get(count);
    if (!source || line > source.lines) return undefined;
    let place = { line: line - 1, column: column - 1 }; // source maps count from 0
    for (const map of source.maps) {
      const entry = map.findEntry(place.line, place.column);
      if (!("originalLine" in entry)) return undefined;
      place = { line: entry.originalLine, column: entry.originalColumn };
    }
    return { count, line: place.line }; // tslab puts a line before each cell: so counted from 1
  }

  #takeLastValue({ lastExpression }: CompiledCell): unknown {
    if (lastExpression === undefined) return undefined;
    const value = this.#exports[lastExpression];
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- its name differs from cell to cell
    delete this.#exports[lastExpression];
    return value;
  }

  /** A `require` that also knows local TypeScript files, which are compiled in memory, and tslab itself. */
  #requireWithLocalFiles(plain: NodeJS.Require, folder: string): NodeJS.Require {
    return new Proxy(plain, {
      apply: (_target, self, [id]: [string]) => {
        if (id === "tslab") return tslab.tslab;
        const named = path.join(folder, id);
        const file = path.extname(named) === "" ? `${named}.js` : named;
        return this.#localModule(file) ?? (Reflect.apply(plain, self, [id]) as unknown);
      },
    });
  }

  #localModule(file: string): unknown {
    const loaded = this.#localModules.get(file);
    if (loaded) return loaded.exports;
    const code = this.#localFiles.get(file);
    if (code === undefined) return undefined;
    const local = new Module(file) as Module & { _compile: (code: string, file: string) => void };
    local.filename = file;
    local.paths = (Module as unknown as ModulePaths)._nodeModulePaths(path.dirname(file));
    const plain = createRequire(file);
    local.require = this.#requireWithLocalFiles(plain, path.dirname(file));
    this.#localModules.set(file, local); // before it runs, for files that import each other
    local._compile(code, file);
    return local.exports;
  }
}

/** What Node has and does not declare. */
interface ModulePaths {
  _nodeModulePaths: (folder: string) => string[];
}

/** The symbol under which a cell's code finds its arguments. */
const CELL = "cfg-kernel cell";

/** The object that keeps the variables of all cells. TypeScript defines what is imported; later cells may change it. */
function createExports(): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  return new Proxy(values, {
    defineProperty: (_target, name, descriptor) => {
      if (name !== "__esModule")
        values[name as string] = descriptor.get ? (descriptor.get() as unknown) : descriptor.value;
      return true;
    },
  });
}
