// @ts-check
/**
 * The course in one archive, for machines of this kind without a network: what was fetched and compiled here goes along,
 * and the Python environment, which knows its own path, as packages from which it is made again.
 */
import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { download } from "./download.mjs";
import { chooseBuild } from "./engine.mjs";
import { PACK, PACK_FACTS, PACK_WHEELS, packedHere, pythonVersion } from "./packed.mjs";
import { CACHE, ENGINE, ROOT, SETUP, VENV_PYTHON } from "./places.mjs";
import { mustRun } from "./run.mjs";
import { setUp } from "./setup.mjs";

/** The course's folder in the archive. */
const FOLDER = "cfg-notebooks";
const PARTS = ["data", "kernel", "lib"];
/** What a folder without Git does not give away: what set-up makes, and everybody's own work. */
const LEFT_OUT = [
  ...[".git", ".venv", ".cache", "node_modules", "work", "checkpoints", "coverage"],
  ...PARTS.flatMap((part) => [`${part}/dist`, `${part}/tsconfig.tsbuildinfo`]),
];

/**
 * Packs the course. Sets it up first where that is not done.
 * @param {{ out?: string, cpu?: boolean }} [options] out: the archive's file
 * @returns {Promise<{ file: string, bytes: number, python: string }>}
 */
export async function pack({ out, cpu = false } = {}) {
  await setUp({ cpu });
  const python = pythonVersion(VENV_PYTHON);
  const { platform, arch } = process;
  const file = out ?? path.join(ROOT, `cfg-notebooks-${platform}-${arch}-python${python}.tar.gz`);
  if (packedHere()?.python !== python) {
    rmSync(PACK, { recursive: true, force: true });
    await download("JupyterLab's packages", "jupyter", PACK_WHEELS, VENV_PYTHON);
    const { gpu } = chooseBuild(cpu ? { gpu: false } : {});
    writeFileSync(PACK_FACTS, JSON.stringify({ platform, arch, python, gpu }));
  }
  const names = [...courseFiles(), ...madeFiles()].filter(
    (name) => path.join(ROOT, name) !== file && lstatSync(path.join(ROOT, name), { throwIfNoEntry: false }),
  );
  await write(file, names);
  return { file, bytes: statSync(file).size, python };
}

/** The course's own files: those that Git keeps, or all but what is left out. @returns {string[]} */
function courseFiles() {
  try {
    const kept = execFileSync("git", ["-C", ROOT, "ls-files", "-z"], { stdio: ["ignore", "pipe", "ignore"] });
    const names = kept.toString().split("\0").filter(Boolean);
    if (names.includes("package.json")) return names;
  } catch {
    // There is no Git, or this is no clone.
  }
  return filesBelow(
    ".",
    (name) => !LEFT_OUT.includes(name) && !/(^|\/)\.ipynb_checkpoints$|^cfg-.*\.gz$/.test(name),
  );
}

/** What set-up has made and holds no path of this machine. @returns {string[]} */
function madeFiles() {
  const stamps = path.join(CACHE, "stamps");
  const folders = ["node_modules", ...PARTS.map((part) => `${part}/dist`)];
  return [
    ...[...folders, ...[ENGINE, PACK].map((one) => path.relative(ROOT, one))].flatMap((one) =>
      filesBelow(one),
    ),
    ...readdirSync(stamps)
      .filter((name) => name !== "jupyter") // the environment is made again
      .map((name) => path.relative(ROOT, path.join(stamps, name))),
  ];
}

/**
 * Files and links below a folder of the course, by their place in it. Links are not followed.
 * @param {string} folder @param {(name: string) => boolean} [isWanted] of files and folders
 * @returns {string[]}
 */
function filesBelow(folder, isWanted = () => true) {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (!isWanted(name)) return [];
    return entry.isDirectory() ? filesBelow(name, isWanted) : [name];
  });
}

/** Writes the archive, whole or not at all. @param {string} file @param {string[]} names */
async function write(file, names) {
  const list = path.join(PACK, "..", "pack-list");
  const fresh = `${file}.new`;
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    writeFileSync(list, names.join("\0"));
    console.log("Writing the archive ...");
    await mustRun("Writing the archive", VENV_PYTHON, [
      path.join(SETUP, "pack_archive.py"),
      ROOT,
      list,
      fresh,
      FOLDER,
    ]);
    renameSync(fresh, file);
  } finally {
    for (const one of [list, fresh]) rmSync(one, { force: true });
  }
}
