/**
 * Tries every reader of the course's files on damaged ones: `npm run fuzz -- --files 100000`. The same seed makes the
 * same files. One that a reader fails on is kept.
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { fuzz, type Report } from "./fuzz/fuzz";
import { READERS } from "./fuzz/readers";
import { numberOption, readOptions, runCommand, wordOption } from "./options";

const USAGE = `npm run fuzz -- [--files 100000] [--seed 1] [--only ${Object.keys(READERS)
  .map((name) => JSON.stringify(name))
  .join(" | ")}]`;

const options = readOptions({
  files: { type: "string", default: "100000" },
  seed: { type: "string", default: "1" },
  only: { type: "string" },
  help: { type: "boolean", default: false },
});

function main(): void {
  const files = numberOption("files", options.files, { whole: true, min: 1 });
  const seed = numberOption("seed", options.seed, { whole: true, min: 0 });
  const names = Object.keys(READERS);
  const asked = options.only === undefined ? names : [wordOption("only", options.only, names)];
  const keep = path.join(os.tmpdir(), "cfg-fuzz");
  mkdirSync(keep, { recursive: true });
  for (const name of asked) {
    const folder = mkdtempSync(path.join(os.tmpdir(), "fuzz-"));
    const started = performance.now();
    const onProgress = (done: number): void => {
      if (process.stdout.isTTY) process.stdout.write(`\r${name}: ${done} of ${files} `);
    };
    try {
      tell(
        name,
        fuzz(name, READERS[name](folder), { files, seed, keep, onProgress }),
        performance.now() - started,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function tell(name: string, report: Report, milliseconds: number): void {
  const { files, accepted, refused, kinds, slowest, mostGrowth, failures } = report;
  if (process.stdout.isTTY) process.stdout.write("\r");
  console.log(
    `${name}: ${files} files in ${(milliseconds / 1000).toFixed(0)} s: ${accepted} accepted, ${refused} refused in ` +
      `${kinds} kinds of words; slowest ${slowest.toFixed(0)} ms, most memory ${(mostGrowth / 1e6).toFixed(0)} MB; ` +
      `${failures.length} failures`,
  );
  for (const { number, why, file } of failures.slice(0, 20))
    console.log(`  file ${number} (${file}): ${why}`);
  if (failures.length > 0) process.exitCode = 1;
}

void runCommand(main, options.help ? USAGE : undefined);
