/** The board of a race. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { addToBoard, boardChart, mergeBoards, readBoard } from "cfg-lib";
import { boardLine as entry } from "./line";

const folder = mkdtempSync(path.join(os.tmpdir(), "board-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const later = { ...entry, date: "2026-11-27T09:00:00.000Z", change: "the same, judged again" };
const other = { ...entry, name: "hers", frechet: { value: 8, low: 6, high: 10 } };

test("lines are added and read again, and a run's later line takes the place of its earlier one", () => {
  const file = path.join(folder, "board.json");
  assert.deepEqual(readBoard(file), []);
  addToBoard(file, entry);
  addToBoard(file, other);
  assert.deepEqual(addToBoard(file, later), [later, other]);
  assert.deepEqual(readBoard(file), [later, other]);
});

test("a class's boards become one", () => {
  assert.deepEqual(mergeBoards([[later, other], [entry], []]), [later, other]);
  const elsewhere = { ...entry, machine: "another laptop" };
  assert.equal(
    mergeBoards([[entry], [elsewhere]]).length,
    2,
    "the same name on another machine is another run",
  );
});

test("a damaged board is said in words, and stays as it is", () => {
  const file = path.join(folder, "damaged.json");
  const damages: [string, RegExp][] = [
    ["[{", /damaged\.json is no board, or damaged: .*; it was not changed/],
    ["{}", /it holds .*, and no list of lines/],
    [JSON.stringify([entry, 7]), /line 2: it is 7/],
    [
      JSON.stringify([{ ...entry, accuracy: 1 }]),
      /line 1: accuracy is 1; it must be a value with low and high/,
    ],
    [
      JSON.stringify([{ ...entry, network: { patch: 3 } }]),
      /line 1: network is .*; it must be the description/,
    ],
    [JSON.stringify([{ ...entry, sampler: "euler" }]), /line 1: sampler is "euler"; it must be ddpm or/],
  ];
  for (const [text, message] of damages) {
    writeFileSync(file, text);
    assert.throws(() => readBoard(file), message);
    assert.throws(() => addToBoard(file, entry), message);
    assert.equal(readFileSync(file, "utf8"), text);
  }
});

test("the figure has a place for each run, with its interval", () => {
  const [trace] = boardChart([entry, other]).data as { x: number[]; y: number[]; text: string[] }[];
  assert.deepEqual([...trace.x], [0.98, 0.98]);
  assert.deepEqual([...trace.y], [12, 8]);
});
