/**
 * Which of a student's own files a cell imports. tslab asks TypeScript's record of every file's imports, which is made
 * anew for all 600 files of packages' types at every cell; this follows the cell's own imports (see tslab.ts), and no
 * `/// <reference path>`.
 */
import type * as ts from "@tslab/typescript-for-tslab";

/** What TypeScript has and does not declare: where the imports of a file lead. */
interface WithImports extends ts.SourceFile {
  resolvedModules?: {
    forEach: (visit: (found: { resolvedModule?: ts.ResolvedModule }) => void) => void;
  };
}

/** The names of a file and of the TypeScript and JavaScript files that it imports, itself or through others of them. */
export function withImportedFiles(program: ts.Program, file: ts.SourceFile): string[] {
  const files = new Set<ts.SourceFile>([file]);
  for (const { resolvedModules } of files as Set<WithImports>)
    resolvedModules?.forEach(({ resolvedModule }) => {
      const imported = resolvedModule && program.getSourceFile(resolvedModule.resolvedFileName);
      if (imported && !imported.isDeclarationFile) files.add(imported);
    });
  return [...files].map(({ fileName }) => fileName);
}
