// @ts-check
/** The npm packages, just those that the lock file names. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { isLink } from "./disk.mjs";
import { countTeller } from "./download.mjs";
import { PACKAGE_LOCK, ROOT } from "./places.mjs";
import { mustRun } from "./run.mjs";

/**
 * What is installed, and where, is not for the user's npm settings to change: these win over all of them. Those of
 * registries, proxies and certificates hold.
 */
const SETTINGS = [
  "--no-global",
  "--location=project",
  "--no-dry-run",
  "--no-usage",
  `--os=${process.platform}`,
  `--cpu=${process.arch}`,
  "--include=prod",
  "--include=dev",
  "--include=optional",
  "--include=peer",
  "--package-lock",
  "--no-package-lock-only",
  "--install-strategy=hoisted",
  "--no-install-links",
  "--bin-links",
  "--ignore-scripts",
  "--no-engine-strict",
  "--no-legacy-peer-deps",
  "--no-strict-peer-deps",
  "--min-release-age=0", // the lock file has chosen the versions, and knows their content
];

/** Settings that npm refuses beside these, or that no argument can take back, out of npm's environment. */
const REFUSED = /^npm_config_(workspaces?|include_workspace_root|allow_scripts|before|omit)$/i;

/** Variables that take such settings out of a program's environment. @returns {Record<string, undefined>} */
export const withoutRefused = () =>
  Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => REFUSED.test(name))
      .map((name) => [name, undefined]),
  );

/**
 * @typedef {object} Entry of the lock file
 * @property {boolean} [optional]
 * @property {boolean} [link] to a folder of the project
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 * @property {Record<string, string>} [bin]
 */

/** The lock file's packages by their place. @returns {[place: string, entry: Entry][]} */
function entries() {
  const { packages } = JSON.parse(readFileSync(PACKAGE_LOCK, "utf8"));
  return Object.entries(packages).filter(([place]) => place.startsWith("node_modules/"));
}

/** Whether a package is for this machine. @param {Entry} entry */
function isForHere({ os, cpu, libc }) {
  const here = /** @type {[string[] | undefined, string][]} */ ([
    [os, process.platform],
    [cpu, process.arch],
    [libc, "glibc"], // see checkLibrary
  ]);
  return here.every(([allowed, value]) => allowed?.includes(value) ?? true);
}

/**
 * The first package or command that the lock file names for this machine and that is not there.
 * @returns {string | undefined} its place in the project
 */
export function missingPackage() {
  for (const [place, entry] of entries()) {
    if (!isForHere(entry)) continue;
    const { link = false, bin = {} } = entry;
    if (!(link ? isLink(path.join(ROOT, place)) : existsSync(path.join(ROOT, place, "package.json"))))
      return place;
    const commands = path.join(place.slice(0, place.lastIndexOf("node_modules/")), "node_modules", ".bin");
    const command = Object.keys(bin).find((name) => !existsSync(path.join(ROOT, commands, name)));
    if (command !== undefined) return path.join(commands, command);
  }
  return undefined;
}

/** Installs the packages. */
export async function installPackages() {
  const total = entries().filter(([, { os, link }]) => !os && !link).length;
  const args = ["ci", ...SETTINGS, "--no-audit", "--no-fund", "--loglevel=http"];
  await mustRun("Installing the npm packages", "npm", args, {
    env: withoutRefused(),
    onLine: countTeller("npm packages", /http fetch GET 200/, total),
  });
}
