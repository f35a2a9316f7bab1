/** The noise schedule as two curves, side by side. */
import { axis, baseLayout, type Figure } from "./figure";
import { lineTrace } from "./line-chart";

/**
 * What each step adds, beta, and what is left of the digit after it, alphaBar, over the timesteps.
 *
 * @example cfg.show(cfg.scheduleChart(cfg.linearSchedule()))
 */
export function scheduleChart(
  schedule: { betas: ArrayLike<number>; alphaBars: ArrayLike<number> },
  { title = "The noise schedule" }: { title?: string } = {},
): Figure {
  const { betas, alphaBars } = schedule;
  const t = Array.from(betas, (_, i) => i);
  return {
    data: [
      lineTrace({ name: "beta", x: t, y: betas }, 1),
      { ...lineTrace({ name: "alphaBar", x: t, y: alphaBars }, 0), xaxis: "x2", yaxis: "y2" },
    ],
    layout: {
      ...baseLayout(title),
      hovermode: "closest",
      xaxis: { ...axis("timestep t"), domain: [0, 0.42] },
      yaxis: { ...axis("beta (variance added)"), rangemode: "tozero" },
      xaxis2: { ...axis("timestep t"), domain: [0.58, 1], anchor: "y2" },
      yaxis2: { ...axis("alphaBar (share of variance left)"), range: [0, 1.02], anchor: "x2" },
    },
  };
}
