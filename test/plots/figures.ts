/** One figure of every kind, as a notebook would make it. */
import {
  barChart,
  digitGrid,
  guidanceLine,
  heatmap,
  histogram,
  lineChart,
  linearSchedule,
  lossChart,
  scheduleChart,
} from "cfg-lib";
import type { Figure } from "cfg-lib/dist/plots/figure";
import { sliderFigure } from "cfg-lib/dist/plots/slider-figure";

/** Digits that can be told apart: the i-th is a bar, i pixels from the left. */
function bars(count: number): Float32Array {
  return Float32Array.from({ length: count * 1024 }, (_, p) =>
    p % 32 === Math.floor(p / 1024) % 32 ? 1 : -1,
  );
}

export function everyFigure(): Record<string, Figure> {
  const steps = Array.from({ length: 60 }, (_, i) => i + 1);
  const columnLabels = Array.from("0123456789");
  const grid = (title: string): Figure =>
    digitGrid(bars(10), { rows: 1, columnLabels, xTitle: "digit", rowLabels: ["2"], yTitle: "w", title });
  return {
    digitGrid: digitGrid(bars(50), {
      title: "The same noise down each column",
      rowLabels: ["0", "1", "2", "3", "4"],
      yTitle: "guidance scale w",
      columnLabels,
      xTitle: "digit asked for",
      hover: (row, column) => `digit ${column}, w = ${row}, seed 5`,
    }),
    lineChart: lineChart({
      title: "Two curves",
      xTitle: "timestep t",
      yTitle: "share of the variance",
      series: [
        { name: "one", x: steps, y: steps.map(Math.sin) },
        { name: "two", x: steps, y: steps.map(Math.cos), dash: "dash" },
      ],
      references: [{ name: "half", value: 0.5 }],
    }),
    labelledChart: lineChart({
      title: "A curve that turns, with names at its places",
      xTitle: "recall (share)",
      yTitle: "precision (share)",
      series: [
        {
          name: "one",
          x: [0.1, 0.12, 0.15, 0.4, 0.9, 0.95, 0.94],
          y: [0.7, 0.8, 0.9, 0.95, 0.94, 0.8, 0.6],
          mode: "lines+markers",
          labels: ["w = 12", "", "w = 6", "w = 4", "", "w = 2", "w = 1"],
        },
        { name: "two", x: [0, 0.5, 1], y: [0.6, 0.75, 0.7], labels: ["", "middle", ""] },
      ],
    }),
    lossChart: lossChart(
      steps.map((step) => 1 / step),
      { title: "Training", logY: true, reference: { name: "PyTorch", value: 0.1 }, totalSteps: 60 },
    ),
    scheduleChart: scheduleChart(linearSchedule()),
    heatmap: heatmap(
      Array.from({ length: 11 }, (_, y) => Array.from({ length: 32 }, (_, x) => Math.sin(x * y))),
      { title: "One row for each label", xTitle: "number (0 to 31)", yTitle: "label", colourTitle: "value" },
    ),
    histogram: histogram({
      title: "Sines",
      series: [{ name: "sine", values: steps.map(Math.sin) }],
      xTitle: "value (no unit)",
      density: true,
      lines: [{ name: "even", x: [-1, 1], y: [0.5, 0.5] }],
    }),
    barChart: barChart({
      title: "Right digits",
      labels: ["0", "1", "2"],
      series: [
        { name: "plain", values: [10.2, 69, 92.4] },
        { name: "EMA", values: [9.8, 95.2, 100] },
      ],
      xTitle: "guidance scale w",
      yTitle: "right digits (%)",
    }),
    longBarChart: barChart({
      title: "Names that do not fit side by side",
      labels: Array.from({ length: 12 }, (_, i) => `a long name, number ${i}`),
      values: Array.from({ length: 12 }, (_, i) => 12345 * i),
      xTitle: "part of the network",
      yTitle: "learned numbers (count)",
    }),
    sliderFigure: sliderFigure(
      ["0", "1", "2"].map((label) => ({ label, figure: grid(`w = ${label}`) })),
      { sliderTitle: "guidance scale w", start: 1 },
    ),
    guidanceLine: guidanceLine({ uncond: [0.2, 1], cond: [0.8, 0.6] }),
  };
}
