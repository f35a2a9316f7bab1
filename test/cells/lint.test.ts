/** ESLint, as the project has set it up, reads a notebook's cells as one typed module, and tells cell and line. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { test } from "node:test";
import { ESLint } from "eslint";
import { courseNotebooks, ROOT } from "../../scripts/notebooks/notebook-file";

const eslint = new ESLint({ cwd: ROOT });

interface Message {
  /** Line within the cell. */
  line: number;
  text: string;
  rule: string | null;
}

/** What ESLint says of a notebook among the course's: a text, then these code cells. */
async function lint(...sources: string[]): Promise<Message[]> {
  const code = sources.map((source) => ({ cell_type: "code", source: source.split(/(?<=\n)/) }));
  const cells = [{ cell_type: "markdown", source: ["no `code\n", "(at all"] }, ...code];
  const filePath = path.join(ROOT, "notebooks", "of-a-test.ipynb");
  const [{ messages }] = await eslint.lintText(JSON.stringify({ cells }), { filePath });
  return messages.map(({ line, message, ruleId }) => ({ line, text: message, rule: ruleId }));
}

test("what cells may do passes", async () => {
  const cells = [
    'import * as cfg from "cfg-lib";\nconst schedule = cfg.linearSchedule();',
    // names of earlier cells, a value last
    "const alphaBar = (t: number) => schedule.alphaBars[t];\nalphaBar(5)",
    // a cell that begins as the last one could go on
    "[1, 2].map(alphaBar);",
    // awaits outside of every function
    "async function* once() {\n  yield await Promise.resolve(1);\n}\nfor await (const one of once()) console.log(one);",
    "await Promise.resolve(2);",
    // values that no cell uses, switches
    "const [first, { length }] = [alphaBar(0), Buffer.from('text')];\nconst slow = false;",
    "const steps = slow ? 300 : 8;",
    // a typed array may become any other, as in the kernel's TypeScript
    "let images = new Float32Array();\nimages = cfg.normal(2, 1);\nimages;\n// a comment after the value",
    "",
  ];
  assert.deepEqual(await lint(...cells), []);
});

const faulty: [fault: string, cells: string[], message: Message][] = [
  [
    "a name that no cell has",
    ["const digits = [1, 2];", "\nconsole.log(digts);"],
    { line: 2, text: "Cell 3: Cannot find name 'digts'. Did you mean 'digits'?", rule: "cells/types" },
  ],
  [
    "a wrong use of the library",
    ['import * as cfg from "cfg-lib";', "const text: string = cfg.linearSchedule();"],
    { line: 1, text: "Cell 3: Type 'Schedule' is not assignable to type 'string'.", rule: "cells/types" },
  ],
  [
    "a value that may be missing, which the kernel itself lets pass",
    ["const first = [1].find((one) => one > 1);", "Math.sqrt(first);"],
    {
      line: 1,
      text: "Cell 3: Argument of type 'number | undefined' is not assignable to parameter of type 'number'.   Type 'undefined' is not assignable to type 'number'",
      rule: "cells/types",
    },
  ],
  [
    "a page's names, which Node does not have",
    ["console.log(1);", "console.log(document);"],
    { line: 1, text: "Cell 3: Cannot find name 'document'.", rule: "cells/types" },
  ],
  [
    "a value in the middle of a cell, which is shown nowhere",
    ["const a = 1;", "console.log(a);\na;\nconsole.log(a);"],
    { line: 2, text: "Cell 3: Expected an assignment", rule: "@typescript-eslint/no-unused-expressions" },
  ],
  [
    "a function that no cell calls",
    ["1;", "console.log(2);\nconst half = (x: number) => x / 2;"],
    {
      line: 2,
      text: "Cell 3: 'half' is assigned a value but never used",
      rule: "@typescript-eslint/no-unused-vars",
    },
  ],
  [
    "a package that no cell uses",
    ['import * as cfg from "cfg-lib";', "1;"],
    { line: 1, text: "Cell 2: 'cfg' is defined but never used", rule: "@typescript-eslint/no-unused-vars" },
  ],
  [
    "a promise that nothing waits for",
    ["const later = () => Promise.resolve(1);", "later();\nconsole.log(1);"],
    { line: 1, text: "Cell 3: Promises must be awaited", rule: "@typescript-eslint/no-floating-promises" },
  ],
  ["no code", ["1;", "2;\n(3;"], { line: 2, text: "Cell 3: Parsing error: ')' expected.", rule: null }],
];
for (const [fault, cells, { line, text, rule }] of faulty)
  test(`found in its cell and line: ${fault}`, async () => {
    const [message, ...others] = await lint(...cells);
    assert.deepEqual(others, []);
    assert.deepEqual([message.line, message.rule], [line, rule]);
    assert.ok(message.text.startsWith(text), message.text);
  });

test("a name in two cells is found in both", async () => {
  const text = "Cannot redeclare block-scoped variable 'a'.";
  assert.deepEqual(await lint("const a = 1;", "console.log(2);\nconst a = 3;"), [
    { line: 1, text: `Cell 2: ${text}`, rule: "cells/types" },
    { line: 2, text: `Cell 3: ${text}`, rule: "cells/types" },
  ]);
});

test("linting the project lints every notebook of the course, as cells", async () => {
  for (const file of courseNotebooks()) {
    assert.ok(!(await eslint.isPathIgnored(file)), file);
    const config = (await eslint.calculateConfigForFile(file)) as
      { processor?: { meta?: { name: string } } } | undefined;
    assert.equal(config?.processor?.meta?.name, "notebook-cells", file);
  }
});
