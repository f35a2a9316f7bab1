/** The exercises' cells as they are written in `lib/exercises`, and what a gap's cell comes to when it is run. */
import { compileFunction } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import * as cfg from "cfg-lib";
import ts from "typescript";
import { readSource, sourceNames } from "../../scripts/exercises/weave";
import { textOf } from "../../scripts/notebooks/notebook-file";

/** An exercise's two cells. */
export interface ExerciseCells {
  id: string;
  notebook: string;
  /** The gap's cell, with the solution and its marks. */
  gap: string;
  /** What the check's cell hands over: the name of a function or a number. */
  answer: string;
}

interface Marks {
  grade_id: string;
  solution: boolean;
}

/** All exercises with a gap, in the order of the course. */
export function exerciseCells(): ExerciseCells[] {
  return sourceNames().flatMap((name) => {
    const cells = readSource(name).cells.map(({ metadata, source }) => ({
      marks: metadata.nbgrader as Marks | undefined,
      text: textOf(source),
    }));
    return cells.flatMap(({ marks, text }) => {
      if (!marks?.solution) return [];
      const id = marks.grade_id;
      const check = cells.find((cell) => cell.marks?.grade_id === `${id}-check`)?.text ?? "";
      const answer = new RegExp(`^cfg\\.check\\("${id}", (\\w+)\\);$`).exec(check)?.[1];
      if (answer === undefined)
        throw new Error(`${name}: no check of ${id} behind its gap, or another one: ${check}`);
      return [{ id, notebook: name.slice(0, 2), gap: text, answer }];
    });
  });
}

/** Runs a cell's code; returns what it calls `answer`. */
export function answerIn(code: string, answer: string): unknown {
  const { outputText } = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  const run = compileFunction(`${outputText}\nreturn ${answer};`, ["cfg", "tf"]) as (
    ...rooms: unknown[]
  ) => unknown;
  return run(cfg, tf);
}
