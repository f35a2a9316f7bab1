/** A board as a table and as a figure. */
import { measuredText } from "../measures/intervals";
import { table, type TableCell } from "../notebook/table";
import type { Figure } from "../plots/figure";
import { lineChart } from "../plots/line-chart";
import type { BoardEntry } from "./board";

/** The smallest distance first. */
function ranked(board: readonly BoardEntry[]): BoardEntry[] {
  return [...board].sort((a, b) => a.frechet.value - b.frechet.value);
}

/** The headers of {@link boardRows}. */
export const BOARD_HEADERS: readonly string[] = [
  "run",
  "changed",
  "training",
  "steps",
  "w",
  "judged right",
  "Fréchet distance",
  "digits",
  "seed",
];

/** A board's lines as the rows of a table, the smallest distance first. */
export function boardRows(board: readonly BoardEntry[]): TableCell[][] {
  return ranked(board).map(({ name, change, seconds, info, guidanceScale, accuracy, frechet, n }) => [
    name,
    change,
    `${seconds.toFixed(0)} s`,
    info.step,
    guidanceScale,
    measuredText(accuracy, { percent: true }),
    measuredText(frechet),
    n,
    info.seed,
  ]);
}

/**
 * Shows a board as a table, the smallest distance first.
 * @example
 * cfg.boardTable(cfg.readBoard("board.json"));
 */
export function boardTable(board: readonly BoardEntry[]): void {
  table(BOARD_HEADERS, boardRows(board));
}

/**
 * A board as a figure: how many digits are right, and how far they are from real ones. Best is below, at the right.
 * @example
 * cfg.show(cfg.boardChart(cfg.readBoard("board.json")));
 */
export function boardChart(board: readonly BoardEntry[]): Figure {
  const least = Math.min(0.9, ...board.map(({ accuracy }) => accuracy.value - 0.02));
  return lineChart({
    title: "The board",
    xRange: [Math.max(0, least), 1.01],
    xTitle: "share judged right",
    yTitle: "Fréchet distance",
    series: [
      {
        name: "runs",
        mode: "markers",
        x: board.map(({ accuracy }) => accuracy.value),
        y: board.map(({ frechet }) => frechet.value),
        low: board.map(({ frechet }) => frechet.low),
        high: board.map(({ frechet }) => frechet.high),
        labels: board.map(({ name }) => name),
        hover: board.map(({ name, change, n }) => `${name}: ${change}<br>${n} digits`),
      },
    ],
  });
}
