// @ts-check
/**
 * The course in one archive, for machines of this kind without a network: what was fetched and compiled here goes along,
 * and the Python environment, which knows its own path, as packages from which it is made again.
 */
import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { download } from "./download.mjs";
import { chooseBuild } from "./engine.mjs";
import { PACK, PACK_FACTS, PACK_WHEELS, packedHere, pythonVersion } from "./packed.mjs";
import { CACHE, ENGINE, PIP, ROOT, SETUP, VENV_PYTHON } from "./places.mjs";
import { mustRun } from "./run.mjs";
import { setUp } from "./setup.mjs";

/** The course's folder in the archive. */
const FOLDER = "cfg-notebooks";
const PARTS = ["data", "kernel", "lib"];
/** Where that is gathered which lies in {@link PACK} in the archive: here nothing is to be set up from it. */
const PACKING = path.join(CACHE, "packing");
const WHEELS = path.join(PACKING, path.basename(PACK_WHEELS));
/** The Pythons 3.x that the course allows and that are out. */
const MINORS = [10, 11, 12, 13, 14];
/** What a folder without Git does not give away: what set-up makes, and everybody's own work. */
const LEFT_OUT = [
  ...[".git", ".venv", ".cache", "node_modules", "work", "checkpoints", "coverage"],
  ...PARTS.flatMap((part) => [`${part}/dist`, `${part}/tsconfig.tsbuildinfo`]),
];

/**
 * Packs the course. Sets it up first where that is not done.
 * @param {{ out?: string, cpu?: boolean }} [options] out: the archive's file
 * @returns {Promise<{ file: string, bytes: number, pythons: string[] }>}
 */
export async function pack({ out, cpu = false } = {}) {
  await setUp({ cpu });
  const { platform, arch } = process;
  const file = out ?? path.join(ROOT, `cfg-notebooks-${platform}-${arch}.tar.gz`);
  const isFromArchive = packedHere() !== undefined;
  const facts = packedHere() ?? {
    ...{ platform, arch, pythons: await fetchWheels() },
    gpu: chooseBuild(cpu ? { gpu: false } : {}).gpu,
  };
  if (!isFromArchive) writeFileSync(path.join(PACKING, path.basename(PACK_FACTS)), JSON.stringify(facts));
  const names = [...courseFiles(), ...madeFiles()].filter(
    (name) => path.join(ROOT, name) !== file && lstatSync(path.join(ROOT, name), { throwIfNoEntry: false }),
  );
  await write(file, names);
  rmSync(PACKING, { recursive: true, force: true });
  return { file, bytes: statSync(file).size, pythons: facts.pythons };
}

/**
 * Fetches JupyterLab's packages for every Python that the course allows, since the machines' may differ.
 * @returns {Promise<string[]>} for which there are all
 */
async function fetchWheels() {
  const script = path.join(SETUP, "pack_requirements.py");
  const lock = path.join(SETUP, "locks", "jupyter.txt");
  const lists = path.join(PACKING, "lists");
  mkdirSync(lists, { recursive: true });
  const args = [script, path.dirname(PIP), lock, lists, MINORS.join(" ")];
  const found = await mustRun("Reading the list of JupyterLab's packages", VENV_PYTHON, args);
  /** @type {Set<string>} */
  const lacking = new Set();
  for (const [release, needed] of /** @type {[string, string][]} */ (JSON.parse(found))) {
    const version = release.slice(0, release.lastIndexOf("."));
    console.log(`Fetching JupyterLab's packages for Python ${version} ...`);
    try {
      const options = ["--python-version", release, "--progress-bar=off"];
      await download("JupyterLab's packages", needed, WHEELS, VENV_PYTHON, options);
    } catch (error) {
      if (version === pythonVersion(VENV_PYTHON)) throw error;
      console.log(`  Not all are there for Python ${version}; it is left out.`);
      lacking.add(version);
    }
  }
  rmSync(lists, { recursive: true });
  return MINORS.map((minor) => `3.${minor}`).filter((version) => !lacking.has(version));
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
    ...[...folders, ...[ENGINE, PACK, PACKING].map((one) => path.relative(ROOT, one))].flatMap((one) =>
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
  if (!existsSync(path.join(ROOT, folder))) return [];
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (!isWanted(name)) return [];
    return entry.isDirectory() ? filesBelow(name, isWanted) : [name];
  });
}

/** Writes the archive, whole or not at all. @param {string} file @param {string[]} names */
async function write(file, names) {
  const list = path.join(CACHE, "pack-list");
  const fresh = `${file}.new`;
  mkdirSync(path.dirname(file), { recursive: true });
  try {
    const [from, to] = [PACKING, PACK].map((one) => `${path.relative(ROOT, one)}${path.sep}`);
    const places = names.map((name) => [name, name.startsWith(from) ? to + name.slice(from.length) : name]);
    writeFileSync(list, JSON.stringify(places));
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
