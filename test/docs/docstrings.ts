/** What the docstrings of the library's index say: the names that are exported, and the examples of each. */
import * as path from "node:path";
import ts from "typescript";

const LIBRARY = path.join(__dirname, "../../lib");

/** One `@example` of a docstring. */
export interface Example {
  /** Whose it is: `guide`, or a member of a class or a type, `Judge.predict`. */
  name: string;
  code: string;
}

export interface Docstrings {
  examples: Example[];
  /** What can be called and has no example, in alphabetical order. */
  without: string[];
}

/** Reads the docstrings of everything that an index exports, the library's by default. */
export function readDocstrings(index: string = path.join(LIBRARY, "src/index.ts")): Docstrings {
  const program = ts.createProgram([index], readOptions());
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(index)!)!;
  const exported = checker.getExportsOfModule(module).map((symbol) => ({
    name: symbol.name,
    symbol: symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  }));
  const examples = exported.flatMap(({ name, symbol }) => [
    ...examplesOf(name, symbol, checker),
    ...membersOf(symbol).flatMap((member) => examplesOf(`${name}.${member.name}`, member, checker)),
  ]);
  const shown = new Set(examples.map(({ name }) => name));
  const callable = exported.filter(({ symbol }) => isCallable(symbol, checker)).map(({ name }) => name);
  return { examples, without: callable.filter((name) => !shown.has(name)).sort() };
}

function readOptions(): ts.CompilerOptions {
  const file = path.join(LIBRARY, "tsconfig.json");
  return ts.parseJsonConfigFileContent(ts.readConfigFile(file, (name) => ts.sys.readFile(name)).config, ts.sys, LIBRARY).options;
}

function examplesOf(name: string, symbol: ts.Symbol, checker: ts.TypeChecker): Example[] {
  return symbol
    .getJsDocTags(checker)
    .filter((tag) => tag.name === "example")
    .map((tag) => ({ name, code: ts.displayPartsToString(tag.text).trim() }));
}

/** Methods and properties of a class or an interface. */
function membersOf(symbol: ts.Symbol): ts.Symbol[] {
  const hasMembers = symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface);
  return hasMembers ? [...(symbol.members?.values() ?? [])] : [];
}

/** Whether it is a function, a class, or a constant that holds a function. */
function isCallable(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Class)) return true;
  return (
    (symbol.flags & ts.SymbolFlags.Variable) !== 0 &&
    checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0
  );
}
