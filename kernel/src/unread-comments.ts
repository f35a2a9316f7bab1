/**
 * Lets TypeScript leave the comments of packages' types unread until they are shown (Shift+Tab): to read all of them takes
 * a sixth of a kernel's start. To be imported before TypeScript is.
 */
import type * as TypeScript from "@tslab/typescript-for-tslab";
import { loadMended } from "./mended";

/** What TypeScript has and does not declare: the comments before a node, taken apart. */
interface Commented extends TypeScript.Node {
  jsDoc?: TypeScript.JSDoc[];
}

const READ = `require(${JSON.stringify(__filename)}).readComments(declarations);`;

const ts = loadMended("@tslab/typescript-for-tslab", [
  [
    "function addJSDocComment(node) {",
    `function addJSDocComment(node) {
          if (fileName.endsWith(".d.ts")) return node;`,
  ],
  // Whoever shows a comment or its tags asks one of these two.
  [
    "function getJsDocCommentsFromDeclarations(declarations, checker) {",
    `function getJsDocCommentsFromDeclarations(declarations, checker) {
    ${READ}`,
  ],
  [
    "function getJsDocTagsFromDeclarations(declarations, checker) {",
    `function getJsDocTagsFromDeclarations(declarations, checker) {
    ${READ}`,
  ],
]) as typeof TypeScript;

const filesRead = new WeakSet<TypeScript.SourceFile>();

/** Gives all nodes of the files in which something is declared their comments. */
export function readComments(declarations: readonly TypeScript.Node[]): void {
  for (const declaration of declarations) {
    const file = declaration.getSourceFile();
    if (filesRead.has(file) || !file.fileName.endsWith(".d.ts")) continue;
    filesRead.add(file);
    const { languageVersion, text } = file;
    // Under this name a file is one of types, too, but its comments are read.
    const withComments = ts.createSourceFile("with-comments.d.mts", text, languageVersion, true);
    giveComments(withComments, file);
  }
}

/** @param from a node of the same text as the node `to` */
function giveComments(from: Commented, to: Commented): void {
  to.jsDoc = from.jsDoc;
  for (const comment of to.jsDoc ?? []) (comment as { parent: TypeScript.Node }).parent = to;
  const [fromChildren, toChildren] = [childrenOf(from), childrenOf(to)];
  for (const [i, child] of fromChildren.entries()) giveComments(child, toChildren[i]);
}

function childrenOf(node: TypeScript.Node): TypeScript.Node[] {
  const children: TypeScript.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}
