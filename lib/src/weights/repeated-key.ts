/** A key that stands twice in one object of a JSON text. `JSON.parse` would keep the last without a word. */

/** What tells the structure: an escaped letter, the start or end of a text or an object, the colon after a key. */
const TOKEN = /\\[^]|["{}:]/g;

/**
 * The first key that is given twice, or undefined. Takes time in proportion to the text.
 * @param json a text that is known to be JSON
 */
export function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  let start: number | undefined; // of the text that is being read
  let text = "";
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    if (token === '"') {
      if (start !== undefined) text = json.slice(start, index + 1);
      start = start === undefined ? index : undefined;
    } else if (start !== undefined) continue;
    else if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else {
      const key = JSON.parse(text) as string;
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
