/** The folder in which a student works: whatever is updated, reset or brought along, no change of theirs is lost. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import * as path from "node:path";
import { beforeEach, describe, test, type TestContext } from "node:test";
import { smallDisk, temporaryFolder } from "../files/disk";
import { within } from "./module";

const hasGit = spawnSync("git", ["--version"]).status === 0;

/** A notebook with one cell. */
const notebook = (text: string): string => JSON.stringify({ cells: [{ source: text }], nbformat: 4 });

const put = (folder: string, name: string, text: string): void => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
};

const commit = (folder: string): void => {
  const who = ["-c", "user.name=a", "-c", "user.email=a@b.example"];
  execFileSync("git", ["add", "-A"], { cwd: folder });
  execFileSync("git", [...who, "commit", "-qm", "version"], { cwd: folder });
};

/** Small courses and work folders, and what the start does with them. */
class Place {
  readonly folder: string;
  readonly root: string;
  readonly work: string;

  constructor(t: TestContext, { withGit = false } = {}) {
    this.folder = temporaryFolder(t);
    this.root = path.join(this.folder, "course");
    this.work = path.join(this.root, "work");
    put(this.root, ".gitignore", "/work/\ncheckpoints/\n");
    if (withGit) execFileSync("git", ["init", "-q", (mkdirSync(this.root, { recursive: true }), this.root)]);
  }

  /** Brings a version of the course's notebooks, as an update does. */
  ship(files: Record<string, string>, { withGit = false } = {}): void {
    for (const [name, text] of Object.entries(files)) put(this.root, `notebooks/${name}`, notebook(text));
    if (withGit) commit(this.root);
  }

  /** Runs a line with the module's functions as `it`; returns what it gives. */
  private call(line: string): { status: number | null; text: string } {
    const snippet = `import { fail } from "./problem.mjs";
      try { console.log(JSON.stringify(${line})); } catch (error) { fail(error); }`;
    return within("work-folder.mjs", snippet);
  }

  private done(line: string): unknown {
    const { status, text } = this.call(line);
    assert.equal(status, 0, text);
    return JSON.parse(text) as unknown;
  }

  start(options: object = { isFirstState: true }, work: string = this.work): Record<string, string[]> {
    const [root, where, more] = [this.root, work, options].map((one) => JSON.stringify(one));
    return this.done(`it.fillWork(${root}, ${where}, ${more})`) as Record<string, string[]>;
  }

  tryStart(work: string): { status: number | null; text: string } {
    return this.call(`it.fillWork(${JSON.stringify(this.root)}, ${JSON.stringify(work)})`);
  }

  from(other: string): Record<string, string[]> {
    const [from, root, work] = [other, this.root, this.work].map((one) => JSON.stringify(one));
    return this.done(`it.takeOver(${from}, ${root}, ${work})`) as Record<string, string[]>;
  }

  reset(...prefixes: string[]): { status: number | null; text: string } {
    const [root, work, asked] = [this.root, this.work, prefixes].map((one) => JSON.stringify(one));
    return this.call(`it.resetNotebooks(${root}, ${work}, ${asked})`);
  }

  /** The student's edit. */
  edit(name: string, text: string): void {
    put(this.work, `notebooks/${name}`, notebook(text));
  }

  /** What the notebooks of a folder hold. */
  texts(folder: string = this.work): Record<string, string> {
    const names = readdirSync(path.join(folder, "notebooks")).sort();
    return Object.fromEntries(
      names.map((name) => {
        const { cells } = JSON.parse(readFileSync(path.join(folder, "notebooks", name), "utf8")) as {
          cells: { source: string }[];
        };
        return [name, cells[0].source];
      }),
    );
  }
}

const NOTHING = { renewed: [], offered: [], found: [] };

test("the first start copies the notebooks, also read-only ones; the second does nothing", (t) => {
  const place = new Place(t);
  place.ship({ "01_idea.ipynb": "one", "02_noise.ipynb": "two" });
  for (const name of ["01_idea.ipynb", "02_noise.ipynb"])
    chmodSync(path.join(place.root, "notebooks", name), 0o444);
  assert.deepEqual(place.start(), NOTHING);
  assert.deepEqual(place.texts(), { "01_idea.ipynb": "one", "02_noise.ipynb": "two" });
  const copy = path.join(place.work, "notebooks", "01_idea.ipynb");
  assert.ok((statSync(copy).mode & 0o200) !== 0, "the copy can be written");
  const { mtimeMs } = statSync(copy);
  assert.deepEqual(place.start(), NOTHING);
  assert.equal(statSync(copy).mtimeMs, mtimeMs);
});

test("an update renews what nobody has changed, and lies beside what somebody has, once", (t) => {
  const place = new Place(t);
  place.ship({ "01_idea.ipynb": "one", "02_noise.ipynb": "two" });
  place.start();
  place.edit("02_noise.ipynb", "two, solved");
  place.edit("mine.ipynb", "of my own");
  place.ship({ "01_idea.ipynb": "one, better", "02_noise.ipynb": "two, better", "03_unet.ipynb": "three" });
  assert.deepEqual(place.start({}), {
    renewed: ["01_idea.ipynb"],
    offered: ["02_noise.new.ipynb"],
    found: [],
  });
  const texts = {
    "01_idea.ipynb": "one, better",
    "02_noise.ipynb": "two, solved",
    "02_noise.new.ipynb": "two, better",
    "03_unet.ipynb": "three",
    "mine.ipynb": "of my own",
  };
  assert.deepEqual(place.texts(), texts);
  assert.deepEqual(place.start({}), NOTHING, "it is told once");
  rmSync(path.join(place.work, "notebooks", "02_noise.new.ipynb"));
  assert.deepEqual(place.start({}), NOTHING, "what was thrown away does not come again");

  place.edit("02_noise.new.ipynb", "begun anew in the offered one");
  place.ship({ "02_noise.ipynb": "two, best" });
  assert.deepEqual(place.start({}).offered, ["02_noise.new-2.ipynb"]);
  assert.equal(place.texts()["02_noise.new.ipynb"], "begun anew in the offered one");
  assert.equal(place.texts()["02_noise.ipynb"], "two, solved");
});

test("a copy that is deleted comes back", (t) => {
  const place = new Place(t);
  place.ship({ "01_idea.ipynb": "one" });
  place.start();
  rmSync(path.join(place.work, "notebooks", "01_idea.ipynb"));
  place.start({});
  assert.deepEqual(place.texts(), { "01_idea.ipynb": "one" });
});

test("copies of a version that kept no record, and a record that is damaged: nothing is written over", (t) => {
  for (const record of [undefined, "", "[1", "{}", "null"]) {
    const place = new Place(t);
    place.ship({ "01_idea.ipynb": "one, better", "02_noise.ipynb": "two" });
    place.edit("01_idea.ipynb", "one, perhaps solved");
    place.edit("02_noise.ipynb", "two");
    if (record !== undefined) put(place.work, ".course.json", record);
    assert.deepEqual(place.start(), { ...NOTHING, offered: ["01_idea.new.ipynb"] });
    assert.equal(place.texts()["01_idea.ipynb"], "one, perhaps solved");
    place.ship({ "02_noise.ipynb": "two, better" });
    assert.deepEqual(place.start(), { ...NOTHING, renewed: ["02_noise.ipynb"] });
  }
});

test("reset brings the first state back, and keeps what was there under another name, every time", (t) => {
  const place = new Place(t);
  place.ship({ "04_training.ipynb": "four", "05_sampling.ipynb": "five" });
  place.start();
  for (const [text, kept] of [
    ["solved", "04_training.kept.ipynb"],
    ["solved otherwise", "04_training.kept-2.ipynb"],
  ]) {
    place.edit("04_training.ipynb", text);
    const { status, text: said } = place.reset("04");
    assert.equal(status, 0, said);
    assert.deepEqual(JSON.parse(said), [{ name: "04_training.ipynb", kept }]);
    assert.equal(place.texts()["04_training.ipynb"], "four");
    assert.equal(place.texts()[kept], text);
  }
  assert.deepEqual(JSON.parse(place.reset("05").text), [{ name: "05_sampling.ipynb" }]);
  for (const wrong of ["11", "", "../04"])
    assert.match(
      place.reset(wrong).text,
      /No notebook's name starts with .*there are 04_training\.ipynb, 05/,
    );
});

test("a full disk: the start says so, and what is there is whole", (t) => {
  const place = new Place(t);
  const disk = smallDisk(t, 64);
  if (disk === undefined) return;
  place.ship({ "01_idea.ipynb": "one".repeat(5000), "02_noise.ipynb": "two".repeat(50_000) });
  const { status, text } = place.tryStart(disk);
  assert.equal(status, 1);
  assert.match(text, /the disk is full/);
  assert.doesNotMatch(text, /\n +at /);
  assert.deepEqual(place.texts(disk), { "01_idea.ipynb": "one".repeat(5000) });
});

describe(
  "a clone of the version before, in which one worked in notebooks/ itself",
  { skip: !hasGit && "needs Git" },
  () => {
    const files = { "01_idea.ipynb": "one", "04_training.ipynb": "four" };
    const withGit = true;
    let place: Place;
    const inside = (name: string): string => path.join(place.root, "notebooks", name);

    beforeEach((t) => {
      place = new Place(t as TestContext, { withGit });
      place.ship(files, { withGit });
      put(place.root, "notebooks/04_training.ipynb", notebook("four, solved"));
      put(place.root, "notebooks/mine.ipynb", notebook("of my own"));
      put(place.root, "checkpoints/notebook.safetensors", "an hour of training");
    });

    test("what was changed there, one's own notebooks and checkpoints are found and kept", () => {
      const filled = place.start({});
      assert.deepEqual(filled.found, ["04_training.ipynb", "mine.ipynb"]);
      assert.deepEqual(filled.offered, ["04_training.new.ipynb"]);
      assert.deepEqual(place.texts(), {
        "01_idea.ipynb": "one",
        "04_training.ipynb": "four, solved",
        "04_training.new.ipynb": "four",
        "mine.ipynb": "of my own",
      });
      const checkpoint = path.join(place.work, "checkpoints", "notebook.safetensors");
      assert.equal(readFileSync(checkpoint, "utf8"), "an hour of training");
      assert.equal(place.texts(place.root)["04_training.ipynb"], "four, solved", "notebooks/ stays as it is");
      assert.deepEqual(place.start({}), NOTHING);
    });

    test("also when notebooks/ goes back to what ships, and gets a new version", () => {
      place.start({});
      execFileSync("git", ["checkout", "-q", "--", "notebooks"], { cwd: place.root });
      place.ship({ "01_idea.ipynb": "one, better", "04_training.ipynb": "four, better" }, { withGit });
      const filled = place.start({});
      assert.deepEqual(filled.renewed, ["01_idea.ipynb"]);
      assert.deepEqual(filled.offered, ["04_training.new-2.ipynb"]);
      assert.equal(place.texts()["04_training.ipynb"], "four, solved");
    });

    test("what is changed there later lies beside a copy that was changed, too", () => {
      place.start({});
      place.edit("04_training.ipynb", "solved in work");
      writeFileSync(inside("04_training.ipynb"), notebook("solved in notebooks, again"));
      assert.deepEqual(place.start({}).found, ["04_training.found.ipynb"]);
      assert.equal(place.texts()["04_training.ipynb"], "solved in work");
      assert.equal(place.texts()["04_training.found.ipynb"], "solved in notebooks, again");
    });

    test("a file in which Git has left two versions lies beside a copy that opens", () => {
      writeFileSync(inside("01_idea.ipynb"), "<<<<<<< mine\n{}\n=======\n");
      assert.ok(place.start({}).found.includes("01_idea.found.ipynb"));
      const copy = JSON.parse(
        readFileSync(path.join(place.work, "notebooks", "01_idea.ipynb"), "utf8"),
      ) as object;
      assert.ok("cells" in copy);
    });

    test("reset brings back what ships, not what lies in notebooks/", () => {
      place.start({});
      assert.equal(place.reset("04").status, 0);
      assert.equal(place.texts()["04_training.ipynb"], "four");
      assert.equal(place.texts()["04_training.kept.ipynb"], "four, solved");
    });

    test("a new folder of the course takes over what was done in it", (t) => {
      const old = place.root;
      const next = new Place(t);
      next.ship({ "01_idea.ipynb": "one, better", "04_training.ipynb": "four, better" });
      next.start();
      assert.deepEqual(next.from(old).found, ["04_training.found.ipynb", "mine.ipynb"]);
      assert.deepEqual(next.texts(), {
        "01_idea.ipynb": "one, better",
        "04_training.found.ipynb": "four, solved",
        "04_training.ipynb": "four, better",
        "mine.ipynb": "of my own",
      });
      assert.ok(existsSync(path.join(next.work, "checkpoints", "notebook.safetensors")));
      assert.deepEqual(next.from(old), NOTHING, "once");
    });

    test("so does the clone itself from notebooks/ put aside, to let Git update; what had shipped is left there", () => {
      const aside = path.join(place.folder, "aside");
      mkdirSync(aside);
      renameSync(path.join(place.root, "notebooks"), path.join(aside, "notebooks"));
      execFileSync("git", ["checkout", "-q", "--", "notebooks"], { cwd: place.root });
      place.ship({ "01_idea.ipynb": "one, better", "04_training.ipynb": "four, better" }, { withGit });
      place.start({});
      assert.deepEqual(place.from(aside).found, ["04_training.found.ipynb", "mine.ipynb"]);
      assert.equal(place.texts()["01_idea.ipynb"], "one, better");
      assert.equal(place.texts()["04_training.found.ipynb"], "four, solved");
    });
  },
);

test("a new folder takes over from an old one's work folder only what was changed; without Git, all that differs", (t) => {
  const [old, older, next] = [new Place(t), new Place(t), new Place(t)];
  old.ship({ "01_idea.ipynb": "one", "02_noise.ipynb": "two" });
  old.start();
  old.edit("02_noise.ipynb", "two, solved");
  older.ship({ "03_unet.ipynb": "three, perhaps solved" });
  next.ship({ "01_idea.ipynb": "one, better", "02_noise.ipynb": "two, better", "03_unet.ipynb": "three" });
  next.start();
  assert.deepEqual(next.from(old.root).found, ["02_noise.found.ipynb"]);
  next.edit("03_unet.ipynb", "begun here");
  assert.deepEqual(next.from(older.root).found, ["03_unet.found.ipynb"]);
  assert.equal(next.texts()["03_unet.ipynb"], "begun here");
  assert.match(
    within("work-folder.mjs", `it.takeOver(${JSON.stringify(path.join(next.folder, "empty"))}, "r", "w")`)
      .text,
    /has no folder "notebooks"/,
  );
});
