/** A key that stands twice in one object of a JSON text. `JSON.parse` would keep the last without a word. */

/** A text (with the colon after it, if it is a key), or the start or end of an object. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}]/g;

/**
 * The first key that is given twice, or undefined.
 * @param json a text that is known to be JSON
 */
export function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, colon] of json.matchAll(TOKEN)) {
    if (token === "{") open.push(new Set());
    else if (token === "}") open.pop();
    else if (colon) {
      const key = JSON.parse(token.slice(0, -colon.length)) as string;
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
