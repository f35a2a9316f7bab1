/** A hub for the tests, with students who log in as people do. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import * as http from "node:http";
import { createServer } from "node:net";
import * as os from "node:os";
import * as path from "node:path";

export const root = path.join(__dirname, "../..");
export const CLASS_PASSWORD = "the class knows";
export const TEACHER_PASSWORD = "the teacher knows";
const TOKEN = "0123456789-hub-tests";

/** What became of a student's cells. */
export interface Ran {
  server: number;
  kernel: number;
  /** What each cell printed, or its error. */
  said: string[];
}

export interface TestHub {
  base: string;
  /** The hub's own folder. */
  state: string;
  /** Logs in by the form; undefined in place of cookies where that is refused, with what the page says. */
  logIn: (
    name: string,
    password: string,
    classPassword?: string,
  ) => Promise<{ cookies?: string; page: string }>;
  /** Logs a student in, and runs cells on a new kernel. */
  run: (name: string, cells: string[]) => Promise<Ran>;
  /** A page or an answer of the API, with the service's token or with cookies. */
  get: (place: string, cookies?: string) => Promise<{ status: number; text: string }>;
  restart: () => Promise<void>;
  close: () => Promise<void>;
}

/** What `scripts/hub/start.mjs` does. */
interface Starter {
  startHub: (options: object) => Promise<{ child: ChildProcess; words: () => string }>;
  endHub: (hub: { child: ChildProcess }, state?: string) => Promise<void>;
}

/** Starts a hub in a folder of its own. @param mode "--try" or "--users" */
export async function openHub(mode: string, more: string[] = []): Promise<TestHub> {
  const { startHub, endHub } = (await import(path.join(root, "scripts/hub/start.mjs"))) as Starter;
  const state = mkdtempSync(path.join(os.tmpdir(), "hub-test-"));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const options = {
    args: [mode, "--port", String(port), "--state", state, ...more],
    env: {
      CFG_CLASS_PASSWORD: CLASS_PASSWORD,
      CFG_TEACHER_PASSWORD: TEACHER_PASSWORD,
      CFG_HUB_LOAD_TOKEN: TOKEN,
    },
    port,
  };
  let hub = await startHub(options);
  const get: TestHub["get"] = async (place, cookies) => {
    const headers: Record<string, string> =
      cookies === undefined ? { Authorization: `token ${TOKEN}` } : { Cookie: cookies };
    const answer = await fetch(base + place, { headers, redirect: "manual" });
    return { status: answer.status, text: await answer.text() };
  };
  return {
    base,
    state,
    logIn: (name, password, classPassword = "") => logIn(base, { name, password, classPassword }),
    run: (name, cells) =>
      runCells([String(port), name, CLASS_PASSWORD], cells).catch((error: unknown) => {
        throw new Error(`${String(error)} The hub said:\n${hub.words().slice(-3000)}`);
      }),
    get,
    restart: async () => {
      await endHub(hub);
      hub = await startHub(options);
    },
    close: async () => {
      await endHub(hub, state);
      rmSync(state, { recursive: true, force: true });
    },
  };
}

async function logIn(
  base: string,
  { name, password, classPassword }: Record<"name" | "password" | "classPassword", string>,
): Promise<{ cookies?: string; page: string }> {
  const form = await page(`${base}/hub/login`, {});
  const xsrf = /name="_xsrf" value="([^"]+)"/.exec(form.text)![1];
  const words = { username: name, password, class_password: classPassword, _xsrf: xsrf };
  const answer = await page(`${base}/hub/login`, { cookies: form.cookies, words });
  const cookies = `${form.cookies}; ${answer.cookies}`;
  return answer.status === 302 ? { cookies, page: answer.text } : { page: answer.text };
}

/** A page as a browser opens it: the hub gives its cookie against forgery to a page alone, and Node's fetch is none. */
function page(
  url: string,
  { cookies = "", words }: { cookies?: string; words?: Record<string, string> },
): Promise<{ status: number | undefined; cookies: string; text: string }> {
  const body = words && new URLSearchParams(words).toString();
  const headers = {
    "Sec-Fetch-Mode": "navigate",
    Cookie: cookies,
    ...(body === undefined ? {} : { "Content-Type": "application/x-www-form-urlencoded" }),
  };
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: body === undefined ? "GET" : "POST", headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (part: string) => (text += part));
      const given = (answer.headers["set-cookie"] ?? []).map((cookie) => cookie.split(";")[0]).join("; ");
      answer.on("end", () => resolve({ status: answer.statusCode, cookies: given, text }));
    });
    request.on("error", reject).end(body);
  });
}

function runCells(words: string[], cells: string[]): Promise<Ran> {
  const places = [path.join(root, "scripts/hub"), path.join(root, ".cache/hub/python")];
  const python = path.join(root, ".venv/bin/python");
  const child = spawn(python, ["-I", path.join(__dirname, "run_cells.py"), ...places, ...words], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, CFG_HUB_LOAD_TOKEN: TOKEN },
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
  child.stdin.end(JSON.stringify(cells));
  return new Promise((resolve, reject) => {
    child.on("close", (status) => {
      if (status === 0) resolve(JSON.parse(text) as Ran);
      else reject(new Error(`${words[1]}'s cells did not run (${status}).`));
    });
  });
}

/** A port that is free, as the two behind it most probably are. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port > 65_000 ? port - 10 : port));
    });
  });
}
