/** What a progress line says. */
import type { MimeBundle } from "./kernel";

/** Where a loop stands. */
export interface LoopState {
  label: string;
  /** Items done, of how many; `total` is undefined where nobody knows. */
  done: number;
  total: number | undefined;
  /** Seconds since the start, and the guess of those left. */
  elapsed: number;
  left: number | undefined;
  state: "running" | "done" | "stopped";
}

/** Seconds as 0:07, 12:30 or 1:02:03. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** The words beside the bar. */
function words({ done, total, elapsed, left, state }: LoopState): string {
  const place = total === undefined ? String(done) : `${done}/${total}`;
  if (state === "stopped") {
    const of = total === undefined ? "" : ` of ${total}`;
    return `Stopped at step ${done}${of}. What was done is kept. (${clock(elapsed)})`;
  }
  if (state === "done") return `${place} in ${clock(elapsed)}`;
  const guess = left === undefined ? "" : `, ${clock(left)} left`;
  return `${place}, ${clock(elapsed)} so far${guess}`;
}

/** The line in plain text: label, bar, words. */
export function progressText(loop: LoopState): string {
  const width = 24;
  const full = loop.total ? Math.min(width, Math.floor((width * loop.done) / loop.total)) : 0;
  const bar = loop.total ? `${"█".repeat(full)}${"░".repeat(width - full)} ` : "";
  return `${loop.label ? `${loop.label} ` : ""}${bar}${words(loop)}`;
}

/** The line as an output of the notebook. Where a page strips the bar's tag, the words remain. */
export function progressBundle(loop: LoopState): MimeBundle {
  const bar = loop.total
    ? `<progress value="${Math.min(loop.done, loop.total)}" max="${loop.total}"></progress> `
    : "";
  const label = loop.label ? `${escapeHtml(loop.label)} ` : "";
  return { "text/html": `<div>${label}${bar}${words(loop)}</div>`, "text/plain": progressText(loop) };
}

/** Text made safe to stand in HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
