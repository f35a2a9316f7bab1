import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, before, describe, test } from "node:test";
import { CLASS_PASSWORD, openHub, root, TEACHER_PASSWORD, type TestHub } from "./hub";

const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`);

describe("a hub that is tried out", () => {
  let hub: TestHub;
  before(async () => {
    hub = await openHub("--try");
  });
  after(() => hub.close());

  test("its folder is the owner's alone", () => {
    assert.equal(statSync(hub.state).mode & 0o777, 0o700);
    for (const name of ["accounts.json", "class-password", "settings.json", "proxy-token", "cookie-secret"])
      assert.equal(statSync(path.join(hub.state, name)).mode & 0o077, 0, name);
  });

  test("who does not know the class password does not sign up", async () => {
    const wrong = await hub.logIn("eve", "a password", "guessed");
    assert.equal(wrong.cookies, undefined);
    assert.match(wrong.page, /The class password is another one/);
    assert.match((await hub.logIn("eve", "a password")).page, /has not signed up/);
    assert.match((await hub.logIn("eve", "short", CLASS_PASSWORD)).page, /8 characters or more/);
    assert.ok(
      !("eve" in (JSON.parse(readFileSync(path.join(hub.state, "accounts.json"), "utf8")) as object)),
    );
  });

  test("strange names are refused in words", async () => {
    const strange = [
      "../ada",
      "a/b",
      `ada"`,
      "ada'",
      "<b>ada</b>",
      "a".repeat(255),
      "",
      "ａda",
      "adå",
      "\u212Aim",
      "-a",
      "a b",
      "ada;id",
    ];
    for (const name of strange) {
      const { cookies, page } = await hub.logIn(name, "a good password", CLASS_PASSWORD);
      assert.equal(cookies, undefined, name);
      assert.match(page, /is not taken here. A name is 1 to 24 of the letters/, name);
      assert.ok(!page.includes("<b>ada"), "markup is shown as text");
    }
  });

  test("capitals do not make another student", async () => {
    assert.ok((await hub.logIn("grace", "graces password", CLASS_PASSWORD)).cookies);
    assert.match(
      (await hub.logIn("GRACE", "another password", CLASS_PASSWORD)).page,
      /with another password/,
    );
    assert.ok((await hub.logIn(" Grace ", "graces password")).cookies);
  });

  test("two students work, a restart loses nothing, and the teacher sees their sheets", async () => {
    const write = `import * as fs from "node:fs"; import * as cfg from "cfg-lib";
      fs.writeFileSync("mine.txt", process.cwd());
      cfg.predict("how-many-right", { "w = 0": 1, "w = 1": 2, "w = 3": 3 });`;
    const [ada, bob] = await Promise.all(
      ["ada", "bob"].map((name) => hub.run(name, [write, `console.log(process.cwd())`])),
    );
    assert.match(ada.said[1], /students\/ada\/work\/notebooks/);
    assert.match(bob.said[1], /students\/bob\/work\/notebooks/);

    await hub.restart();
    for (const pid of [ada.server, ada.kernel, bob.server, bob.kernel])
      assert.ok(isRunning(pid), "still runs");
    const user = JSON.parse((await hub.get("/hub/api/users/ada")).text) as {
      servers: Record<string, { ready: boolean }>;
    };
    assert.equal(user.servers[""].ready, true);
    assert.equal((await hub.get("/user/ada/api/contents/notebooks/mine.txt")).status, 200);

    const { cookies = "" } = await hub.logIn("teacher", TEACHER_PASSWORD);
    const page = await hub.get("/hub/class", cookies);
    assert.equal(page.status, 200);
    assert.match(page.text, /<td>ada<\/td>/);
    assert.match(page.text, /<td>bob<\/td>/);
    const student = await hub.logIn("ada", "ada-password");
    assert.equal((await hub.get("/hub/class", student.cookies)).status, 403, "students do not");
    assert.notEqual((await hub.get("/user/bob/api/contents", student.cookies)).status, 200);
  });
});

/** What keeps real users from being tried here; undefined where nothing does. */
function whyNoUsers(): string | undefined {
  if (process.getuid?.() !== 0) return "only root makes users";
  const python = execFileSync("readlink", ["-f", path.join(root, ".venv/bin/python")])
    .toString()
    .trim();
  const can = (file: string): boolean => {
    try {
      execFileSync("head", ["-c", "1", file], { uid: 65534, gid: 65534, stdio: "ignore", cwd: "/" });
      return true;
    } catch {
      return false;
    }
  };
  const closed = [python, path.join(root, "package.json")].find((file) => !can(file));
  return closed === undefined ? undefined : `other users cannot read ${closed}`;
}

const reason = whyNoUsers();

describe("a hub with users", { skip: reason ?? false }, () => {
  let hub: TestHub;
  let homes: string;
  before(async () => {
    homes = mkdtempSync(path.join(os.tmpdir(), "hub-homes-"));
    execFileSync("chmod", ["755", homes]);
    hub = await openHub("--users", ["--homes", homes, "--memory", "1.5"]);
  });
  after(async () => {
    await hub.close();
    for (const name of ["hubtest-a", "hubtest-b"]) {
      spawnSync("pkill", ["-KILL", "-u", `cfg-${name}`]);
      spawnSync("userdel", [`cfg-${name}`]);
    }
    rmSync(homes, { recursive: true, force: true });
  });

  test("a student reads nothing of another's, nor of the hub's", async () => {
    const a = await hub.run("hubtest-a", [`console.log(process.getuid!())`]);
    assert.notEqual(Number(a.said[0]), 0);
    const home = path.join(homes, "cfg-hubtest-a");
    assert.equal(statSync(home).mode & 0o777, 0o700);
    const runtime = path.join(home, ".cfg-notebooks", "runtime");
    const places = [
      path.join(home, "work/notebooks/00_start_here.ipynb"),
      runtime,
      `/proc/${a.server}/environ`,
      `/proc/${a.kernel}/environ`,
      `/proc/${a.server}/mem`,
      path.join(hub.state, "accounts.json"),
      path.join(hub.state, "cookie-secret"),
      path.join(hub.state, "hub.sqlite"),
      path.join(root, "package.json"),
    ];
    const look = `import * as fs from "node:fs";
      for (const place of ${JSON.stringify(places)}) {
        try {
          fs.statSync(place).isDirectory() ? fs.readdirSync(place) : fs.closeSync(fs.openSync(place, "r"));
          console.log("read");
        } catch (error) { console.log((error as { code: string }).code); }
      }`;
    const kill = `try { process.kill(${a.kernel}, 0); console.log("reached"); }
      catch (error) { console.log((error as { code: string }).code); }`;
    const write = `import { writeFileSync } from "node:fs";
      try { writeFileSync(${JSON.stringify(path.join(root, "lib/weights/x"))}, "x"); console.log("written"); }
      catch (error) { console.log((error as { code: string }).code); }`;
    const b = await hub.run("hubtest-b", [look, kill, write]);
    const found = b.said[0].trim().split("\n");
    assert.deepEqual(found.slice(0, -1), Array(places.length - 1).fill("EACCES"));
    assert.equal(found.at(-1), "read", "the course itself is to be read: the check bites");
    assert.equal(b.said[1].trim(), "EPERM");
    assert.equal(b.said[2].trim(), "EACCES");
  });

  test("who takes more memory than a student has loses the kernel, and nobody else does", async () => {
    const eat = `const eaten: Buffer[] = [];
      for (let i = 0; i < 30; i++) eaten.push(Buffer.alloc(100e6, 1));
      console.log(eaten.length);`;
    const { said } = await hub.run("hubtest-b", [eat]).catch((error: unknown) => ({ said: [String(error)] }));
    assert.notEqual(said[0].trim(), "30");
    const user = JSON.parse((await hub.get("/hub/api/users/hubtest-a")).text) as {
      servers: Record<string, { ready: boolean }>;
    };
    assert.equal(user.servers[""].ready, true);
  });

  test("a link of a student's shows the teacher nothing that the student may not read", async () => {
    const notebooks = path.join(homes, "cfg-hubtest-b", "work", "notebooks");
    mkdirSync(notebooks, { recursive: true });
    // A sheet as good as any, but in a folder that is the hub's alone.
    const others = path.join(hub.state, "another-sheet.json");
    writeFileSync(others, JSON.stringify({ format: 1, exercises: {}, predictions: {} }));
    symlinkSync(others, path.join(notebooks, "my-exercises.json"));
    const { cookies = "" } = await hub.logIn("teacher", TEACHER_PASSWORD);
    const { status, text } = await hub.get("/hub/class", cookies);
    assert.equal(status, 200);
    assert.ok(!text.includes("<td>hubtest-b</td>"));
  });
});
