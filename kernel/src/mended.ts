/**
 * Packages' files changed in memory, to mend a fault or to save time. The file itself is not touched, and one that is not
 * the file that the change was made for is refused.
 */
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";

/** A text that stands once in a file, and what stands there instead. */
export type Mend = readonly [original: string, mended: string];

type Loader = (module: { _compile: (code: string, file: string) => void }, file: string) => void;

const load = createRequire(__filename);

/** Loads a package's file, mended, for all who load it from here on. @param request as for `require` */
export function loadMended(request: string, mends: readonly Mend[]): unknown {
  const file = load.resolve(request);
  if (file in load.cache) throw new Error(`${file} is loaded already, too early to be mended.`);
  const loaders = (Module as unknown as { _extensions: Record<string, Loader> })._extensions;
  const plain = loaders[".js"];
  loaders[".js"] = (module, name) => {
    if (name === file) module._compile(mended(readFileSync(name, "utf8"), name, mends), name);
    else plain(module, name);
  };
  try {
    return load(file);
  } finally {
    loaders[".js"] = plain;
  }
}

function mended(code: string, file: string, mends: readonly Mend[]): string {
  return mends.reduce((text, [original, instead]) => {
    if (text.split(original).length !== 2) throw new Error(`${file} is not the file that is mended here.`);
    return text.replace(original, () => instead);
  }, code);
}
