/** Jupyter counts a text in Unicode characters, JavaScript in units of UTF-16: an emoji is one and two of them. */

/** The place in JavaScript's count of a place in characters. */
export function unitsOf(text: string, characters: number): number {
  return Array.from(text).slice(0, characters).join("").length;
}

/** The place in characters of a place in JavaScript's count. */
export function charactersOf(text: string, units: number): number {
  return Array.from(text.slice(0, units)).length;
}
