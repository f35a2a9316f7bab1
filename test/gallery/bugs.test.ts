/** The bug gallery: every mistake shows its signs, with room to spare, and no other mystery shows them all. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BUG_NAMES, loadJudge, openMystery, startEngine } from "cfg-lib";
import { MYSTERIES } from "cfg-lib/dist/exercises/tasks/12-bug-gallery";
import { type Bug, bugs, type Sign } from "cfg-lib/dist/gallery/bugs";
import { bugNamed, codeOf, evidenceFor, measurer } from "cfg-lib/dist/gallery/evidence";
import type { Measurement, Numbers } from "cfg-lib/dist/gallery/measurements";
import { bugOf } from "cfg-lib/dist/gallery/mystery";
import type { Judge } from "cfg-lib/dist/judge/judge";

let judge: Judge;
before(() => {
  startEngine();
  judge = loadJudge();
});
after(() => judge.dispose());

/** What was measured of each mystery: each measurement once, for all tests. */
const measured = new Map<string, (of: Measurement) => Numbers>();
const measuredOf = (name: string): ((of: Measurement) => Numbers) => {
  const known = measured.get(name) ?? measurer(openMystery(name), judge, 0);
  measured.set(name, known);
  return known;
};

const shows = ({ signs }: Pick<Bug, "signs">, mystery: string): boolean =>
  evidenceFor(signs, measuredOf(mystery)).every(({ speaksFor }) => speaksFor);

/** A sign that is a tenth harder to show. */
const harder = (sign: Sign): Sign => ({
  ...sign,
  atLeast: sign.atLeast === undefined ? undefined : sign.atLeast + 0.1 * Math.abs(sign.atLeast),
  atMost: sign.atMost === undefined ? undefined : sign.atMost - 0.1 * Math.abs(sign.atMost),
});

test("there are twelve mistakes and thirteen mysteries, one of which has nothing wrong", () => {
  const found = MYSTERIES.map((name) => bugOf(name)?.name ?? "nothing");
  assert.equal(bugs.length, 12);
  assert.deepEqual([...found].sort(), [...BUG_NAMES].sort());
  assert.notDeepEqual(found, [...BUG_NAMES], "their order gives them away");
});

for (const name of MYSTERIES) {
  const bug = bugOf(name);
  test(`${name}, ${bug?.name ?? "nothing wrong"}: shows its signs with room to spare, and those of no other`, () => {
    if (bug) {
      const signs = evidenceFor(bug.signs.map(harder), measuredOf(name));
      const weak = signs.filter(({ speaksFor }) => !speaksFor);
      assert.deepEqual(
        weak.map(({ sign, found }) => [sign.number, found]),
        [],
      );
    }
    const named = bugs.filter((one) => shows(one, name)).map((one) => one.name);
    assert.deepEqual(named, bug ? [bug.name] : []);
  });
}

test("a mistake's lines of code can be shown, and hold what runs", () => {
  for (const bug of bugs) {
    const code = codeOf(bug);
    assert.match(code, /export (const|function) \w+/, bug.name);
    assert.ok(code.split("\n").length < 25, bug.name);
    assert.doesNotMatch(code, /BEGIN|END/);
  }
});

test("names that are not there are refused with those that are", () => {
  assert.throws(() => openMystery("Z"), /There is no mystery "Z"; there are A, B, .*M\./);
  assert.throws(
    () => bugNamed("halves"),
    /"halves" is not in the gallery; there are: .*halves swapped; .*nothing\./,
  );
  assert.equal(bugNamed("nothing"), undefined);
});
