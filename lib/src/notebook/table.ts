/**
 * Tables and HTML under a cell. What a style says is said by an attribute, too, where there is one: JupyterLab's own
 * style sheet overrules attributes, and other pages strip styles, like GitHub.
 */
import { display, type MimeBundle } from "./kernel";
import { escapeHtml } from "./progress-line";

/** What a table's cell can hold. */
export type TableCell = string | number | boolean;

/**
 * Shows a table. Columns of numbers stand right, also of numbers as text ("92.4 %", "5.0 (3.5 to 6.5)"), which are not
 * broken into lines; other columns stand left. Numbers that are not whole are rounded to four digits.
 *
 * @example cfg.table(["w", "right digits"], [[1, 0.69], [2, 0.924]])
 * @throws RangeError when a row has more or fewer cells than there are headers
 */
export function table(headers: readonly string[], rows: readonly (readonly TableCell[])[]): void {
  display(tableBundle(headers, rows));
}

/** A table as an output. @throws RangeError as {@link table} does */
export function tableBundle(headers: readonly string[], rows: readonly (readonly TableCell[])[]): MimeBundle {
  rows.forEach((row, i) => {
    if (row.length !== headers.length) {
      throw new RangeError(
        `row ${i} of the table has ${row.length} cells; it must have ${headers.length}, one for each header.`,
      );
    }
  });
  const texts = rows.map((row) => row.map(text));
  const isRight = headers.map((_, column) => isNumeric(texts.map((row) => row[column])));
  return {
    "text/html": tableHtml(headers, texts, isRight),
    "text/plain": tableText(headers, texts, isRight),
  };
}

const NUMBER = String.raw`[-−+]?\d[\d.,:]*(e[-+]?\d+)?( ?%)?`;
/** A number as people write it: with a percent sign, a unit, an interval, or what it is a part of. */
const NUMERIC = new RegExp(`^${NUMBER}( (to|of) ${NUMBER})?( (ms|s|min|MB))?( \\(.*\\))?$`);
const NO_VALUE = ["", "-", "–", "NaN", "Infinity", "-Infinity"];

/** Whether a column holds numbers, and nothing else. */
function isNumeric(column: readonly string[]): boolean {
  return (
    column.some((cell) => NUMERIC.test(cell)) &&
    column.every((cell) => NUMERIC.test(cell) || NO_VALUE.includes(cell))
  );
}

/**
 * Shows HTML under the cell.
 *
 * @param plain what a reader without HTML sees; by default the text without its tags
 */
export function html(source: string, plain: string = source.replace(/<[^>]*>/g, "")): void {
  display({ "text/html": source, "text/plain": plain });
}

function text(cell: TableCell): string {
  return typeof cell === "number" && !Number.isInteger(cell)
    ? String(Number(cell.toPrecision(4)))
    : String(cell);
}

function tableHtml(
  headers: readonly string[],
  rows: readonly string[][],
  isRight: readonly boolean[],
): string {
  const line = (tag: string, cells: readonly string[]): string => {
    const written = cells.map((cell, i) => {
      const side = isRight[i] ? "right" : "left";
      const wrap = NUMERIC.test(cell) ? "; white-space: nowrap" : "";
      return `<${tag} align="${side}" style="text-align: ${side}${wrap}">${escapeHtml(cell)}</${tag}>`;
    });
    return `<tr>${written.join("")}</tr>`;
  };
  const body = rows.map((row) => line("td", row)).join("\n");
  return `<table>\n<thead>${line("th", headers)}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

function tableText(
  headers: readonly string[],
  rows: readonly string[][],
  isRight: readonly boolean[],
): string {
  const widths = headers.map((header, i) => Math.max(header.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (isRight[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join("  ")
      .trimEnd();
  return [headers, widths.map((width) => "-".repeat(width)), ...rows].map(line).join("\n");
}
