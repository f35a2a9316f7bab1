/** Digits in rows and columns, drawn as one picture. */
import { checkInteger, checkNumber, checkShape, shown } from "../validate";
import { atlas, gap, type Picture } from "./atlas";
import { baseLayout, type Figure, fontSize, plain, titleSize, topMargin, wrap } from "./figure";

/** Digits one after the other, as a tensor's `dataSync()` gives them: numbers in `range`, or bytes. */
type Pixels = Exclude<Picture, null | readonly number[]>;

/** Digits with their shape, such as the samples that `sample` returns: [n, size, size, 1]; or without it, as a loader gives them. */
export interface PicturesWithShape {
  images: Pixels;
  shape?: readonly number[];
}

/** Digits as {@link digitGrid} takes them: all in one array, with or without their shape, or an array, or `null`, for each. */
export type Pictures = Pixels | PicturesWithShape | readonly Picture[];

/** Options of {@link digitGrid}. */
export interface DigitGridOptions {
  /** Rows and columns of the grid; by default up to ten columns, and as many rows as the digits need. */
  rows?: number;
  columns?: number;
  /** Width and height of a digit in pixels; those of the digits' shape, if they have one, or 32. */
  size?: number;
  /** The numbers drawn black and white; what lies outside is cut off. Bytes are drawn as they are. */
  range?: readonly [number, number];
  title?: string;
  /** One for each row, at the left, and one for each column, below. */
  rowLabels?: readonly string[];
  columnLabels?: readonly string[];
  /** What the rows and the columns differ in, with its unit: "guidance scale w", "timestep t". */
  yTitle?: string;
  xTitle?: string;
  /** What the pointer shows on a digit; by default the labels of its row and column. */
  hover?: (row: number, column: number) => string;
  /** How large a digit is drawn, in pixels of the screen; by default as large as a notebook shows at once, at most 112. */
  zoom?: number;
}

/**
 * A grid of digits, white on black, as one image trace. Digits that are `null` or missing at the end are left grey:
 * a picture of a run that is still going on.
 *
 * @example
 * const columnLabels = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
 * cfg.show(cfg.digitGrid(images, { columns: 10, columnLabels, hover: (row, column) => `digit ${column}, row ${row}` }));
 *
 * @param given what `sample` returns, or its images alone ([n, size, size, 1] flattened, numbers in `range` or bytes), or a
 *   list with one array, or `null`, for each; the first row from left to right comes first
 * @throws RangeError when the digits do not fit the size or the grid, when there are more or fewer labels than rows or
 *   columns, or when a pixel is NaN
 * @throws TypeError when they are no digits at all
 */
export function digitGrid(given: Pictures, options: DigitGridOptions = {}): Figure {
  const { images, shapeSize } = pixelsOf(given);
  const { size = shapeSize ?? 32, range = [-1, 1] } = options;
  const { rowLabels, columnLabels, title, xTitle, yTitle } = options;
  checkInteger("size", size, 1, 4096);
  checkNumber("range[0]", range[0]);
  checkNumber("range[1]", range[1]);
  if (range[0] === range[1])
    throw new RangeError(`range is [${range.join(", ")}]; its two numbers must differ.`);
  const pictures = separate(images, size);
  const columns =
    options.columns ??
    columnLabels?.length ??
    Math.max(1, options.rows ? Math.ceil(pictures.length / options.rows) : Math.min(10, pictures.length));
  checkInteger("columns", columns, 1, 1000);
  const rows = options.rows ?? rowLabels?.length ?? Math.max(1, Math.ceil(pictures.length / columns));
  checkInteger("rows", rows, 1, 1000);
  if (pictures.length > rows * columns) {
    throw new RangeError(
      `There are ${pictures.length} digits; a grid of ${rows} x ${columns} holds ${rows * columns}.`,
    );
  }
  checkLabelCount("rowLabels", rowLabels, rows);
  checkLabelCount("columnLabels", columnLabels, columns);

  const rowTexts = rowLabels?.map((label) => wrap(label, 18)) ?? [];
  const left = 20 + (yTitle ? 30 : 0) + widest(rowTexts) * letter;
  const zoom =
    options.zoom ??
    Math.max(
      size,
      Math.min(
        112,
        Math.floor((notebookWidth - left - leastRight) / (columns + 0.1)),
        Math.floor(tallest / rows),
      ),
    );
  checkNumber("zoom", zoom, 1, 4096);
  const columnTexts =
    columnLabels?.map((label) => wrap(label, Math.max(3, Math.floor(zoom / (fontSize * 0.5))))) ?? [];
  const hover =
    options.hover ?? ((row, column) => [rowLabels?.[row], columnLabels?.[column]].filter(Boolean).join(", "));

  // One unit of an axis is one digit with its gap; digit (row, column) has its centre at (column, row).
  const pixel = 1 / (size + gap);
  const first = -(gap + (size - 1) / 2) * pixel;
  const span = (count: number): [number, number] => [
    first - pixel / 2,
    first + (count * (size + gap) + gap - 0.5) * pixel,
  ];
  const margin = {
    l: left,
    t: topMargin(title),
    b:
      12 +
      (columnTexts.length > 0 ? 8 + line * Math.max(...columnTexts.map(lineCount)) : 0) +
      (xTitle ? 30 : 0),
    pad: 0,
  };
  const gridWidth = zoom * (span(columns)[1] - span(columns)[0]);
  const gridHeight = zoom * (span(rows)[1] - span(rows)[0]);
  const titleWidth = title ? widest([title]) * titleSize * 0.56 + toolbar : 0;
  const right = Math.max(leastRight, titleWidth - gridWidth);

  return {
    data: [
      {
        type: "image",
        source: atlas(pictures, { rows, columns, size, range }),
        x0: first,
        dx: pixel,
        y0: first,
        dy: pixel,
        hoverinfo: "skip",
      },
      {
        type: "heatmap", // unseen; one cell a digit answers the pointer, where the picture would answer for each pixel
        z: Array.from({ length: rows }, () => Array<number>(columns).fill(0)),
        x0: 0,
        dx: 1,
        y0: 0,
        dy: 1,
        hovertext: Array.from({ length: rows }, (_, row) =>
          Array.from({ length: columns }, (_, column) => hover(row, column)),
        ),
        hoverinfo: "text",
        opacity: 0,
        showscale: false,
      },
    ],
    layout: {
      ...baseLayout(title),
      width: Math.ceil(margin.l + gridWidth + right),
      height: Math.ceil(margin.t + gridHeight + margin.b),
      margin: { ...margin, r: right },
      hovermode: "closest",
      dragmode: false,
      xaxis: { ...gridAxis(xTitle, columnTexts), range: span(columns), ...stay("left") },
      yaxis: {
        ...gridAxis(yTitle, rowTexts),
        range: span(rows).reverse(),
        scaleanchor: "x",
        ...stay("top"),
      },
    },
  };
}

/** Width of a letter and height of a line of labels, in pixels. */
const letter = fontSize * 0.58;
const line = fontSize * 1.3;
/** What a small laptop or a projector shows in full: a figure's width, its digits' height; and the margin at the right. */
const notebookWidth = 920;
const tallest = 640;
const leastRight = 16;
/** Room for the buttons that Plotly shows at the upper right, beside the title. */
const toolbar = 110;

/** In a figure that is drawn wider than asked for, the pixels stay square and the grid stays under its title. */
function stay(toward: string): object {
  return { constrain: "domain", constraintoward: toward };
}

function gridAxis(title: string | undefined, texts: readonly string[]): Record<string, unknown> {
  return {
    ...(title ? { title: { text: title, standoff: 8 } } : {}),
    tickvals: texts.map((_, i) => i),
    ticktext: texts,
    tickangle: 0,
    ticks: "outside",
    ticklen: 5,
    tickcolor: "#ffffff",
    showgrid: false,
    zeroline: false,
    fixedrange: true,
  };
}

/** The pixels of digits that may come with their shape, and the size that it says. */
function pixelsOf(given: Pictures): { images: Pixels | readonly Picture[]; shapeSize?: number } {
  if (isPixels(given) || isList(given)) return { images: given };
  // Without types a cell may give anything.
  const { images, shape } = (given as Partial<PicturesWithShape> | null | undefined) ?? {};
  if (!isPixels(images))
    throw new TypeError(
      "digitGrid takes what sample returns, an array of pixels (a tensor's dataSync()) or a list of such arrays; " +
        `it was given ${describe(given)}.`,
    );
  if (!shape) return { images };
  const shapeSize = shape[1];
  checkShape("images", shape, [images.length / shapeSize ** 2, shapeSize, shapeSize, 1]);
  return { images, shapeSize };
}

function isPixels(value: unknown): value is Pixels {
  return ArrayBuffer.isView(value) && "subarray" in value;
}

function isList(value: unknown): value is readonly Picture[] {
  return Array.isArray(value);
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return shown(value);
  const { name } = value.constructor;
  return name === "Object"
    ? `an object with ${Object.keys(value).join(", ") || "nothing in it"}`
    : `a ${name}`;
}

/** The digits one by one. */
function separate(images: Pixels | readonly Picture[], size: number): readonly Picture[] {
  const length = size * size;
  if (isList(images)) {
    images.forEach((picture, i) => {
      if (picture && picture.length !== length) {
        throw new RangeError(
          `images[${i}] holds ${picture.length} numbers; it must hold ${size} x ${size} = ${length}.`,
        );
      }
    });
    return images;
  }
  if (images.length % length !== 0) {
    throw new RangeError(
      `images holds ${images.length} numbers; it must be a multiple of ${size} x ${size} = ${length} (see the option size).`,
    );
  }
  return Array.from({ length: images.length / length }, (_, i) =>
    images.subarray(i * length, (i + 1) * length),
  );
}

function checkLabelCount(name: string, labels: readonly string[] | undefined, count: number): void {
  if (labels && labels.length !== count) {
    throw new RangeError(`${name} holds ${labels.length} labels; the grid needs ${count}.`);
  }
}

function lineCount(text: string): number {
  return text.split("<br>").length;
}

/** Letters in the longest line. */
function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.flatMap((text) => text.split("<br>").map((part) => plain(part).length)));
}
