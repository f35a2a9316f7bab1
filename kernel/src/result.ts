/** A cell's last value as an output. */
import { inspect } from "node:util";
import type { MimeBundle } from "./notebook";

/** How much of a value's text is shown. A screen or two. */
const MOST_CHARACTERS = 4_000;

/** A value as an output: by a formatter that knows it, or as text, shortened. */
export function resultBundle(
  value: unknown,
  formatters: readonly ((value: unknown) => MimeBundle | undefined)[],
): MimeBundle {
  for (const format of formatters) {
    const bundle = format(value);
    if (bundle) return bundle;
  }
  return { "text/plain": shortened(value) };
}

function shortened(value: unknown): string {
  const text =
    typeof value === "string"
      ? value
      : inspect(value, { maxArrayLength: 100, maxStringLength: 500, depth: 2 });
  if (text.length <= MOST_CHARACTERS) return text;
  const more = text.length - MOST_CHARACTERS;
  return `${text.slice(0, MOST_CHARACTERS)} ...\n(${more.toLocaleString("en")} more characters; console.log prints all)`;
}
