// @ts-check
/**
 * Starts tslab's kernel with three of its faults mended, in memory only. tslab 1.0.22 makes the variables of earlier
 * cells known by writing `exports.` before each of their names, but
 * - it leaves `{ seed }` as it is, so a cell that writes an earlier variable in short form fails with "seed is not
 *   defined";
 * - it does not see that a cell whose only await is a `for await` needs to be an async function;
 * and it sends messages without waiting for the one before, so on a busy machine a picture or a line is lost with
 * "Socket is busy writing".
 */
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const dist = path.join(path.dirname(require.resolve("tslab/package.json")), "dist");

/**
 * For each of tslab's files the places that are faulty, and what stands there instead.
 * @type {Map<string, [faulty: string, mended: string][]>}
 */
const MENDS = new Map([
  [
    path.join(dist, "converter.js"),
    [
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
    ],
  ],
  [
    path.join(dist, "jupyter.js"),
    [
      ["class ZmqMessage {", "const sending = new WeakMap();\nclass ZmqMessage {"],
      [
        "sock.send(heads.concat(bodies));",
        `const message = heads.concat(bodies);
        const before = sending.get(sock);
        const sent = (before ? before.then(() => sock.send(message)) : sock.send(message)).catch(() => undefined);
        sending.set(sock, sent);
        sent.then(() => sending.get(sock) === sent && sending.delete(sock));`,
      ],
    ],
  ],
]);

/** @type {Record<string, (module: NodeModule & { _compile: (code: string, name: string) => void }, name: string) => void>} */
// @ts-expect-error: Node keeps its loaders here, without a type
const loaders = Module._extensions;
const load = loaders[".js"];
loaders[".js"] = (module, name) => {
  const mends = MENDS.get(name);
  if (!mends) {
    load(module, name);
    return;
  }
  let code = readFileSync(name, "utf8");
  for (const [faulty, mended] of mends) {
    if (code.split(faulty).length !== 2) throw new Error(`${name} is not the file that is mended here.`);
    code = code.replace(faulty, () => mended);
  }
  module._compile(code, name);
};

require("tslab/dist/main.js").main();
