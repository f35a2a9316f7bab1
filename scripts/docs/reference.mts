/** The library's reference in Markdown: a page for each group of its index, and an index with a line for each name. */
import * as path from "node:path";
import { Application, LogLevel, type TypeDocOptions } from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";
import { rewritePages } from "./pages.mjs";
import { markMentions } from "./mentions.mjs";
import { nameOptionsObjects } from "./options-objects.mjs";
import { ROUTER, routeGroups } from "./router.mjs";
import { sortIntoGroups } from "./groups.mjs";

const ROOT = path.resolve(import.meta.dirname, "../..");

/** What is told: whatever the index exports, and every type of ours that it mentions. */
const CONTENT: TypeDocOptions = {
  name: "cfg-lib",
  readme: "none",
  entryPoints: [path.join(ROOT, "lib/src/index.ts")],
  tsconfig: path.join(ROOT, "lib/tsconfig.json"),
  plugin: [
    "typedoc-plugin-markdown",
    "typedoc-plugin-missing-exports",
    routeGroups,
    nameOptionsObjects,
    markMentions,
    sortIntoGroups,
    rewritePages,
  ],
  excludeExternals: true,
  externalPattern: ["**/node_modules/**", path.join(ROOT, "data/**"), path.join(ROOT, "kernel/**")],
  excludePrivate: true,
  excludeInternal: true,
  disableSources: true, // lines move, and addresses are for others to choose
  sortEntryPoints: false,
  sort: ["kind", "source-order"],
  kindSortOrder: ["Module", "Function", "Class", "Variable", "Interface", "TypeAlias"],
};

/** How the pages look. */
const LAYOUT: Partial<PluginOptions> = {
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  expandParameters: true,
  useHTMLAnchors: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  typeDeclarationFormat: "table",
};

/** A page for each module, which here is a group of the index; what is mentioned stands beside what mentions it. */
const PAGES = { router: ROUTER, placeInternalsInOwningModule: true };

/**
 * Writes the reference, the same on every machine; what the folder holds is replaced.
 * @throws Error where the comments are wrong: TypeDoc says before where, and why
 */
export async function writeReference(folder: string): Promise<void> {
  const options = { ...CONTENT, ...LAYOUT, ...PAGES, out: path.resolve(folder), logLevel: LogLevel.Warn };
  const app = await Application.bootstrapWithPlugins(options);
  const project = await app.convert();
  if (project) app.validate(project);
  const isWrong = (): boolean => app.logger.hasErrors() || app.logger.hasWarnings();
  if (project && !isWrong()) await app.generateOutputs(project);
  if (!project || isWrong()) throw new Error("The reference is not written; what is wrong stands above.");
}
