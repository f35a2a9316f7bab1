/** How promises print: as in a program. Node marks each with the cell it belongs to, and would print the marks. */
import { inspect, types } from "node:util";

const MARKS = ["async_id_symbol", "trigger_async_id_symbol", "kResourceStore"];

/** From here on, a promise that is printed (one that lacks its `await`, mostly) shows what it holds, and no more. */
export function printPromisesPlainly(): void {
  void Object.defineProperty(Promise.prototype, inspect.custom, {
    configurable: true,
    writable: true,
    value(this: object): object {
      const symbols = types.isPromise(this) ? Object.getOwnPropertySymbols(this) : [];
      for (const mark of symbols.filter(({ description = "" }) => MARKS.includes(description)))
        Object.defineProperty(this, mark, { enumerable: false });
      return this; // Node goes on as if this function were not there
    },
  });
}
