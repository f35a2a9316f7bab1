/** What the function of a live picture may give, and how it goes to the page: pixels as bytes, all else as plain data. */
import { Tensor } from "@tensorflow/tfjs-core";
import { IMAGE_SIZE } from "../../digits";
import { isObject } from "../../fields";
import { stackRows } from "../../images";
import { greys } from "../../plots/atlas";
import { digitGrid, type DigitGridOptions } from "../../plots/digit-grid";
import { wrap } from "../../plots/figure";
import { describe, figureBundle, type PlotlyFigure, titleOf } from "../show";
import { type DigitRow, isRow, pixelsOfRow } from "../show-digits";
import { tableBundle, type TableCell } from "../table";

/** Digits of one row, or the rows by their labels, all of one length. */
type DigitRows = DigitRow | Readonly<Record<string, DigitRow>>;

/** Digits with what stands around them. */
export interface LiveDigits extends Pick<DigitGridOptions, "columnLabels" | "xTitle" | "title"> {
  /** One row, or rows by their labels. */
  digits: DigitRows;
}

/** A table. */
export interface LiveTable {
  headers: readonly string[];
  rows: readonly (readonly TableCell[])[];
}

/** One step of sampling, of which the predicted clean images are shown. */
interface LiveStep {
  predictedX0: () => Float32Array;
}

/** One thing that can be shown live. */
export type LivePart =
  DigitRows | Tensor | LiveDigits | LiveStep | PlotlyFigure | LiveTable | string | number;

/** All that can be shown live: one thing, or several below each other. */
export type LiveResult = LivePart | readonly LivePart[];

/** A part as the page gets it. */
export type SentPart =
  | {
      kind: "digits";
      /** Grey values, picture by picture. */
      pixels: Uint8Array;
      size: number;
      rowLabels: string[];
      columnLabels: string[];
      columns: number;
      title: string;
      xTitle: string;
    }
  | { kind: "figure"; figure: unknown; text: string }
  | { kind: "table"; html: string; text: string }
  | { kind: "text"; text: string };

/** How many letters a line of a still picture's title has at most: a wider one would make the digits small. */
const TITLE_LETTERS = 64;

/** A part, and the figure that keeps it for paper. */
export interface Part {
  sent: SentPart;
  /** The same as a figure; undefined for tables and text. Made when asked for. */
  still?: (title: string) => PlotlyFigure;
}

/**
 * Reads what the function gave; tensors are read out, and may be disposed of then.
 * @throws TypeError when it is nothing that can be shown
 */
export function partsOf(result: unknown): Part[] {
  return (Array.isArray(result) ? (result as unknown[]) : [result]).map(partOf);
}

function partOf(part: unknown): Part {
  if (typeof part === "string" || typeof part === "number")
    return { sent: { kind: "text", text: String(part) } };
  if (isObject(part)) {
    if (typeof part.predictedX0 === "function")
      return digitsPart({ digits: (part as unknown as LiveStep).predictedX0() });
    if (isRow(part)) return digitsPart({ digits: part });
    if ("digits" in part) return digitsPart(part as unknown as LiveDigits);
    if (Array.isArray(part.data)) return figurePart(part as unknown as PlotlyFigure);
    if (Array.isArray(part.headers) && Array.isArray(part.rows))
      return tablePart(part as unknown as LiveTable);
    const rows = Object.values(part);
    if (rows.length > 0 && rows.every(isRow)) return digitsPart({ digits: part as Record<string, DigitRow> });
  }
  throw new TypeError(
    "a live picture's function returns digits (what sampleAll gives, a tensor, pixels, or { digits, columnLabels }), " +
      "a figure, { headers, rows }, a text, or a list of these. " +
      `It returned ${part === undefined ? "nothing" : part instanceof Tensor ? "a tensor of another shape" : typeof part}.`,
  );
}

function digitsPart({ digits, ...around }: LiveDigits): Part {
  const rows: Readonly<Record<string, DigitRow>> = isRow(digits) ? { "": digits } : digits;
  const values = stackRows(Object.values(rows).map(pixelsOfRow));
  const rowLabels = isRow(digits) ? [] : Object.keys(rows);
  const count = Object.keys(rows).length;
  const columns = values.length / IMAGE_SIZE ** 2 / count;
  if (!Number.isInteger(columns) || columns === 0)
    throw new RangeError(
      `the digits have ${values.length} pixels in ${count} rows; each row must be images of ${IMAGE_SIZE} x ${IMAGE_SIZE}.`,
    );
  const { columnLabels = [], title = "", xTitle = "" } = around;
  // A copy: the pixels may be written over by the next run.
  const pixels = greys(values, 0, values.length, [-1, 1], 0);
  const sent: SentPart = {
    kind: "digits",
    pixels,
    size: IMAGE_SIZE,
    rowLabels,
    columnLabels: columnLabels.map(String),
    columns,
    title,
    xTitle,
  };
  const still = (settings: string): PlotlyFigure =>
    digitGrid(pixels, {
      ...around,
      title: wrap([title, settings].filter(Boolean).join(" · "), TITLE_LETTERS),
      rows: count,
      columns,
      ...(rowLabels.length > 0 ? { rowLabels } : {}),
    });
  return { sent, still };
}

function figurePart(figure: PlotlyFigure): Part {
  const bundle = figureBundle(figure);
  const sent: SentPart = {
    kind: "figure",
    figure: bundle["application/vnd.plotly.v1+json"],
    text: describe(figure),
  };
  const still = (settings: string): PlotlyFigure => {
    const { title: given } = { title: undefined as unknown, ...figure.layout };
    const text = [titleOf(figure), settings].filter(Boolean).join(" · ");
    return { ...figure, layout: { ...figure.layout, title: { ...(isObject(given) ? given : {}), text } } };
  };
  return { sent, still };
}

function tablePart({ headers, rows }: LiveTable): Part {
  const bundle = tableBundle(headers, rows);
  return {
    sent: { kind: "table", html: String(bundle["text/html"]), text: String(bundle["text/plain"]) },
  };
}
