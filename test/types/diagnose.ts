/** What the kernel's own TypeScript, which is older than the project's, says of a strict file among the notebooks. */
import { join } from "node:path";
import kernelTypeScript from "@tslab/typescript-for-tslab";

const root = join(__dirname, "../..");

export const version: string = kernelTypeScript.version;

/**
 * Its messages about the file, and about every declaration of the project's own packages that the file brings in.
 * @param types packages of types that those declarations may take for given
 */
export function diagnose(source: string, types: string[] = []): string[] {
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
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}
