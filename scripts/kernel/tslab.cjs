// @ts-check
/**
 * Starts tslab's kernel with two of its faults mended, in memory only. tslab 1.0.22 makes the variables of earlier cells
 * known by writing `exports.` before each of their names, but
 * - it leaves `{ seed }` as it is, so a cell that writes an earlier variable in short form fails with "seed is not
 *   defined";
 * - it does not see that a cell whose only await is a `for await` needs to be an async function.
 */
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

/** The places in tslab's converter, each with what stands there instead. */
const MENDS = [
  [
    "if (!ts.isIdentifier(node)) {",
    `if (ts.isShorthandPropertyAssignment(node)) {
                const value = checker.getShorthandAssignmentValueSymbol(node);
                const isEarlier = ((value && value.declarations) || []).some((d) => d.getSourceFile() === declsFile);
                const { factory } = ts;
                return isEarlier
                    ? factory.createPropertyAssignment(node.name, factory.createPropertyAccessExpression(factory.createIdentifier("exports"), node.name))
                    : node;
            }
            if (!ts.isIdentifier(node)) {`,
  ],
  [
    "hasToplevelAwait: diag.hasToplevelAwait,",
    "hasToplevelAwait: diag.hasToplevelAwait || /^for await\\b/m.test(src),",
  ],
];

const converter = path.join(path.dirname(require.resolve("tslab/package.json")), "dist", "converter.js");

/** @type {Record<string, (module: NodeModule & { _compile: (code: string, name: string) => void }, name: string) => void>} */
// @ts-expect-error: Node keeps its loaders here, without a type
const loaders = Module._extensions;
const load = loaders[".js"];
loaders[".js"] = (module, name) => {
  if (name !== converter) {
    load(module, name);
    return;
  }
  let code = readFileSync(name, "utf8");
  for (const [faulty, mended] of MENDS) {
    if (code.split(faulty).length !== 2)
      throw new Error(`tslab's converter is not the one that this file mends: ${name}`);
    code = code.replace(faulty, () => mended);
  }
  module._compile(code, name);
};

require("tslab/dist/main.js").main();
