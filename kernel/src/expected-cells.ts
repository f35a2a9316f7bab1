/** Which cells are still to come, for whoever lets them go first. */

/** Counts the cells that run or wait. */
export class ExpectedCells {
  #count = 0;
  #waiting: (() => void)[] = [];

  /** A cell has been asked for. @returns to be called when it has ended */
  expect(): () => void {
    this.#count++;
    return () => {
      this.#count--;
      if (this.#count > 0) return;
      for (const go of this.#waiting.splice(0)) go();
    };
  }

  /** Resolves when there is none. */
  whenNone(): Promise<void> {
    return this.#count === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }
}
