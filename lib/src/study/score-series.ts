/** A study's points as a curve with intervals. */
import type { Measured } from "../measures/intervals";
import type { Measure, Score } from "../measures/score";
import type { LineSeries } from "../plots/line-chart";

/** A point of a study, as far as a curve needs it. */
interface Scored {
  settings: { scale: number; steps: number };
  score: Score;
}

/** Options of {@link scoreSeries}. */
export interface ScoreSeriesOptions extends Pick<LineSeries, "name" | "colour" | "dash"> {
  points: readonly Scored[];
  /** What stands on the axis across: the guidance scale unless given. */
  x?: (point: Scored) => number;
  /** What stands on the axis upwards: a measure, or what is made of the score. A bar is drawn where it has an interval. */
  y: Exclude<Measure, "nearest"> | ((score: Score) => Measured | number);
}

/**
 * The curve for a `lineChart`.
 * @example
 * const points = cfg.pointsOf(cfg.shippedStudy(), { weights: "seed" });
 * const series = cfg.scoreSeries({ name: "seed", points, y: "accuracy" });
 */
export function scoreSeries({
  points,
  x = ({ settings }) => settings.scale,
  y,
  ...look
}: ScoreSeriesOptions): LineSeries {
  const measured = points.map(({ score }): Measured => {
    const value = typeof y === "string" ? score[y] : y(score);
    return typeof value === "number" ? { value } : value;
  });
  return {
    ...look,
    mode: "lines+markers",
    x: points.map(x),
    y: measured.map(({ value }) => value),
    ...(measured.some(({ low }) => low !== undefined) && {
      low: measured.map(({ value, low = value }) => low),
      high: measured.map(({ value, high = value }) => high),
    }),
    hover: points.map(
      ({ settings, score }, i) =>
        `${look.name}: ${Number(measured[i].value.toPrecision(4))}<br>` +
        `w = ${settings.scale}, ${settings.steps} steps, ${score.n} digits`,
    ),
  };
}
