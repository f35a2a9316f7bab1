/** Small notebooks for the tests, written when a test asks for them. */
import { mkdtempSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { FOLDER } from "../../scripts/notebooks/notebook-file";

/** Writes a notebook with these code cells beside the course's (imports resolve from there), or those of another folder. */
export function writeFixture(cells: string[], folder: string = FOLDER): string {
  const notebook = {
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `cell-${i}`,
      execution_count: null,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: { kernelspec: { display_name: "TypeScript", language: "typescript", name: "tslab" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const file = path.join(mkdtempSync(path.join(folder, "test-")), "fixture.ipynb");
  writeFileSync(file, JSON.stringify(notebook));
  return file;
}
