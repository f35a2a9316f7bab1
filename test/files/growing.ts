/**
 * Files that several notebooks or commands add to. As a program it adds, and says what it has added:
 * node --import tsx growing.ts KIND FILE WHO TIMES
 */
import * as path from "node:path";
import { writeSync } from "node:fs";
import { addToBoard, readBoard, shippedStudy } from "cfg-lib";
import { changeSheet, noteCheck, readSheet, SHEET_NAME } from "cfg-lib/dist/exercises/sheet";
import { withLock } from "cfg-lib/dist/files/lock";
import { addStudy, readStudy, writeStudy } from "cfg-lib/dist/study/study";
import { boardLine } from "../board/line";

/** A file that grows by one thing at a time. */
export interface Growing {
  name: string;
  /** Adds the i-th thing of somebody, as a notebook or a command does. */
  add: (file: string, who: string, i: number) => void;
  /** How many things are in it. Throws where it is not whole. */
  count: (file: string) => number;
}

const FLOOR = shippedStudy().floors[0];

export const GROWING: Record<"sheet" | "board" | "study", Growing> = {
  sheet: {
    name: SHEET_NAME,
    add: (file, who, i) => {
      const { complaint } = changeSheet(path.dirname(file), (sheet) =>
        noteCheck(sheet, `${who} ${i}`, { state: "right", observed: [] }),
      );
      if (complaint !== undefined) throw new Error(complaint);
    },
    count: (file) => Object.keys(readSheet(file).exercises).length,
  },
  board: {
    name: "board.json",
    add: (file, who, i) => addToBoard(file, { ...boardLine, name: `${who} ${i}` }),
    count: (file) => readBoard(file).length,
  },
  study: {
    name: "study.json",
    add: (file, who, i) =>
      withLock(file, () => {
        const study = readStudy(file);
        const floors = [{ ...FLOOR, n: 20 + 2 * i + (who === "ada" ? 1 : 0) }];
        addStudy(study, { ...study, machine: "a laptop", floors });
        writeStudy(file, study);
      }),
    count: (file) => readStudy(file).floors.length,
  },
};

if (require.main === module) {
  const [kind, file, who, times] = process.argv.slice(2);
  for (let i = 0; i < Number(times); i++) {
    GROWING[kind as keyof typeof GROWING].add(file, who, i);
    writeSync(1, `${i + 1}\n`);
  }
}
