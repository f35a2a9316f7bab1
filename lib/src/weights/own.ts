/** Models of one's own, by name: files in the folder `models/` beside the notebook. Node only. */
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import * as path from "node:path";

/** The folder of a student's own models and runs, in the working folder, which is the notebook's. */
export const OWN_FOLDER = "models";

const EXTENSION = ".safetensors";

/** Makes the folder where it is not there yet. @throws Error that says why it cannot be made */
export function makeOwnFolder(): void {
  try {
    mkdirSync(OWN_FOLDER, { recursive: true });
  } catch (cause) {
    const folder = path.resolve(OWN_FOLDER);
    throw new Error(`the folder ${folder} cannot be made (${(cause as NodeJS.ErrnoException).code}).`, {
      cause,
    });
  }
}

/** @throws RangeError unless the name may be that of a file everywhere */
export function checkOwnName(name: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) return;
  throw new RangeError(
    `the name is ${JSON.stringify(name)}; it must have 1 to 64 letters, digits, - or _, the first a letter or digit.`,
  );
}

/** The file of one's own model. */
export function ownFile(name: string): string {
  return path.join(OWN_FOLDER, `${name}${EXTENSION}`);
}

/** The names of one's own models. */
export function ownNames(): string[] {
  if (!existsSync(OWN_FOLDER)) return [];
  const files = readdirSync(OWN_FOLDER).filter(
    (file) => file.endsWith(EXTENSION) && !file.includes(".checkpoint."),
  );
  return files.map((file) => path.basename(file, EXTENSION)).sort();
}
