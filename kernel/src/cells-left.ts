/** What cells have left alive, such as controls under them: it ends with its cell. */

/** Which cells a request is about, as JupyterLab and VS Code say it beside the code. */
export interface CellMetadata {
  /** The cell's own name, which stays when it is run again. */
  cellId?: unknown;
  /** Cells that are no longer in the notebook. */
  deletedCells?: unknown;
}

/** Remembers what is to be told when a cell is gone. */
export class CellsLeft {
  readonly #ends = new Map<unknown, (() => void)[]>();

  /** To be told when this cell is run again or deleted; where the front end gives cells no names, never. */
  add(cellId: unknown, end: () => void): void {
    if (typeof cellId !== "string") return;
    const ends = this.#ends.get(cellId);
    if (ends) ends.push(end);
    else this.#ends.set(cellId, [end]);
  }

  /** Tells what belongs to a cell that is run again, and to those that were deleted. */
  begin({ cellId, deletedCells }: CellMetadata): void {
    const gone: unknown[] = Array.isArray(deletedCells) ? deletedCells : [];
    for (const id of [cellId, ...gone]) {
      const ends = this.#ends.get(id) ?? [];
      this.#ends.delete(id);
      for (const end of ends) end();
    }
  }
}
