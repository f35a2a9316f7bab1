/**
 * Compares the library with golden numbers from PyTorch and diffusers: `npm run parity -- FILE [FILE ...]`. Prints a line
 * for each section; the exit status is 0 only if every section passes and there is at least one, and 2 if nothing could be
 * compared.
 */
import { readFileSync } from "node:fs";
import { startEngine } from "cfg-lib";
import { formatResult, passes, type SectionResult } from "./parity/report";
import { measureSamplers, type SamplersGolden } from "./parity/sampler-sections";
import { measureUnet, type UnetGolden } from "./parity/unet-sections";
import { readArguments, runCommand } from "./options";

const USAGE = "npm run parity -- FILE [FILE ...], such as test/golden/unet.json";
const { values, positionals: files } = readArguments({ help: { type: "boolean", default: false } });

const UNET_SECTIONS = [
  "betas",
  "alphaBars",
  "sinusoidal",
  "noisy",
  "eval",
  "train",
  "losses",
  "grads",
  "running1",
];
const SAMPLER_SECTIONS = ["cases", "guidance", "zeroTerminalSnrAlphaBars"];

/** Reads a golden file. @throws Error that names it and says what is wrong */
function readGolden(file: string): Record<string, unknown> {
  let golden: unknown;
  try {
    golden = JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Error(`${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const { salt } = (golden ?? {}) as { salt?: unknown };
  if (!Number.isInteger(salt)) throw new Error(`${file} is no golden file: it has no whole number "salt".`);
  return golden as Record<string, unknown>;
}

function measure(golden: Record<string, unknown>): SectionResult[] {
  const has = (names: string[]): boolean => names.some((name) => name in golden);
  const unet = has([...UNET_SECTIONS, "after3", "path", "resize", "parameters", "small"]);
  return [
    ...(unet ? measureUnet(golden as unknown as UnetGolden) : []),
    ...(has(SAMPLER_SECTIONS) ? measureSamplers(golden as unknown as SamplersGolden) : []),
  ];
}

function main(): void {
  if (files.length === 0) throw new Error(`Give the golden files to compare with.\n${USAGE}`);
  const golden = files.map((file) => [file, readGolden(file)] as const);
  startEngine();
  for (const [file, sections] of golden) {
    console.log(file);
    const results = measure(sections);
    for (const result of results) console.log(`  ${formatResult(result)}`);
    if (results.length === 0) console.log("  no section that is known");
    if (results.length === 0 || !results.every(passes)) process.exitCode = 1;
  }
}

void runCommand(main, values.help ? USAGE : undefined, 2);
