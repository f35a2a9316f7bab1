// @ts-check
/** What the machine must have: told in one message each. */
import { freeBytes } from "./disk.mjs";
import { run } from "./run.mjs";
import { ROOT } from "./places.mjs";
import { Problem } from "./problem.mjs";

/**
 * @param {string} platform as in process.platform
 * @param {string} arch as in process.arch
 */
export function checkPlatform(platform = process.platform, arch = process.arch) {
  if (platform === "win32") {
    throw new Problem(
      "This is Windows. The course runs in WSL, Windows' own Linux: type `wsl --install` in a terminal as administrator, " +
        "restart, and run `npm start` in the Ubuntu window (with Node.js installed there).",
    );
  }
  const known = ["linux x64", "linux arm64", "darwin arm64"];
  if (!known.includes(`${platform} ${arch}`)) {
    throw new Problem(
      `TensorFlow has no build for ${platform} ${arch}; there is one for ${known.join(", ")}.`,
    );
  }
}

/**
 * What a path cannot hold: PATH ends at a colon, a script's first line at a line's end; Node's search for packages
 * replaces a star, tsx cuts a path at a question mark, and Linux's loader of libraries replaces $ORIGIN and its like.
 * @type {[pattern: RegExp, name: string][]}
 */
const UNFIT = [
  [/:/, "a colon"],
  // eslint-disable-next-line no-control-regex -- it is control characters that are meant
  [/[\x00-\x1f]/, "a control character"],
  [/\*/, "a star"],
  [/\?/, "a question mark"],
  [/\$\{?(ORIGIN|LIB|PLATFORM)/, "$ORIGIN, $LIB or $PLATFORM"],
];

/** @param {string} [folder] in which everything lies */
export function checkFolder(folder = ROOT) {
  const name = UNFIT.find(([pattern]) => pattern.test(folder))?.[1];
  if (name === undefined) return;
  throw new Problem(
    `The course lies in ${folder}. Its programs do not run in a path with ${name}. Rename or move the folder, and run the command again.`,
  );
}

/** TensorFlow's build for Linux needs GNU's C library. @param {string} [version] of it */
export function checkLibrary(version = glibc()) {
  if (process.platform !== "linux") return;
  const [major, minor] = (version ?? "").split(".").map(Number);
  if (major > 2 || (major === 2 && minor >= 28)) return;
  throw new Problem(
    `TensorFlow needs Linux with GNU's C library 2.28 or newer; here is ${version ?? "another one"}. Debian 10, Ubuntu 20.04, Fedora 29 and later ones have it.`,
  );
}

/** @returns {string | undefined} */
function glibc() {
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  return header.glibcVersionRuntime;
}

/**
 * The first Python of at least 3.10 on the path.
 * @returns {Promise<string>} its path
 */
export async function findPython() {
  const found = [];
  for (const name of [
    "python3",
    "python",
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
    "python3.10",
  ]) {
    const script = "import sys, venv; print(*sys.version_info[:2], sep='.'); print(sys._base_executable)";
    // Not the course's own environment, which may be about to be made anew.
    const { status, output } = await run(name, ["-c", script], { env: { PATH: process.env.PATH ?? "" } });
    const [version, executable] = output.trim().split("\n");
    const [major, minor] = version.split(".").map(Number);
    if (status === 0 && major === 3 && minor >= 10) return executable;
    if (status === 0) found.push(`${name} ${version}`);
  }
  const seen = found.length > 0 ? `Found only ${found.join(", ")}.` : "Found none.";
  throw new Problem(
    `The course needs Python 3.10 or newer, for JupyterLab. ${seen} Install it (Debian and Ubuntu: sudo apt install python3; macOS: from python.org) and run the command again.`,
  );
}

/**
 * @param {{ free?: number, gpu?: boolean, isPacked?: boolean }} [disk] bytes; CUDA's libraries take more, an archive
 *   has brought all but JupyterLab
 */
export function checkDisk({ free = freeBytes(ROOT), gpu = false, isPacked = false } = {}) {
  const [needed, kept] = isPacked ? [1e9, 0.5e9] : gpu ? [14e9, 8e9] : [3e9, 1.7e9];
  if (free >= needed) return;
  const gb = (/** @type {number} */ bytes) => (bytes / 1e9).toFixed(1);
  throw new Problem(
    `The disk has ${gb(free)} GB free; set-up needs ${gb(needed)} GB while it works and keeps ${gb(kept)} GB. Free some, and run the command again.`,
  );
}
