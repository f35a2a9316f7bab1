/** The page for teachers says nothing that the notebooks do not: minutes, names of sections, numbers of questions. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { test } from "node:test";
import { courseNotebooks, readNotebook, ROOT, textOf } from "../../scripts/notebooks/notebook-file";

const PAGE = readFileSync(path.join(ROOT, "TEACHING.md"), "utf8");
const TEXTS = new Map(
  courseNotebooks().map((file) => [
    path.basename(file).slice(0, 2),
    readNotebook(file)
      .cells.filter(({ cell_type }) => cell_type === "markdown")
      .map(({ source }) => textOf(source))
      .join("\n"),
  ]),
);

/** The minutes that a notebook says it takes. */
const minutesOf = (number: string): number =>
  Number(/About (\d+) minutes/.exec(TEXTS.get(number) ?? assert.fail(`there is no notebook ${number}`))![1]);

/** The plans: title, the minutes that it gives, and its rows. */
const PLANS = PAGE.split("\n### ")
  .filter((part) => part.includes("| minutes |"))
  .map((part) => ({
    title: part.split("\n")[0],
    rows: [...part.matchAll(/^\| (.*?) +\| (\d+) +\|$/gm)].map(([, name, minutes]) => ({
      name,
      minutes: Number(minutes),
    })),
  }));

test("there are plans for 50 and 90 minutes, half a day and six lessons, none longer than its time", () => {
  const most = [50, 90, 240, 6 * 45];
  assert.equal(PLANS.length, most.length);
  PLANS.forEach(({ title, rows }, i) => {
    const sum = rows.reduce((all, { minutes }) => all + minutes, 0);
    assert.ok(sum > 0.5 * most[i] && sum <= most[i], `${title}: ${sum} minutes`);
  });
  assert.ok(PLANS[3].rows.every(({ minutes }) => minutes <= 45));
});

test("a notebook that a plan has whole takes the minutes that it says; a part of one takes fewer", () => {
  let checked = 0;
  for (const { name, minutes } of PLANS.flatMap(({ rows }) => rows)) {
    const numbers = [...name.replace(/^\d: /, "").matchAll(/\b\d\d\b/g)].map(([number]) => number);
    const whole = numbers.reduce((sum, number) => sum + minutesOf(number), 0);
    if (numbers.length === 0 || name.includes("the rest of")) continue;
    if (/without|from|up to|to its/.test(name)) assert.ok(minutes < whole, `${name}: ${minutes} of ${whole}`);
    else assert.equal(minutes, whole, name);
    checked++;
  }
  assert.ok(checked > 15, `only ${checked} rows`);
});

test("every section that the page names is in its notebook, and every question too", () => {
  for (const { name } of PLANS.flatMap(({ rows }) => rows))
    for (const [, number, section] of name.matchAll(/(\d\d)[^\d"]*"([^"]+)"/g))
      assert.match(TEXTS.get(number)!, new RegExp(`^##+ ${section.replace(/[?*]/g, "\\$&")}$`, "m"), name);
  for (const [number, text] of TEXTS) {
    const about = PAGE.split(`\n### ${number} `)[1]?.split(/\n##/)[0];
    assert.ok(about, `nothing is said of notebook ${number}`);
    for (const word of ["**Before:**", "**Ask:**", "**Often wrong:**"]) assert.ok(about.includes(word), number);
    const questions = [...about.matchAll(/[Qq]uestions? (\d)(?: and (\d))?/g)].flatMap((match) => match.slice(1));
    for (const question of questions.filter(Boolean)) assert.ok(text.includes(`\n**${question}. `), `${number}, ${question}`);
  }
});
