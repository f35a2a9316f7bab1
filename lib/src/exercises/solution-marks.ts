/**
 * nbgrader's marks for what only the teacher's version holds: the lines between BEGIN SOLUTION and END SOLUTION. Behind
 * them stands what keeps the student's version running: `return cfg.gap();`, say.
 */

const BEGIN = "BEGIN SOLUTION";
const END = "END SOLUTION";

/** What stands in place of a solution. nbgrader is told the same. */
export const STUB = "// YOUR CODE HERE";

/** A cell's lines before, within and after the marks; undefined where it has none. */
interface Marked {
  before: string[];
  solution: string[];
  after: string[];
}

function marked(code: string): Marked | undefined {
  const lines = code.split("\n");
  const begin = lines.findIndex((line) => line.includes(BEGIN));
  const end = lines.findIndex((line) => line.includes(END));
  if (begin < 0 && end < 0) return undefined;
  if (begin < 0 || end < begin)
    throw new Error(`A cell has ${begin < 0 ? END : BEGIN} without the other mark after it.`);
  return {
    before: lines.slice(0, begin),
    solution: lines.slice(begin + 1, end),
    after: lines.slice(end + 1),
  };
}

/** The cell as a student gets it: a stub in place of the solution. */
export function studentCode(code: string): string {
  const parts = marked(code);
  if (!parts) return code;
  const indent = /^\s*/.exec(code.split("\n")[parts.before.length])![0];
  return [...parts.before, indent + STUB, ...parts.after].join("\n");
}

/** The cell with its solution and without marks or gap: what a teacher shows. */
export function solvedCode(code: string): string {
  const parts = marked(code);
  if (!parts) return code;
  const after = parts.after.filter((line) => !line.includes("cfg.gap()"));
  return [...parts.before, ...parts.solution, ...after].join("\n");
}
