/** Every measurement of every network of the bug gallery, over some seeds. */
import { loadJudge, openMystery, startEngine } from "cfg-lib";
import { MYSTERIES } from "cfg-lib/dist/exercises/tasks/12-bug-gallery";
import { MEASUREMENTS } from "cfg-lib/dist/gallery/measurements";
import { bugOf } from "cfg-lib/dist/gallery/mystery";

/** Prints the table, a line for each mystery and number: the least and the largest over the seeds. */
export function printTable(seeds: number): void {
  startEngine();
  const judge = loadJudge();
  for (const name of ["healthy", ...MYSTERIES]) {
    const mystery = openMystery(name);
    const found = new Map<string, number[]>();
    for (let seed = 0; seed < seeds; seed++)
      for (const [what, measure] of Object.entries(MEASUREMENTS))
        for (const [number, value] of Object.entries(measure({ mystery, judge, seed }))) {
          const line = `${what}: ${number}`;
          found.set(line, [...(found.get(line) ?? []), value]);
        }
    mystery.dispose();
    const title = name === "healthy" ? name : `${name}, ${bugOf(name)?.name ?? "nothing"}`;
    for (const [line, values] of found) {
      const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(3));
      console.log(`${title} | ${line} | ${least === most ? least : `${least} to ${most}`}`);
    }
  }
}
