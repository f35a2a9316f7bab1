/**
 * Compares the library with golden numbers from PyTorch and diffusers: `npm run parity -- FILE [FILE ...]`. Prints a line
 * for each section; the exit status is 0 only if every section passes and there is at least one.
 */
import { readFileSync } from "node:fs";
import { startEngine } from "cfg-lib";
import { formatResult, passes, type SectionResult } from "./parity/report";
import { measureSamplers, type SamplersGolden } from "./parity/sampler-sections";
import { measureUnet, type UnetGolden } from "./parity/unet-sections";

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

function measure(file: string): SectionResult[] {
  const golden = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  if (!Number.isInteger(golden.salt))
    throw new Error(`${file} is no golden file: it has no whole number "salt".`);
  const has = (names: string[]): boolean => names.some((name) => name in golden);
  const unet = has([...UNET_SECTIONS, "after3", "path", "resize", "parameters"]);
  return [
    ...(unet ? measureUnet(golden as unknown as UnetGolden) : []),
    ...(has(SAMPLER_SECTIONS) ? measureSamplers(golden as unknown as SamplersGolden) : []),
  ];
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("Give the golden files to compare with: npm run parity -- test/golden/unet.json");
  process.exitCode = 2;
} else {
  try {
    startEngine();
    for (const file of files) {
      console.log(file);
      const results = measure(file);
      for (const result of results) console.log(`  ${formatResult(result)}`);
      if (results.length === 0) console.log("  no section that is known");
      if (results.length === 0 || !results.every(passes)) process.exitCode = 1;
    }
  } catch (error) {
    console.error(error);
    process.exitCode = 2;
  }
}
