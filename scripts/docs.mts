/**
 * Writes the library's reference to docs/, from the comments in lib/src: `npm run docs`. With `--check` it writes nothing,
 * and fails where docs/ is not what the comments give.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { writeReference } from "./docs/reference.mjs";

const USAGE = `npm run docs               writes docs/ from the comments in lib/src
npm run docs -- --check    only says which of its pages are not up to date`;
const DOCS = path.resolve(import.meta.dirname, "../docs");

/** A folder's pages by name. JupyterLab may have left a folder of its own beside them. */
function readPages(folder: string): Map<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  return new Map(names.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
}

/** The pages that are missing in docs/, differ, or are there without need. */
async function outdatedPages(): Promise<string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "cfg-docs-"));
  try {
    await writeReference(folder);
    const [committed, current] = [readPages(DOCS), readPages(folder)];
    const names = new Set([...committed.keys(), ...current.keys()]);
    return [...names].filter((name) => committed.get(name) !== current.get(name)).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const { values } = parseArgs({
  options: { check: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});

if (values.help) console.log(USAGE);
else if (values.check) {
  const outdated = await outdatedPages();
  for (const name of outdated) console.error(`docs/${name} is not what the comments in lib/src give today.`);
  if (outdated.length > 0) console.error("`npm run docs` renews the reference.");
  process.exitCode = outdated.length > 0 ? 1 : 0;
} else await writeReference(DOCS);
