/** A headless Chromium: the machine's own, or the one that an npm package carries. */
import { execFile } from "node:child_process";
import { existsSync, lstatSync, mkdirSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
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
  const { executablePath, env } = own ? { executablePath: own, env: {} } : await packagedBrowser();
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", ...QUIET];
  return chromium.launch({ executablePath, args, env: { ...process.env, ...env } });
}

function installedBrowser(): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    const found = INSTALLED.map((name) => path.join(folder, name)).find((file) => existsSync(file));
    if (found) return found;
  }
  return undefined;
}

const UNPACK = 'import chromium from "@sparticuz/chromium"; console.log(await chromium.executablePath());';

/** Unpacks the browser of @sparticuz/chromium; its path, and the variables that it runs with. */
async function packagedBrowser(): Promise<{ executablePath: string; env: Record<string, string> }> {
  const folder = ownFolder();
  // In a process of its own: the package always takes the temporary folder. With this name of a host set, it unpacks the
  // libraries that a bare machine lacks, too.
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", UNPACK], {
    cwd: __dirname,
    env: { AWS_LAMBDA_JS_RUNTIME: "nodejs22.x", ...process.env, TMPDIR: folder },
  });
  const libraries = path.join(folder, "al2023", "lib");
  return {
    executablePath: stdout.trim(),
    env: {
      FONTCONFIG_PATH: process.env.FONTCONFIG_PATH ?? path.join(folder, "fonts"),
      LD_LIBRARY_PATH: [libraries, process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
    },
  };
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
