/** Where the name of a point stands, so that no curve runs through it. */
import { fontSize, plain } from "./figure";

/** A place in the plot in pixels, to the right and upwards. */
export type Place = readonly [x: number, y: number];

/** What a label keeps clear of: curves, each from place to place, and the labels that stand already. */
export interface Obstacles {
  curves: readonly (readonly Place[])[];
  labels: Box[];
}

interface Box {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/** Plotly's names of the sides of a point, the most usual first, and the directions they lie in. */
const sides: readonly [name: string, right: number, up: number][] = [
  ["top center", 0, 1],
  ["bottom center", 0, -1],
  ["middle right", 1, 0],
  ["middle left", -1, 0],
  ["top right", 1, 1],
  ["top left", -1, 1],
  ["bottom right", 1, -1],
  ["bottom left", -1, -1],
];

/**
 * The side of a point on which its label is struck least, as a `textposition`. The label joins the obstacles.
 *
 * @param text may hold tags such as <sub>
 * @param options.size of the type, in pixels
 * @param options.away from the point to the text, in pixels: half a marker
 */
export function labelSide(
  [x, y]: Place,
  text: string,
  obstacles: Obstacles,
  { size = fontSize, away = 6 }: { size?: number; away?: number } = {},
): string {
  const [width, height] = [plain(text).length * size * 0.56, size * 1.3];
  const places = sides.map(([name, right, up]) => {
    const left = x + right * away - ((1 - right) / 2) * width;
    const bottom = y + up * away - ((1 - up) / 2) * height;
    const box: Box = { left, right: left + width, bottom, top: bottom + height };
    return { name, box, strikes: countStrikes(box, obstacles) };
  });
  const best = places.reduce((one, other) => (other.strikes < one.strikes ? other : one));
  obstacles.labels.push(best.box);
  return best.name;
}

/** How many places of the curves lie in the box, one about every two pixels; a label in it counts as many. */
function countStrikes(box: Box, { curves, labels }: Obstacles): number {
  let count = 0;
  for (const curve of curves) {
    for (let i = 1; i < curve.length; i++) count += placesIn(box, curve[i - 1], curve[i]);
  }
  const isOver = (other: Box): boolean =>
    box.left < other.right && other.left < box.right && box.bottom < other.top && other.bottom < box.top;
  return count + 100 * labels.filter(isOver).length;
}

function placesIn(box: Box, [x0, y0]: Place, [x1, y1]: Place): number {
  const steps = Math.min(2000, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 2));
  let count = 0;
  for (let step = 0; step <= steps; step++) {
    const share = step / Math.max(1, steps);
    const [x, y] = [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
    if (x > box.left && x < box.right && y > box.bottom && y < box.top) count++;
  }
  return count;
}
