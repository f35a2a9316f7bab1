/** The reference in docs/ is what the library's comments give today, and its links lead somewhere. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { command } from "../terminal/command";

const DOCS = path.join(__dirname, "../../docs");

test("the reference is up to date", async () => {
  const { status, text } = await command("docs", ["--check"]);
  assert.equal(status, 0, text);
});

test("every link in the reference leads to a page, a place on one, or a file", () => {
  const names = readdirSync(DOCS).filter((name) => name.endsWith(".md"));
  const pages = new Map(names.map((name) => [name, readFileSync(path.join(DOCS, name), "utf8")] as const));
  const links = [...pages].flatMap(([from, text]) =>
    [...text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)].map((match) => {
      const [file, place] = match.slice(1) as (string | undefined)[];
      return { from, file: file || from, place };
    }),
  );
  assert.ok(links.length > 100, `only ${links.length} links found`);
  const broken = links.filter(({ file, place }) => {
    const page = pages.get(file);
    if (page === undefined) return place !== undefined || !existsSync(path.join(DOCS, file));
    return place !== undefined && !page.includes(`<a id="${place}"></a>`);
  });
  assert.deepEqual(broken, []);
});
