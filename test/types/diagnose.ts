/** What the kernel's own TypeScript, which is older than the project's, says of a strict file among the notebooks. */
import { join } from "node:path";
import kernelTypeScript from "@tslab/typescript-for-tslab";

const root = join(__dirname, "../..");

export const version: string = kernelTypeScript.version;

export interface Message {
  /** The line of the source that it is about, from 0; undefined where it is about another file. */
  line: number | undefined;
  text: string;
}

/**
 * Its messages about the file, and about every declaration of the project's own packages that the file brings in.
 * @param types packages of types that those declarations may take for given
 */
export function diagnoseLines(source: string, types: string[] = []): Message[] {
  const ts = kernelTypeScript;
  const options = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    types,
    target: ts.ScriptTarget.ES2020,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
    lib: ["lib.es2022.d.ts"],
  };
  const fileName = join(root, "notebooks/cell.ts");
  const host = ts.createCompilerHost(options);
  const fromDisk = { read: host.readFile.bind(host), exists: host.fileExists.bind(host) };
  host.readFile = (name) => (name === fileName ? source : fromDisk.read(name));
  host.fileExists = (name) => name === fileName || fromDisk.exists(name);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, version) =>
    name === fileName ? ts.createSourceFile(name, source, version) : getSourceFile(name, version);
  const program = ts.createProgram([fileName], options, host);
  const own = program.getSourceFiles().filter((file) => !file.fileName.includes("/node_modules/"));
  return own
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ file, start, messageText }) => ({
      line: file?.fileName === fileName ? file.getLineAndCharacterOfPosition(start ?? 0).line : undefined,
      text: ts.flattenDiagnosticMessageText(messageText, "\n"),
    }));
}

/** The texts of these messages. */
export function diagnose(source: string, types: string[] = []): string[] {
  return diagnoseLines(source, types).map(({ text }) => text);
}
