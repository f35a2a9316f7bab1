/** Readers of JSON: studies, sheets, boards and notebooks. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { addToBoard, type BoardEntry, readBoard, shippedStudy } from "cfg-lib";
import { openSheet, readSheet, type Sheet, SHEET_NAME } from "cfg-lib/dist/exercises/sheet";
import { hashOf, readStudy, type Study, writeStudy } from "cfg-lib/dist/study/study";
import { type Notebook, readNotebook, writeNotebook } from "../notebooks/notebook-file";
import type { Reader } from "./readers";
import { INFO, TINY } from "./tiny";

/** Some points of the study that ships, with weights of a few bytes, so that their SHA-256 is quickly there. */
export function study(folder: string): Reader {
  const [file, again] = ["study.json", "again.json"].map((name) => path.join(folder, name));
  const weights = path.join(folder, "tiny.safetensors");
  writeFileSync(weights, "tiny");
  const { machine, floors, points } = shippedStudy();
  const few = points
    .filter((_, i) => i % Math.ceil(points.length / 3) === 0)
    .map((point) => ({ ...point, settings: { ...point.settings, weights } }));
  const small: Study = {
    hashes: { [weights]: hashOf(weights) },
    machine,
    floors: floors.slice(0, 1),
    points: few,
  };
  writeStudy(file, small);
  return {
    wholes: [readFileSync(file)],
    read: (bytes) => {
      writeFileSync(file, bytes);
      const read = readStudy(file);
      writeStudy(again, read);
      assert.deepEqual(readStudy(again), read, "it is the same when it is written and read again");
      assertStandsIn(bytes, read);
    },
  };
}

/** What a student has done. A damaged one is kept under another name, too, which is not the reader's work. */
export function sheet(folder: string): Reader {
  const file = path.join(folder, SHEET_NAME);
  const work = {
    tries: 3,
    hint: true,
    solution: false,
    first: "2026-01-01T08:00:00Z",
    last: "2026-01-02T08:00:00Z",
  };
  const whole: Sheet = {
    format: 1,
    student: "Ada",
    exercises: {
      guidance: { ...work, state: "done" },
      "ddim-step": { ...work, state: "tried", observed: "At t = 0 your result depends on z; it must not." },
    },
    predictions: {
      "which-w": { at: "2026-01-01T08:00:00Z", said: { "w = 1": 0.5 }, came: { "w = 1": 0.7 } },
    },
  };
  return {
    wholes: [Buffer.from(`${JSON.stringify(whole, null, 2)}\n`)],
    read: (bytes) => {
      writeFileSync(file, bytes);
      const read = readSheet(file);
      assertStandsIn(bytes, read);
      assert.deepEqual(openSheet(folder).sheet, read);
    },
  };
}

/** A race's board, of two lines. */
export function board(folder: string): Reader {
  const file = path.join(folder, "board.json");
  const share = { value: 0.98, low: 0.97, high: 0.99 };
  const entry: BoardEntry = {
    name: "mine",
    change: "nothing",
    network: TINY,
    info: INFO,
    seconds: 90,
    machine: "a laptop, 2 cores",
    date: "2026-01-01T08:00:00.000Z",
    sampler: "dpm-solver",
    samplingSteps: 8,
    guidanceScale: 1.5,
    n: 1000,
    accuracy: share,
    frechet: { value: 12, low: 9, high: 15 },
  };
  for (const name of ["mine", "hers"]) addToBoard(file, { ...entry, name });
  return {
    wholes: [readFileSync(file)],
    read: (bytes) => {
      writeFileSync(file, bytes);
      const read = readBoard(file);
      assertStandsIn(bytes, read);
    },
  };
}

/** A notebook of three cells, one with outputs. */
export function notebook(folder: string): Reader {
  const [file, again] = ["notebook.ipynb", "again.ipynb"].map((name) => path.join(folder, name));
  const whole: Notebook = {
    cells: [
      { cell_type: "markdown", id: "one", metadata: {}, source: ["# Title\n", "Text."] },
      {
        cell_type: "code",
        id: "two",
        metadata: { tags: ["hidden"] },
        source: "console.log(1);",
        execution_count: 1,
        outputs: [
          { output_type: "stream", name: "stdout", text: ["1\n"] },
          { output_type: "display_data", data: { "text/plain": "figure" }, metadata: {} },
        ],
      },
      { cell_type: "code", id: "three", metadata: {}, source: "", execution_count: null, outputs: [] },
    ],
    metadata: { kernelspec: { name: "tslab" } },
  };
  writeNotebook(file, whole);
  return {
    wholes: [readFileSync(file)],
    read: (bytes) => {
      writeFileSync(file, bytes);
      const read = readNotebook(file);
      writeNotebook(again, read);
      assert.deepEqual(readNotebook(again), read, "it is the same when it is written and read again");
    },
  };
}

function assertStandsIn(bytes: Buffer, read: unknown): void {
  assert.equal(JSON.stringify(read), JSON.stringify(JSON.parse(bytes.toString())), "it is what stands there");
}
