/** tslab, with faults of its compiler mended in memory. tslab 1.0.22 is the last one. */
import { createRequire } from "node:module";
import * as path from "node:path";
import type * as TypeScript from "@tslab/typescript-for-tslab";
import type * as Tslab from "tslab";
import type * as converter from "tslab/dist/converter";
import type * as jupyter from "tslab/dist/jupyter";
import type * as metadata from "tslab/dist/metadata";
import { loadMended, type Mend } from "./mended";

const MENDS: readonly Mend[] = [
  // Names of earlier cells: earlier-names.ts.
  [
    "function wrapPrevIdentifier(node) {",
    `function wrapPrevIdentifier(node) {
            const { qualifyEarlierNames } = require(${JSON.stringify(path.join(__dirname, "earlier-names.js"))});
            return qualifyEarlierNames(checker, declsFile)(node);
        }
        function tslabsOwn(node) {`,
  ],
  // Where each line of the JavaScript comes from, so that an error can name the student's line.
  ["declaration: true,\n        newLine", "declaration: true,\n        sourceMap: true,\n        newLine"],
  [
    "if (fileName === dstFilename) {",
    `if (fileName === dstFilename + ".map") {
                    sourceMap = data;
                    return;
                }
                if (fileName === dstFilename) {`,
  ],
  [
    "let declOutput;\n        let lastExpressionVar;",
    "let declOutput, sourceMap;\n        let lastExpressionVar;",
  ],
  [
    "output: esModuleToCommonJSModule(output, transpileTarget),",
    "output, sourceMap, target: transpileTarget,",
  ],
  // A cell is read twice: first for the names that it declares, which takes no program of all files.
  [
    `updateContent(prevDecl, src);
        let declsFile = builder.getSourceFile(declFilename);
        let srcFile = builder.getSourceFile(srcFilename);
        const locals = srcFile.locals;`,
    `const written = ts.createSourceFile(srcFilename, srcPrefix + src, transpileTarget);
        ts.bindSourceFile(written, builder.getCompilerOptions());
        const locals = written.locals;
        let declsFile, srcFile;`,
  ],
  [
    `srcFile = builder.getSourceFile(srcFilename);
        }
        asMutable`,
    `srcFile = builder.getSourceFile(srcFilename);
        }
        else {
            updateContent(prevDecl, src);
            declsFile = builder.getSourceFile(declFilename);
            srcFile = builder.getSourceFile(srcFilename);
        }
        asMutable`,
  ],
  // No record of every file's imports, which takes longer than the rest of a cell: imported-files.ts.
  ["}, sys, null, function (d) {", "}, sys, ts.createAbstractBuilder, function (d) {"],
  [
    `return builder
        .getAllDependencies(sourceFile)
        .filter(`,
    `const { withImportedFiles } = require(${JSON.stringify(path.join(__dirname, "imported-files.js"))});
    return withImportedFiles(builder.getProgram(), sourceFile)
        .filter(`,
  ],
  [
    "rebuildTimer.callback();\n        if",
    "rebuildTimer.callback();\n        builder.getProgram().getTypeChecker(); // gives each node its parent\n        if",
  ],
  // Declarations of packages do not change while a kernel runs; a class's kernels would watch 600 files each.
  [
    "const watcher = ts.sys.watchFile(path, cb, pollingInterval);",
    `if (/\\.d\\.[cm]?ts$/.test(path)) return { close: () => fileWatchers.delete(path) };
            const watcher = ts.sys.watchFile(path, cb, pollingInterval);`,
  ],
  // The program with a cell in it, for what tslab does not answer: see inspect.ts.
  [
    "return {\n        close,",
    `return {
        programWith(prevDecl, src) {
            updateContent(prevDecl, src);
            const sourceFile = builder.getSourceFile(srcFilename);
            asMutable(sourceFile).parent = builder.getSourceFile(declFilename);
            return { program: builder.getProgram(), sourceFile, offset: srcPrefix.length };
        },
        close,`,
  ],
];

/** What the mended converter has beyond tslab's own. */
export interface MendedConverter extends converter.Converter {
  convert: (
    declarations: string,
    code: string,
  ) => converter.ConvertResult & { sourceMap?: string; target?: TypeScript.ScriptTarget };
  /** The program of a cell among the earlier ones; `offset` characters stand before the cell's own text. */
  programWith: (
    declarations: string,
    code: string,
  ) => { program: TypeScript.Program; sourceFile: TypeScript.SourceFile; offset: number };
}

const load = createRequire(__filename);

/** The modules of tslab that are used here, most of which it keeps to itself. */
interface TslabModules {
  converter: typeof converter;
  /** Its public `display` asks this module where to show things. */
  jupyter: { -readonly [name in keyof typeof jupyter]: (typeof jupyter)[name] };
  metadata: typeof metadata;
  tslab: typeof Tslab;
}

export const tslab: TslabModules = {
  converter: loadMended("tslab/dist/converter.js", MENDS) as typeof converter,
  jupyter: load("tslab/dist/jupyter.js") as TslabModules["jupyter"],
  metadata: load("tslab/dist/metadata.js") as typeof metadata,
  tslab: load("tslab") as typeof Tslab,
};
