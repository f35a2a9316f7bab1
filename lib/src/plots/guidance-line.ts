/** What the guidance scale does, in two dimensions. */
import { checkNumber, checkShape } from "../validate";
import { axis, baseLayout, type Figure, grey, palette, rounded } from "./figure";
import { labelSide, type Place } from "./label-place";
import { sliderFigure } from "./slider-figure";

/** Options of {@link guidanceLine}. */
export interface GuidanceLineOptions {
  /** The two predictions, of two numbers each: without a label, eps_u, and with one, eps_c. */
  uncond: readonly number[];
  cond: readonly number[];
  /** Guidance scales that the slider visits, in rising order. */
  scales?: readonly number[];
  /** The scale at the start; by default 2, or the first one. */
  start?: number;
  /** Written before the formula. */
  title?: string;
  /** What the two axes show: two pixels of the predicted noise. */
  xTitle?: string;
  yTitle?: string;
}

/**
 * The two predictions as points, the line through them, and the guided prediction on it, moved by a slider:
 * eps = eps_u + w (eps_c - eps_u) (Ho and Salimans, arXiv 2207.12598, with their w + 1 for w).
 *
 * @example
 * cfg.show(cfg.guidanceLine({ uncond: [0.2, 1], cond: [0.8, 0.6], scales: [-1, 0, 1, 2, 4, 10] }))
 *
 * @throws RangeError when a prediction is not of two numbers, a number is not finite, or there are no scales
 */
export function guidanceLine(options: GuidanceLineOptions): Figure {
  const {
    scales = [-1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    title,
    xTitle = "predicted noise at pixel 1 (no unit)",
    yTitle = "predicted noise at pixel 2 (no unit)",
  } = options;
  const uncond = checkPoint("uncond", options.uncond);
  const cond = checkPoint("cond", options.cond);
  scales.forEach((scale) => checkNumber("a guidance scale", scale));
  if (scales.length === 0) throw new RangeError("There are no scales; give at least one.");
  const at = (w: number): [number, number] => [
    uncond[0] + w * (cond[0] - uncond[0]),
    uncond[1] + w * (cond[1] - uncond[1]),
  ];
  const ends = [at(Math.min(0, ...scales)), at(Math.max(1, ...scales))];
  const sideOf = clearOfLine(ends);
  const uncondSide = sideOf(uncond, names.uncond);
  const condSide = sideOf(cond, names.cond);
  const line = {
    ...points(ends, grey),
    mode: "lines",
    line: { color: grey, width: 2, dash: "dot" },
    hoverinfo: "skip",
  };
  const stops = {
    ...points(scales.map(at), grey),
    marker: { color: grey, size: 7 },
    hovertext: scales.map((w) => `w = ${w}`),
    hoverinfo: "text",
  };
  const frames = scales.map((w) => {
    const guided = at(w);
    const figure: Figure = {
      data: [
        line,
        stops,
        {
          ...points([uncond, guided], palette[1]),
          mode: "lines",
          line: { color: palette[1], width: 4 },
          hoverinfo: "skip",
        },
        named(uncond, names.uncond, palette[0], "circle", uncondSide),
        named(cond, names.cond, palette[2], "square", condSide),
        named(guided, `w = ${w}`, palette[1], "diamond", sideOf(guided, `w = ${w}`, { isKept: false })),
      ],
      layout: layoutOf(ends, [title, formula(w, guided)].filter(Boolean).join(": "), xTitle, yTitle),
    };
    return { label: String(w), figure };
  });
  const start = scales.indexOf(options.start ?? 2);
  return sliderFigure(frames, { sliderTitle: "guidance scale w", start: Math.max(0, start) });
}

/** What stands above the figure at w: "eps = eps_u + 2 (eps_c - eps_u) = (1.4, 0.2)". */
function formula(w: number, guided: readonly [number, number]): string {
  const place = rounded(guided, 3).join(", ");
  return `eps = eps<sub>u</sub> + <b>${w}</b> (eps<sub>c</sub> − eps<sub>u</sub>) = (${place})`;
}

const names = { uncond: "eps<sub>u</sub>, no label", cond: "eps<sub>c</sub>, with label" };
const nameSize = 18;

type Point = readonly [number, number];

function checkPoint(name: string, numbers: readonly number[]): Point {
  checkShape(name, [numbers.length], [2]);
  for (const value of numbers) checkNumber("a prediction", value);
  return [numbers[0], numbers[1]];
}

/** Finds for each name the side of its point that is clear of the line, and of the names that are kept. */
function clearOfLine(
  ends: readonly Point[],
): (point: Point, name: string, options?: { isKept?: boolean }) => string {
  const span = (axis: 0 | 1): number => Math.abs(ends[1][axis] - ends[0][axis]);
  const perUnit = Math.min(780 / span(0), 320 / span(1)); // about as in the plot, both axes on one scale
  const place = ([x, y]: Point): Place => [x * perUnit, y * perUnit];
  const obstacles = { curves: [ends.map(place)], labels: [] };
  return (point, name, { isKept = true } = {}) => {
    const { curves, labels } = obstacles;
    const seen = isKept ? obstacles : { curves, labels: [...labels] };
    return labelSide(place(point), name, seen, { size: nameSize, away: 12 });
  };
}

function points(list: readonly (readonly [number, number])[], color: string): object {
  return {
    type: "scatter",
    mode: "markers",
    x: rounded(list.map(([x]) => x)),
    y: rounded(list.map(([, y]) => y)),
    marker: { color, size: 16 },
    showlegend: false,
  };
}

function named(
  point: readonly [number, number],
  text: string,
  color: string,
  symbol: string,
  textposition: string,
): object {
  return {
    ...points([point], color),
    mode: "markers+text",
    marker: { color, size: 16, symbol, line: { color: "#ffffff", width: 1.5 } },
    text: [text],
    textposition,
    textfont: { size: nameSize, color },
    hovertext: `${text}: (${rounded(point).join(", ")})`,
    hoverinfo: "text",
    cliponaxis: false,
  };
}

/** Both axes on one scale, with room for the labels. */
function layoutOf(ends: readonly [number, number][], title: string, xTitle: string, yTitle: string): object {
  const [xs, ys] = [ends.map(([x]) => x), ends.map(([, y]) => y)];
  const extents = [xs, ys].map((values) => [Math.min(...values), Math.max(...values)] as const);
  const pad = 0.15 * Math.max(...extents.map(([low, high]) => high - low)) || 1;
  const room = ([low, high]: readonly [number, number]): [number, number] => [low - pad, high + pad];
  return {
    ...baseLayout(title),
    height: 480,
    hovermode: "closest",
    xaxis: axis(xTitle, { range: room(extents[0]) }),
    yaxis: { ...axis(yTitle, { range: room(extents[1]) }), scaleanchor: "x" },
  };
}
