/** Digits in rows and columns, drawn as one picture. */
import { IMAGE_SIZE } from "../digits";
import { checkInteger, checkNumber } from "../validate";
import { atlas, gap } from "./atlas";
import { baseLayout, type Figure, fontSize, plain, titleSize, topMargin, wrap } from "./figure";
import { type Pictures, pixelsOf, separate } from "./pictures";

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
  rowLabels?: readonly (string | number)[];
  columnLabels?: readonly (string | number)[];
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
 * const { images } = cfg.sampleAll(model, { labels: [2, 3], sampler: cfg.dpmSolver, steps: 4 });
 * cfg.show(cfg.digitGrid(images, { columnLabels: [2, 3], xTitle: "label asked for", title: "Two digits" }));
 *
 * @param given what `sample` returns, or its images alone ([n, size, size, 1] flattened, numbers in `range` or bytes), or a
 *   list with one array, or `null`, for each; the first row from left to right comes first
 * @throws RangeError when the digits do not fit the size or the grid, when there are more or fewer labels than rows or
 *   columns, or when a pixel is NaN
 * @throws TypeError when they are no digits at all
 */
export function digitGrid(given: Pictures, options: DigitGridOptions = {}): Figure {
  const { images, shapeSize } = pixelsOf(given);
  const { size = shapeSize ?? IMAGE_SIZE, range = [-1, 1] } = options;
  checkInteger("size", size, 1, 4096);
  checkNumber("range[0]", range[0]);
  checkNumber("range[1]", range[1]);
  if (range[0] === range[1])
    throw new RangeError(`range is [${range.join(", ")}]; its two numbers must differ.`);
  const pictures = separate(images, size);
  const { rows, columns } = gridShape(pictures.length, options);
  const places = placesOfGrid({ rows, columns, size }, options);
  const rowNames = options.rowLabels?.map(String);
  const columnNames = options.columnLabels?.map(String);
  const hover =
    options.hover ?? ((row, column) => [rowNames?.[row], columnNames?.[column]].filter(Boolean).join(", "));
  return {
    data: [
      {
        type: "image",
        source: atlas(pictures, { rows, columns, size, range }),
        x0: places.first,
        dx: places.pixel,
        y0: places.first,
        dy: places.pixel,
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
      ...baseLayout(options.title),
      ...places.layout,
      hovermode: "closest",
      dragmode: false,
      xaxis: {
        ...gridAxis(options.xTitle, places.columnTexts),
        range: places.span(columns),
        ...stay("left"),
      },
      yaxis: {
        ...gridAxis(options.yTitle, places.rowTexts),
        range: places.span(rows).reverse(),
        scaleanchor: "x",
        ...stay("top"),
      },
    },
  };
}

/** Rows and columns of a grid of `count` digits. */
function gridShape(
  count: number,
  { rowLabels, columnLabels, ...given }: DigitGridOptions,
): { rows: number; columns: number } {
  const columns =
    given.columns ??
    columnLabels?.length ??
    Math.max(1, given.rows ? Math.ceil(count / given.rows) : Math.min(10, count));
  checkInteger("columns", columns, 1, 1000);
  const rows = given.rows ?? rowLabels?.length ?? Math.max(1, Math.ceil(count / columns));
  checkInteger("rows", rows, 1, 1000);
  if (count > rows * columns)
    throw new RangeError(
      `There are ${count} digits; a grid of ${rows} x ${columns} holds ${rows * columns}.`,
    );
  checkLabelCount("rowLabels", rowLabels, rows);
  checkLabelCount("columnLabels", columnLabels, columns);
  return { rows, columns };
}

/** Where the digits and their labels stand, in pixels of the screen and in units of the axes. */
interface GridPlaces {
  rowTexts: string[];
  columnTexts: string[];
  /** The place of the first pixel, and the width of one, where a digit with its gap is one unit. */
  first: number;
  pixel: number;
  /** From the edge before the first of `count` digits to that behind the last. */
  span: (count: number) => [number, number];
  /** Width, height and margins of the figure. */
  layout: object;
}

function placesOfGrid(
  { rows, columns, size }: { rows: number; columns: number; size: number },
  { rowLabels = [], columnLabels = [], title, xTitle, yTitle, zoom: wanted }: DigitGridOptions,
): GridPlaces {
  const rowTexts = rowLabels.map((label) => wrap(String(label), 18));
  const left = 20 + (yTitle ? 30 : 0) + widest(rowTexts) * letter;
  const fitting = Math.min(
    112,
    Math.floor((notebookWidth - left - leastRight) / (columns + 0.1)),
    Math.floor(tallest / rows),
  );
  const zoom = wanted ?? Math.max(size, fitting);
  checkNumber("zoom", zoom, 1, 4096);
  const letters = Math.max(3, Math.floor(zoom / (fontSize * 0.5)));
  const columnTexts = columnLabels.map((label) => wrap(String(label), letters));

  // Digit (row, column) has its centre at (column, row).
  const pixel = 1 / (size + gap);
  const first = -(gap + (size - 1) / 2) * pixel;
  const span = (count: number): [number, number] => [
    first - pixel / 2,
    first + (count * (size + gap) + gap - 0.5) * pixel,
  ];
  const widthOf = (count: number): number => zoom * (span(count)[1] - span(count)[0]);
  const top = topMargin(title);
  const labelHeight = columnTexts.length > 0 ? 8 + line * Math.max(...columnTexts.map(lineCount)) : 0;
  const bottom = 12 + labelHeight + (xTitle ? 30 : 0);
  const titleWidth = title ? widest([title]) * titleSize * 0.56 + toolbar : 0;
  const right = Math.max(leastRight, titleWidth - widthOf(columns));
  const layout = {
    width: Math.ceil(left + widthOf(columns) + right),
    height: Math.ceil(top + widthOf(rows) + bottom),
    margin: { l: left, t: top, b: bottom, r: right, pad: 0 },
  };
  return { rowTexts, columnTexts, first, pixel, span, layout };
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

function checkLabelCount(name: string, labels: readonly unknown[] | undefined, count: number): void {
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
