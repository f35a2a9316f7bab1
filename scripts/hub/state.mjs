// @ts-check
/** What the hub keeps between its starts: a folder that only the one who runs it may read. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { Problem } from "../setup/problem.mjs";

/** The hub's own folder. */
export class HubState {
  /** @param {string} folder @param {{ python: string, run: string, packages: string }} account how its accounts are changed */
  constructor(folder, account) {
    this.folder = folder;
    this.account = account;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    chmodSync(folder, 0o700);
  }

  hasClassPassword() {
    return existsSync(this.#file("class-password"));
  }

  classPassword() {
    return readFileSync(this.#file("class-password"), "utf8");
  }

  /** @param {string | undefined} given undefined: one is made */
  setClassPassword(given) {
    const password = given?.trim() ?? newPassword();
    if (password.length < 6) throw new Problem("The class password needs 6 characters or more.");
    this.#write("class-password", password);
  }

  /** Who may sign up. @param {string[]} lines */
  setNames(lines) {
    const names = lines.map((line) => line.trim()).filter((line) => line !== "");
    const wrong = names.find((name) => !/^[A-Za-z][A-Za-z0-9_-]{0,23}$/.test(name));
    if (wrong !== undefined)
      throw new Problem(
        `The list of names holds ${JSON.stringify(wrong.slice(0, 40))}. A name is 1 to 24 of the letters a to z, digits, - and _, a letter first.`,
      );
    if (names.length === 0) throw new Problem("The list of names is empty.");
    this.#write("names.json", JSON.stringify(names.map((name) => name.toLowerCase())));
  }

  /** The token with which the hub speaks to its proxy. */
  proxyToken() {
    if (!existsSync(this.#file("proxy-token"))) this.#write("proxy-token", randomBytes(32).toString("hex"));
    return readFileSync(this.#file("proxy-token"), "utf8");
  }

  /**
   * Makes the teacher's account where there is none.
   * @param {string} name @param {string} [given] password
   * @returns {Promise<string | undefined>} a password that was made
   */
  async addTeacher(name, given) {
    const file = this.#file("accounts.json");
    const isThere = existsSync(file) && Object.hasOwn(JSON.parse(readFileSync(file, "utf8")), name);
    if (isThere && given === undefined) return undefined;
    const password = given ?? newPassword();
    await this.#change("set", name, password);
    return given === undefined ? password : undefined;
  }

  /** @param {string} name */
  async forget(name) {
    await this.#change("forget", name, "");
  }

  /** @param {Record<string, unknown>} settings in this project's spelling @returns {string} the file, in Python's */
  writeSettings(settings) {
    const python = Object.entries({
      ...settings,
      cert: settings.cert ?? null,
      loadToken: settings.loadToken ?? null,
    }).map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]);
    this.#write("settings.json", JSON.stringify(Object.fromEntries(python), null, 1));
    return this.#file("settings.json");
  }

  /** Ends the students' servers of this hub. @returns {number} how many there were */
  endServers() {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const servers = pids.filter((pid) => isServerOf(pid, this.account.packages));
    for (const pid of servers) process.kill(Number(pid), "SIGTERM");
    return servers.length;
  }

  /** @param {string} command @param {string} name @param {string} input @returns {Promise<void>} */
  #change(command, name, input) {
    const { python, run, packages } = this.account;
    const child = spawn(python, ["-I", run, packages, "account", command, this.folder, name], {
      stdio: ["pipe", "inherit", "pipe"],
    });
    let words = "";
    child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ part) => (words += part));
    child.stdin.end(input);
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => {
        if (status === 0) resolve();
        else reject(new Problem(words.trim().split("\n").at(-1) ?? "The accounts could not be changed."));
      });
    });
  }

  /** @param {string} name */
  #file(name) {
    return path.join(this.folder, name);
  }

  /** @param {string} name @param {string} text */
  #write(name, text) {
    writeFileSync(`${this.#file(name)}.new`, text, { mode: 0o600 });
    renameSync(`${this.#file(name)}.new`, this.#file(name));
  }
}

/** Twelve letters and digits that nobody takes for others. */
function newPassword() {
  const letters = "abcdefghjkmnpqrstuvwxyz23456789";
  return Array.from(randomBytes(12), (byte) => letters[byte % letters.length]).join("");
}

/** @param {string} pid @param {string} packages */
function isServerOf(pid, packages) {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return words.includes(packages) && words.includes("fork-server");
  } catch {
    return false; // it has ended, or is another user's
  }
}
