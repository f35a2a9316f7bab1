/** A headless Chromium: the machine's own, or the one that an npm package carries. */
import { existsSync, lstatSync, mkdirSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Browser, chromium } from "playwright-core";

const INSTALLED = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Starts the browser. Close it when done. */
export async function openBrowser(): Promise<Browser> {
  const own = process.env.CHROMIUM ?? installedBrowser();
  const executablePath = own ?? (await packagedBrowser());
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", ...QUIET];
  return chromium.launch({ executablePath, args, env: { ...process.env, ...(own ? {} : libraryPath()) } });
}

function installedBrowser(): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const found = INSTALLED.map((name) => path.join(folder, name)).find((file) => existsSync(file));
    if (found) return found;
  }
  return undefined;
}

/** Unpacks the browser of @sparticuz/chromium; returns its path. */
async function packagedBrowser(): Promise<string> {
  // With this name of a host set, the package unpacks the libraries that a bare machine lacks, too.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= "nodejs22.x";
  const { TMPDIR } = process.env;
  process.env.TMPDIR = ownFolder(); // the package always takes the temporary folder
  try {
    const { default: packaged } = await import("@sparticuz/chromium");
    return await packaged.executablePath();
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

/**
 * This user's folder for the unpacked browser: one that another user has unpacked cannot be run, or must not be.
 * @throws Error when somebody else has made it
 */
function ownFolder(): string {
  const folder = path.join(os.tmpdir(), `cfg-browser-${os.userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (lstatSync(folder).uid !== os.userInfo().uid)
    throw new Error(
      `${folder} belongs to another user, and the browser would be unpacked there. Set TMPDIR to a folder of your own.`,
    );
  return folder;
}

function libraryPath(): Record<string, string> {
  const libraries = path.join(ownFolder(), "al2023", "lib");
  return { LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":") };
}
