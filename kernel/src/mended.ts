/** Packages with faults mended in memory: their files are not touched, and one that differs from what is mended is refused. */
import { readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";

/** A place in a file that is faulty, and what stands there instead. */
export type Mend = readonly [faulty: string, mended: string];

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
  return mends.reduce((text, [faulty, right]) => {
    if (text.split(faulty).length !== 2) throw new Error(`${file} is not the file that is mended here.`);
    return text.replace(faulty, () => right);
  }, code);
}
