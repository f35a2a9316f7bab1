/** A table of numbers as colours. */
import { axis, baseLayout, type Figure, grey, palette, rounded, wrap } from "./figure";

/** Rows and columns of a table whose every number can be read: as many are named one by one. */
const dozen = 12;

/** Options of {@link heatmap}. */
export interface HeatmapOptions {
  /** What the columns, the rows and the colours show, with the unit. */
  xTitle: string;
  yTitle: string;
  colourTitle: string;
  title?: string;
  /** Positions of the columns and of the rows, or their names; by default counted from 0. */
  x?: readonly (string | number)[];
  y?: readonly (string | number)[];
  /** White at 0, two colours for the two signs; by default when the numbers have both signs. */
  diverging?: boolean;
  /** Writes each number into its cell; by default in a table of at most a dozen rows and columns. */
  numbers?: boolean;
}

/**
 * A table as colours, its first row at the top.
 *
 * @example
 * const embeddings = cfg.sinusoidalEmbedding([0, 100, 200], 32).arraySync();
 * cfg.show(cfg.heatmap(embeddings, { xTitle: "number in the embedding", yTitle: "timestep t", colourTitle: "value" }));
 *
 * @param matrix its rows, all of one length
 * @throws RangeError when rows differ in length, or when x or y does not fit them
 */
export function heatmap(matrix: readonly ArrayLike<number>[], options: HeatmapOptions): Figure {
  const { xTitle, yTitle, colourTitle, title, x, y } = options;
  const columns = matrix[0]?.length ?? 0;
  matrix.forEach((row, i) => {
    if (row.length !== columns)
      throw new RangeError(`Row ${i} holds ${row.length} numbers; the first one holds ${columns}.`);
  });
  checkCount("x", x, columns);
  checkCount("y", y, matrix.length);
  const z = matrix.map((row) => rounded(row, 4));
  const values = z.flat();
  const isSmall = Math.max(columns, matrix.length) <= dozen;
  const { numbers = isSmall } = options;
  const diverging =
    options.diverging ?? (values.some((value) => value < 0) && values.some((value) => value > 0));
  return {
    data: [
      {
        type: "heatmap",
        z,
        ...(x ? { x: [...x] } : {}),
        ...(y ? { y: [...y] } : {}),
        ...(diverging
          ? {
              zmid: 0,
              colorscale: [
                [0, palette[0]],
                [0.5, "#ffffff"],
                [1, palette[1]],
              ],
            }
          : { colorscale: "Cividis" }),
        ...(numbers ? { texttemplate: "%{z}", xgap: 1, ygap: 1 } : {}),
        colorbar: { title: { text: wrap(colourTitle, 26), side: "right" }, outlinecolor: grey },
        hovertemplate: `${xTitle}: %{x}<br>${yTitle}: %{y}<br>${colourTitle}: %{z:.3~g}<extra></extra>`,
      },
    ],
    layout: {
      ...baseLayout(title),
      xaxis: { ...axis(xTitle), showgrid: false, ...everyOne(x, columns) },
      yaxis: { ...axis(yTitle), showgrid: false, autorange: "reversed", ...everyOne(y, matrix.length) },
    },
  };
}

function everyOne(names: readonly (string | number)[] | undefined, count: number): object {
  if (names?.some((name) => typeof name === "string")) return { type: "category" };
  return !names && count <= dozen ? { dtick: 1 } : {};
}

function checkCount(name: string, given: readonly unknown[] | undefined, count: number): void {
  if (given && given.length !== count)
    throw new RangeError(`${name} holds ${given.length} values; the table needs ${count}.`);
}
