/** What a class has done, as JSON for the hub's page: node class.ts FOLDER, in which each student has a folder. */
import { existsSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { readSheet, SHEET_NAME } from "cfg-lib/dist/exercises/sheet";
import { mergeBoards, readBoard } from "cfg-lib/dist/board/board";
import { BOARD_HEADERS, boardRows } from "cfg-lib/dist/board/show-board";
import { rowOf, tableOf } from "../exercises/class-table";

const folder = process.argv[2];
const complaints: string[] = [];
const names = readdirSync(folder).sort();

/** What is read of each student's file of this name; of one that cannot be read, the reason is kept. */
function ofEach<T>(fileName: string, read: (file: string) => T): { name: string; content: T }[] {
  return names.flatMap((name) => {
    const file = path.join(folder, name, fileName);
    if (!existsSync(file)) return [];
    try {
      return [{ name, content: read(file) }];
    } catch (error) {
      complaints.push(
        `${name}: ${(error as Error).message.replaceAll(path.join(folder, name) + path.sep, "")}`,
      );
      return [];
    }
  });
}

// Students are called as they log in, whatever their sheets say.
const sheets = ofEach(SHEET_NAME, readSheet).map(({ name, content }) =>
  rowOf({ ...content, student: name }, name),
);
const board = mergeBoards(ofEach("board.json", readBoard).map(({ content }) => content));
const table = [BOARD_HEADERS, ...boardRows(board)];
console.log(JSON.stringify({ sheets: tableOf(sheets), board: table, complaints }));
