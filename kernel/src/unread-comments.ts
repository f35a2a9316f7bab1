/**
 * Lets TypeScript leave the comments of types unread until they are shown (Shift+Tab): to read all those of the packages
 * takes a fifth of the processor time of a kernel's start. To be imported before TypeScript is.
 */
import type * as TypeScript from "@tslab/typescript-for-tslab";
import { loadMended } from "./mended";

/** What TypeScript has and does not declare: the comments before a node, taken apart. */
interface Commented extends TypeScript.Node {
  jsDoc?: TypeScript.JSDoc[];
}

/** The ending of the files whose comments stay unread. */
const UNREAD = ".d.ts";
/** Files of types with this other ending are few; their comments are read at once, as TypeScript does. */
const READ_AT_ONCE = ".d.mts";

const READ = `require(${JSON.stringify(__filename)}).readComments(declarations);`;

const ts = loadMended("@tslab/typescript-for-tslab", [
  // What is deprecated comes last among the completions, so its comments are read.
  [
    "function addJSDocComment(node) {",
    `function addJSDocComment(node) {
          const isDeprecated = ({ pos, end }) => sourceText.slice(pos, end).includes("@deprecated");
          if (fileName.endsWith("${UNREAD}") && !some(getJSDocCommentRanges(node, sourceText), isDeprecated)) return node;`,
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
    // Undefined for what TypeScript itself has made up.
    const file = declaration.getSourceFile() as TypeScript.SourceFile | undefined;
    if (!file?.fileName.endsWith(UNREAD) || filesRead.has(file)) continue;
    const name = `with-comments${READ_AT_ONCE}`;
    giveComments(ts.createSourceFile(name, file.text, file.languageVersion, true), file);
    filesRead.add(file);
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
