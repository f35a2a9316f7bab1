/** What the guidance scale does, in two dimensions. */
import { checkNumber } from "../validate";
import { axis, baseLayout, type Figure, grey, palette, rounded } from "./figure";
import { sliderFigure } from "./slider-figure";

/** Options of {@link guidanceLine}. */
export interface GuidanceLineOptions {
  /** The two predictions: without a label, eps_u, and with one, eps_c. */
  uncond: readonly [number, number];
  cond: readonly [number, number];
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
 * @example show(guidanceLine({ uncond: [0.2, 1], cond: [0.8, 0.6], scales: [-1, 0, 1, 2, 4, 10] }))
 *
 * @throws RangeError when a number is not finite, or there are no scales
 */
export function guidanceLine(options: GuidanceLineOptions): Figure {
  const {
    uncond,
    cond,
    scales = [-1, -0.5, 0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    title,
    xTitle = "predicted noise at pixel 1 (no unit)",
    yTitle = "predicted noise at pixel 2 (no unit)",
  } = options;
  [...uncond, ...cond].forEach((value) => checkNumber("a prediction", value));
  scales.forEach((scale) => checkNumber("a guidance scale", scale));
  if (scales.length === 0) throw new RangeError("There are no scales; give at least one.");
  const at = (w: number): [number, number] => [
    uncond[0] + w * (cond[0] - uncond[0]),
    uncond[1] + w * (cond[1] - uncond[1]),
  ];
  const sides = besideLine(cond[0] - uncond[0], cond[1] - uncond[1]);
  const ends = [at(Math.min(0, ...scales)), at(Math.max(1, ...scales))];
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
        named(uncond, "eps<sub>u</sub>, no label", palette[0], "circle", sides.uncond),
        named(cond, "eps<sub>c</sub>, with label", palette[2], "square", sides.cond),
        named(guided, `w = ${w}`, palette[1], "diamond", sides.guided),
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

/** Where the names of the points lie clear of the line and of each other, by the line's direction. */
function besideLine(dx: number, dy: number): { uncond: string; cond: string; guided: string } {
  if (Math.abs(dy) < 0.3 * Math.abs(dx)) {
    const [u, c] = dx > 0 ? ["left", "right"] : ["right", "left"];
    return { uncond: `top ${u}`, cond: `top ${c}`, guided: "bottom center" };
  }
  if (Math.abs(dx) < 0.3 * Math.abs(dy))
    return { uncond: "middle right", cond: "middle right", guided: "middle left" };
  const falls = dx * dy < 0;
  const [upper, lower] = falls ? ["top right", "middle right"] : ["top left", "middle left"];
  return {
    uncond: dy < 0 ? upper : lower,
    cond: dy < 0 ? lower : upper,
    guided: falls ? "bottom left" : "bottom right",
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
    textfont: { size: 18, color },
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
