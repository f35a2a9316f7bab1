/** The comments of types, which a kernel reads where they are shown; inspect.test.ts has what is shown. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as path from "node:path";
import { test } from "node:test";

const ROOT = path.join(__dirname, "../..");
const UNREAD_COMMENTS = path.join(ROOT, "kernel/dist/unread-comments.js");
const TEXT = `
/** A. */
declare const a: 1;
/**
 * B.
 * @param n one
 */
declare function b(/** C. */ n: 1): void;
/** @deprecated D. */
declare const d: 1;`;
const TYPESCRIPT = "@tslab/typescript-for-tslab";

test("comments of types are read where they are asked for, a file at a time; what is deprecated, and a cell's own, at once", () => {
  const script = `
    const { readComments } = require(${JSON.stringify(UNREAD_COMMENTS)});
    const ts = require(${JSON.stringify(TYPESCRIPT)});
    const text = ${JSON.stringify(TEXT)};
    const commentsOf = (name, isRead) => {
      const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
      if (isRead) readComments([file.statements[0]]);
      const found = [];
      const visit = (node) => {
        for (const comment of node.jsDoc ?? [])
          found.push([ts.SyntaxKind[node.kind], comment.comment, comment.tags?.length ?? 0, comment.parent === node]);
        ts.forEachChild(node, visit);
      };
      visit(file);
      return found;
    };
    console.log(JSON.stringify([commentsOf("a.d.ts"), commentsOf("a.d.ts", true), commentsOf("cell.ts")]));`;
  const [unread, read, own] = JSON.parse(
    execFileSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" }),
  ) as unknown[];
  const deprecated = ["FirstStatement", null, 1, true];
  const all = [
    ["FirstStatement", "A.", 0, true],
    ["FunctionDeclaration", "B.", 1, true],
    ["Parameter", "C.", 0, true],
    deprecated,
  ];
  assert.deepEqual({ unread, read, own }, { unread: [deprecated], read: all, own: all });
});

test("TypeScript that is loaded already is refused: it has read its files' comments", () => {
  const script = `require(${JSON.stringify(TYPESCRIPT)}); require(${JSON.stringify(UNREAD_COMMENTS)});`;
  const { status, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" });
  assert.equal(status, 1);
  assert.match(stderr, /typescript\.js is loaded already, too early to be mended\./);
});
