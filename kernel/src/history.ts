/** The cells of this session, for front ends that ask for earlier input: consoles do. */
import type { Content } from "./message";

/** What a front end asks for. */
interface HistoryRequest {
  hist_access_type?: "tail" | "range" | "search";
  /** At most so many, the latest. */
  n?: number;
  /** A range of numbers, `stop` not included. */
  start?: number;
  stop?: number;
  /** A pattern with * for any text and ? for any character. */
  pattern?: string;
  /** Whether a text that stands several times is wanted once. */
  unique?: boolean;
  /** Whether the outputs are wanted too; they are not kept. */
  output?: boolean;
}

/**
 * The content of a `history_reply`.
 * @param cells number and text of each cell, in their order
 */
export function historyReply(
  cells: readonly [count: number, code: string][],
  request: HistoryRequest,
): Content {
  const { hist_access_type: kind = "tail", n, start = 0, stop = Infinity, pattern = "*" } = request;
  let matching = cells.filter(([count, code]) => {
    if (kind === "range") return count >= start && count < stop;
    return kind === "tail" || globToRegExp(pattern).test(code);
  });
  if (request.unique) matching = [...new Map(matching.map((cell) => [cell[1], cell])).values()];
  if (kind !== "range" && n != null) matching = matching.slice(-n);
  return {
    status: "ok",
    history: matching.map(([count, code]) => [0, count, request.output ? [code, null] : code]),
  };
}

function globToRegExp(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s");
}
