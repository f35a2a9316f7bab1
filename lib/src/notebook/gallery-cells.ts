/** What the cells of the bug gallery call. What was named is kept in the notebook's folder, as exercises are. */
import { mysteryId } from "../exercises/tasks/12-bug-gallery";
import type { Verdict } from "../exercises/exercise";
import { emptySheet, noteCheck } from "../exercises/sheet";
import { type Bug, bugs } from "../gallery/bugs";
import { bugNamed, codeOf, type Evidence, evidenceFor, measurer } from "../gallery/evidence";
import { MEASUREMENTS, type Measurement } from "../gallery/measurements";
import { bugOf, type Mystery, openMystery } from "../gallery/mystery";
import type { Judge } from "../judge/judge";
import { loadJudge } from "../judge/load-judge";
import { boxBundle } from "./exercise-box";
import { countDone, keep } from "./exercise-cells";
import { display } from "./kernel";
import { table, type TableCell } from "./table";

/** Options of {@link examine}. */
export interface ExamineOptions {
  /** Whole number, 0 by default: other noise, other digits. */
  seed?: number;
}

let judge: Judge | undefined;
const theJudge = (): Judge => (judge ??= loadJudge());

/**
 * Measures a mystery of the bug gallery and shows its numbers beside those of the network with nothing wrong.
 * @param mystery see `openMystery`
 * @param what "pixels", "labels", "scale", "time", "batch", "step" or "training"
 * @throws RangeError when there is no such measurement
 * @example cfg.examine(cfg.openMystery("A"), "batch")
 */
export function examine(mystery: Mystery, what: Measurement, { seed = 0 }: ExamineOptions = {}): void {
  if (!Object.hasOwn(MEASUREMENTS, what))
    throw new RangeError(
      `${JSON.stringify(what)} cannot be measured; there are ${Object.keys(MEASUREMENTS).join(", ")}.`,
    );
  const [found, right] = withHealthy((healthy) =>
    [mystery, healthy].map((one) => MEASUREMENTS[what]({ mystery: one, judge: theJudge(), seed })),
  );
  table(
    [what, `mystery ${mystery.name}`, "nothing wrong"],
    Object.keys(found).map((name): TableCell[] => [name, threeDigits(found[name]), threeDigits(right[name])]),
  );
}

function withHealthy<Result>(use: (healthy: Mystery) => Result): Result {
  const healthy = openMystery("healthy");
  try {
    return use(healthy);
  } finally {
    healthy.dispose();
  }
}

const threeDigits = (value: number): string => value.toFixed(3);

/**
 * Names what is wrong with a mystery of the bug gallery. Says what the evidence says: what would be seen if it were so, and
 * what is seen. Named rightly, it shows the lines of code. It is kept in `my-exercises.json` beside the notebook.
 * @param mystery "A" to "M"
 * @param bug one of `cfg.BUG_NAMES`, such as "halves swapped" or "nothing"
 * @throws RangeError when there is no such mystery, or no such bug
 * @example cfg.nameBug("A", "halves swapped")
 */
export function nameBug(mystery: string, bug: string): void {
  const named = bugNamed(bug);
  const culprit = bugOf(mystery);
  const evidence = measuredEvidence(mystery, named);
  const isRight = named === culprit;
  const verdict: Verdict = { state: isRight ? "right" : "wrong", observed: evidence };
  const opened = keep((sheet) => noteCheck(sheet, mysteryId(mystery), verdict));
  const { done, all } = countDone(opened?.sheet ?? emptySheet());
  const closing = [
    ...(opened ? [`${done} of ${all} exercises done: \`cfg.progressSheet()\``] : []),
    ...(opened?.complaint ? [opened.complaint] : []),
  ];
  const story = culprit
    ? [culprit.story, ...(culprit.report ? [`A report of such a mistake: ${culprit.report}`] : [])]
    : ["Nothing is wrong with it. Compare the others with it."];
  display(
    boxBundle({
      state: verdict.state,
      title: isRight ? `Right: ${mystery}, ${bug}` : `The evidence is against it: ${mystery}, ${bug}`,
      lines: [...evidence, ...(isRight ? [...story, ...closing] : [HOW_ON, ...closing.slice(1)])],
      code: isRight && culprit ? codeOf(culprit) : undefined,
    }),
  );
}

const HOW_ON = "Measure something else, or change what you measured: `cfg.examine`.";

/** What would be seen if it were so, and what is seen, a sentence each. */
function measuredEvidence(name: string, named: Bug | undefined): string[] {
  const mystery = openMystery(name);
  try {
    const measured = measurer(mystery, theJudge(), 0);
    if (named) return evidenceFor(named.signs, measured).map(sentence);
    // Nothing wrong: no mistake's signs may all be there.
    const suspect = bugs.find(({ signs }) =>
      evidenceFor(signs, measured).every(({ speaksFor }) => speaksFor),
    );
    if (!suspect) return ["No mistake of the gallery shows its signs here."];
    const tell = `cfg.examine(cfg.openMystery("${name}"), "${suspect.signs[0].of}")`;
    return [`If nothing were wrong, it would measure as the healthy one does. \`${tell}\` says otherwise.`];
  } finally {
    mystery.dispose();
  }
}

function sentence({ sign: { means, number, atLeast, atMost }, found, speaksFor }: Evidence): string {
  const limit = atLeast === undefined ? `at most ${String(atMost)}` : `at least ${atLeast}`;
  return `${speaksFor ? "For it" : "Against it"}: ${means} "${number}" would be ${limit}; it is ${threeDigits(found)}.`;
}
