/** Exercises of notebook 12: the mysteries of the bug gallery, each to be named. */
import type { Naming } from "../exercise";

/** The mysteries' names. */
export const MYSTERIES: readonly string[] = Array.from("ABCDEFGHIJKLM");

/** The word under which a mystery stands on the sheet. */
export const mysteryId = (name: string): string => `mystery-${name}`;

export const bugGallery: readonly Naming[] = MYSTERIES.map((name) => ({
  kind: "naming",
  id: mysteryId(name),
  notebook: "12",
  title: `what is wrong with ${name}`,
}));
