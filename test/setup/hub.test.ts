/** What of the hub needs none of its packages: its options, who may read what, and who signs up. The rest: test/hub. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { temporaryFolder } from "../files/disk";
import { within } from "./module";

const HUB = path.resolve(__dirname, "../../scripts/hub");
const PYTHON = path.resolve(__dirname, "../../.venv/bin/python");

const optionsOf = (...args: string[]): string =>
  within(
    path.join(HUB, "options.mjs"),
    `try { console.log(JSON.stringify(it.readOptions(${JSON.stringify(args)}))); }
     catch (error) { console.log(error.message); }`,
  ).text;

test("options of the hub are read, and wrong ones told in words", () => {
  const options = JSON.parse(optionsOf("--try", "--memory", "1.5", "--port", "9000")) as Record<
    string,
    unknown
  >;
  assert.deepEqual([options.users, options.memory, options.port], [false, 1.5 * 2 ** 30, 9000]);
  assert.equal(options.ip, "127.0.0.1", "nobody else reaches it unless that is asked for");
  assert.match(optionsOf(), /Give --users or --try/);
  assert.match(optionsOf("--users", "--try"), /not both/);
  assert.match(optionsOf("--try", "--port", "70000"), /--port is 70000; give a whole number from 1 to 65533/);
  assert.match(optionsOf("--try", "--memory", "much"), /--memory is much; give a number from 0.5/);
  assert.match(optionsOf("--try", "--cert", "x"), /--cert and --key go together/);
  assert.match(optionsOf("--try", "--teacher", "../x"), /--teacher is "..\/x"/);
});

test("a folder on the way that is closed to other users is named", (t) => {
  const folder = temporaryFolder(t);
  const closed = path.join(folder, "closed");
  mkdirSync(path.join(closed, "course"), { recursive: true });
  const look = (): string =>
    within(
      path.join(HUB, "access.mjs"),
      `console.log(it.unreadableByOthers([${JSON.stringify(path.join(closed, "course"))}])?.at);`,
    ).text.trim();
  chmodSync(folder, 0o755);
  assert.equal(look(), "undefined");
  chmodSync(closed, 0o700);
  assert.equal(look(), closed);
});

/** Runs Python with the hub's names and accounts. */
function python(folder: string, code: string): string {
  const start = `import sys; sys.path.insert(0, ${JSON.stringify(HUB)})
from course_hub.accounts import Accounts, AccountProblem
from course_hub.names import student_name, NameProblem
accounts = Accounts(${JSON.stringify(folder)})
`;
  const { stdout, stderr } = spawnSync(PYTHON, ["-I", "-c", start + code], { encoding: "utf8" });
  return stdout + stderr;
}

test("a whole class signs up at once, and none is lost", (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(path.join(folder, "class-password"), "the class knows");
  const said = python(
    folder,
    `from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(20) as pool:
    list(pool.map(lambda i: accounts.log_in(f"s{i}", f"password {i}", "the class knows"), range(20)))
for i in range(20):
    accounts.log_in(f"s{i}", f"password {i}")
def refused(*words):
    try:
        accounts.log_in(*words)
        print("let in")
    except AccountProblem as problem:
        print(problem)
refused("s1", "password 2")
refused("new", "a password", "the class")
`,
  );
  assert.equal(said, "This name has signed up, with another password.\nThe class password is another one.\n");
  const file = path.join(folder, "accounts.json");
  assert.equal(Object.keys(JSON.parse(readFileSync(file, "utf8")) as object).length, 20);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(!readFileSync(file, "utf8").includes("password"));
});

test("a student's name is a safe part of a path, a page and a command", (t) => {
  const strange = [
    "../ada",
    "a/b",
    'ada"',
    "<b>",
    "a".repeat(255),
    "",
    "\uff41da",
    "ad\u00e5",
    "\u212Aim",
    "-a",
    "ada\n",
    "a\0",
  ];
  const said = python(
    temporaryFolder(t),
    `import json
for name in json.loads(${JSON.stringify(JSON.stringify(strange))}):
    try:
        print("taken", ascii(student_name(name)))
    except NameProblem as problem:
        print("refused")
print(student_name(" Ada-1 "))
`,
  );
  assert.equal(said, "refused\n".repeat(strange.length) + "ada-1\n");
});
