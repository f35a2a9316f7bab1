/** Tables and HTML under a cell. Plain tags only, so that they look right on pages that strip styles, like GitHub. */
import { display } from "./kernel";
import { escapeHtml } from "./progress-line";

/** What a table's cell can hold. */
export type TableCell = string | number | boolean;

/**
 * Shows a table. Numbers stand right; those that are not whole are rounded to four digits.
 *
 * @example table(["w", "right digits"], [[1, 0.69], [2, 0.924]])
 * @throws RangeError when a row has more or fewer cells than there are headers
 */
export function table(headers: readonly string[], rows: readonly (readonly TableCell[])[]): void {
  rows.forEach((row, i) => {
    if (row.length !== headers.length) {
      throw new RangeError(
        `row ${i} of the table has ${row.length} cells; it must have ${headers.length}, one for each header.`,
      );
    }
  });
  const shown = rows.map((row) => row.map(text));
  const isNumeric = headers.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"),
  );
  display({
    "text/html": tableHtml(headers, shown, isNumeric),
    "text/plain": tableText(headers, shown, isNumeric),
  });
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
  isNumeric: readonly boolean[],
): string {
  const line = (tag: string, cells: readonly string[]): string =>
    `<tr>${cells.map((cell, i) => `<${tag} align="${isNumeric[i] ? "right" : "left"}">${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => line("td", row)).join("\n");
  return `<table>\n<thead>${line("th", headers)}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`;
}

function tableText(
  headers: readonly string[],
  rows: readonly string[][],
  isNumeric: readonly boolean[],
): string {
  const widths = headers.map((header, i) => Math.max(header.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (isNumeric[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join("  ")
      .trimEnd();
  return [headers, widths.map((width) => "-".repeat(width)), ...rows].map(line).join("\n");
}
