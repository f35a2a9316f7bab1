/**
 * What Shift+Tab shows: of a name its type and its comment, inside a call the signature of what is called, with the
 * options that it takes and their comments.
 */
import * as ts from "@tslab/typescript-for-tslab";
import type { CellProgram } from "./compiler";
import type { MimeBundle } from "./notebook";

/** What TypeScript has and tslab's build of it offers, undeclared. */
interface Internals {
  getQuickInfoAtPosition: (
    file: ts.SourceFile,
    checker: ts.TypeChecker,
    cancellation: typeof NEVER_CANCELLED,
    position: number,
  ) => ts.QuickInfo | undefined;
  getTokenAtPosition: (file: ts.SourceFile, position: number) => ts.Node;
}

const NEVER_CANCELLED = { isCancellationRequested: () => false, throwIfCancellationRequested: () => {} };
/** Types longer than this are cut; their names say more than their fields. */
const LONGEST_TYPE = 80;

/** What there is to say of a place in a cell; undefined if nothing. */
export function inspectAt(cell: CellProgram, position: number): MimeBundle | undefined {
  const { program, sourceFile, offset } = cell;
  const checker = program.getTypeChecker();
  const { getQuickInfoAtPosition } = ts as unknown as Internals;
  const place = position + offset;
  const info = getQuickInfoAtPosition(sourceFile, checker, NEVER_CANCELLED, place);
  const named = info && nameAt(sourceFile, place);
  const call = callAround(sourceFile, place);
  if (named) {
    const head = partsToText(info.displayParts);
    const text = [head, partsToText(info.documentation), tagsToText(info.tags)];
    const signature = callableAt(checker, named);
    return bundleOf(text, signature ? optionsOf(checker, signature, named) : []);
  }
  const signature = call && (checker.getResolvedSignature(call) ?? callableAt(checker, call.expression));
  if (!signature) return undefined;
  const name = call.expression.getText(sourceFile);
  const head = `${name}${checker.signatureToString(signature, call)}`;
  const comment = partsToText(signature.getDocumentationComment(checker));
  return bundleOf([head, comment, tagsToText(signature.getJsDocTags())], optionsOf(checker, signature, call));
}

/** The identifier at a place, or just before it. */
function nameAt(file: ts.SourceFile, place: number): ts.Node | undefined {
  const { getTokenAtPosition } = ts as unknown as Internals;
  return [place, place - 1].map((at) => getTokenAtPosition(file, at)).find((token) => ts.isIdentifier(token));
}

/** The innermost call whose arguments hold a place, also one whose end is not written yet. */
function callAround(file: ts.SourceFile, place: number): ts.CallExpression | ts.NewExpression | undefined {
  // What is unfinished ends with its last letter; the space behind it belongs to it.
  const end = file.text.slice(0, place).trimEnd().length;
  const visit = (node: ts.Node): ReturnType<typeof callAround> => {
    if (end < node.getStart(file) || end > node.getEnd()) return undefined;
    const inner = ts.forEachChild(node, visit);
    if (inner || !(ts.isCallExpression(node) || ts.isNewExpression(node)) || !node.arguments) return inner;
    const isBehind = node.getText(file).endsWith(")") && place >= node.getEnd();
    return end >= node.arguments.pos && !isBehind ? node : undefined;
  };
  return ts.forEachChild(file, visit);
}

function callableAt(checker: ts.TypeChecker, node: ts.Node): ts.Signature | undefined {
  const type = checker.getTypeAtLocation(node);
  return type.getCallSignatures()[0] ?? type.getConstructSignatures()[0];
}

/** The options of the parameters that are objects of named fields: a line for each, with its comment. */
function optionsOf(checker: ts.TypeChecker, signature: ts.Signature, node: ts.Node): string[] {
  return signature.getParameters().flatMap((parameter) => {
    const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(parameter, node));
    if (!isOptions(checker, type)) return [];
    const lines = checker.getPropertiesOfType(type).map((option) => {
      const isOptional = (option.flags & ts.SymbolFlags.Optional) !== 0;
      const optionType = checker.getTypeOfSymbolAtLocation(option, node);
      const written = checker.typeToString(isOptional ? checker.getNonNullableType(optionType) : optionType);
      const comment = partsToText(option.getDocumentationComment(checker)).replace(/\s+/g, " ");
      return `  ${option.name}${isOptional ? "?" : ""}: ${shortened(written)}${comment ? `   ${comment}` : ""}`;
    });
    return [`${parameter.name}:`, ...lines];
  });
}

/** Whether a type is an object of named fields that was written for calls: no array, function, tensor or class. */
function isOptions(checker: ts.TypeChecker, type: ts.Type): boolean {
  const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0;
  if (!isObject || type.isClass() || checker.isArrayLikeType(type)) return false;
  if (type.getCallSignatures().length > 0) return false;
  const fields = checker.getPropertiesOfType(type);
  return fields.length > 0 && fields.every((field) => (field.flags & ts.SymbolFlags.Method) === 0);
}

function bundleOf(text: string[], options: string[]): MimeBundle {
  const blocks = [...text, options.join("\n")].filter((block) => block !== "");
  return { "text/plain": blocks.join("\n\n").replace(/\{@link (\w+) *\}/g, "$1") };
}

function partsToText(parts: ts.SymbolDisplayPart[] | undefined): string {
  return ts.displayPartsToString(parts);
}

function tagsToText(tags: ts.JSDocTagInfo[] | undefined): string {
  return (tags ?? []).map(({ name, text }) => `@${name} ${partsToText(text)}`.trim()).join("\n");
}

const shortened = (text: string): string =>
  text.length > LONGEST_TYPE ? `${text.slice(0, LONGEST_TYPE - 4)} ...` : text;
