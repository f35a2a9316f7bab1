/** What stays of a live picture without its kernel: the last picture as a figure, with its settings. */
import type { MimeBundle } from "../kernel";
import { escapeHtml } from "../progress-line";
import { figureBundle } from "../show";
import type { Part } from "./parts";

/** The parts as one output: the first picture as a figure; where there is none, tables and text. */
export function stillBundle(parts: readonly Part[], settings: string): MimeBundle {
  const texts = parts.map(({ sent }) => (sent.kind === "digits" ? "" : sent.text)).filter(Boolean);
  const plain = [settings, ...texts].filter(Boolean).join("\n");
  const picture = parts.find(({ still }) => still)?.still?.(settings);
  if (picture) {
    const bundle = figureBundle(picture);
    return { ...bundle, "text/plain": [bundle["text/plain"], ...texts].join("\n") };
  }
  const html = parts.map(({ sent }) =>
    sent.kind === "table" ? sent.html : sent.kind === "text" ? `<p>${escapeHtml(sent.text)}</p>` : "",
  );
  return { "text/html": [`<p>${escapeHtml(settings)}</p>`, ...html].join("\n"), "text/plain": plain };
}
