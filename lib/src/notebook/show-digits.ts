/** Rows of digits in one call, as most lessons compare them. */
import type * as tf from "@tensorflow/tfjs-core";
import { isObject } from "../fields";
import { digitGrid, type DigitGridOptions } from "../plots/digit-grid";
import { stackRows } from "../images";
import { show } from "./show";

/** Digits of one row: what `sampleAll` returns, a tensor [n, height, width, 1], or their pixels. */
export type DigitRow = Float32Array | { images: Float32Array } | tf.Tensor4D;

/** Options of {@link showDigits}: those of {@link digitGrid} but for what the rows say themselves. */
export type ShowDigitsOptions = Omit<DigitGridOptions, "rows" | "rowLabels">;

/**
 * Shows digits under the cell, one row below the other; all rows have as many.
 * @param rows digits of one row, or the rows by their labels: `{ "w = 1": plain, "w = 4": guided }`
 * @throws RangeError as {@link digitGrid} does; and for a label such as "3", since an object puts whole numbers first
 * @example
 * const digits = (w: number) => cfg.sampleAll(model, { labels: [2, 3], guidanceScale: w, sampler: cfg.dpmSolver, steps: 4 });
 * cfg.showDigits({ "w = 1": digits(1), "w = 4": digits(4) }, { columnLabels: [2, 3], xTitle: "label asked for" });
 */
export function showDigits(
  rows: DigitRow | Readonly<Record<string, DigitRow>>,
  options: ShowDigitsOptions = {},
): void {
  if (isRow(rows)) {
    show(digitGrid(pixelsOfRow(rows), options));
    return;
  }
  const labels = Object.keys(rows);
  const number = labels.find((label) => /^\d+$/.test(label));
  if (number !== undefined)
    throw new RangeError(
      `the row is labelled "${number}"; say what the number is, "w = ${number}", or the rows change their order.`,
    );
  const pixels = stackRows(Object.values(rows).map(pixelsOfRow));
  show(digitGrid(pixels, { ...options, rows: labels.length, rowLabels: labels }));
}

/** Whether it is one row, not rows by their labels. */
export function isRow(rows: unknown): rows is DigitRow {
  return (
    rows instanceof Float32Array || isTensor(rows) || (isObject(rows) && rows.images instanceof Float32Array)
  );
}

function isTensor(rows: unknown): rows is tf.Tensor4D {
  return isObject(rows) && typeof rows.dataSync === "function";
}

/** The pixels of a row. */
export function pixelsOfRow(row: DigitRow): Float32Array {
  if (row instanceof Float32Array) return row;
  return "images" in row ? row.images : row.dataSync<"float32">();
}
