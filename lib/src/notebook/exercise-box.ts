/** How a check's verdict looks under its cell: a coloured edge, a word, and sentences. */
import type { MimeBundle } from "cfg-kernel";
import type { Verdict } from "../exercises/exercise";
import { escapeHtml } from "./progress-line";

/** What a box says. */
export interface Box {
  state: Verdict["state"];
  title: string;
  lines: string[];
  /** Code that is shown as it is. */
  code?: string;
}

/** The edge's colours can be told apart in light and dark. A page shows no sign: not every font has them. */
const LOOK: Record<Verdict["state"], { colour: string; sign: string }> = {
  right: { colour: "#2e9e5b", sign: "✓" },
  wrong: { colour: "#d97706", sign: "✗" },
  untried: { colour: "#8a8f98", sign: "○" },
};

/** The box as an output. */
export function boxBundle({ state, title, lines, code }: Box): MimeBundle {
  const { colour, sign } = LOOK[state];
  const style = `border-left: 4px solid ${colour}; padding: 2px 0 2px 12px`;
  const paragraphs = lines.map((line) => `<div>${withCode(line)}</div>`);
  const block = code === undefined ? "" : `<pre>${escapeHtml(code)}</pre>`;
  return {
    "text/html": `<div style="${style}"><b>${escapeHtml(title)}</b>${paragraphs.join("")}${block}</div>`,
    "text/plain": [
      `${sign} ${title}`,
      ...lines.map((line) => line.replaceAll("`", "")),
      ...(code ? [code] : []),
    ].join("\n"),
  };
}

/** What stands between backticks is code. */
const withCode = (line: string): string => escapeHtml(line).replace(/`([^`]*)`/g, "<code>$1</code>");
