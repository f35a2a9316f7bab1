import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  barChart,
  guidanceLine,
  heatmap,
  histogram,
  lineChart,
  linearSchedule,
  lossChart,
  scheduleChart,
} from "cfg-lib";
import { type Figure, palette } from "cfg-lib/dist/plots/figure";
import { sliderFigure } from "cfg-lib/dist/plots/slider-figure";
import { everyFigure } from "./figures";

interface Trace {
  type: string;
  name: string;
  x: number[];
  y: number[];
  z: number[][];
  width: number;
  text: string[];
}

const traces = (figure: Figure): Trace[] => figure.data as Trace[];
const titles = { xTitle: "x (px)", yTitle: "y (s)" };

describe("every figure", () => {
  for (const [name, figure] of Object.entries(everyFigure())) {
    it(`${name}: is plain JSON, on white, with type of 16 or more, and names its axes`, () => {
      assert.deepEqual(JSON.parse(JSON.stringify(figure)), figure);
      const layout = figure.layout as Record<string, Record<string, unknown>>;
      assert.equal(layout.paper_bgcolor, "#ffffff");
      assert.ok((layout.height as unknown as number) <= 640);
      assert.ok((layout.margin.t as number) >= 36, "room for Plotly's buttons above the plot");
      const sizes = [...JSON.stringify(layout).matchAll(/"font":\{[^}]*"size":(\d+)/g)].map(([, size]) =>
        Number(size),
      );
      assert.ok(sizes.length > 0 && Math.min(...sizes) >= 16);
      for (const key of Object.keys(layout).filter((key) => /^[xy]axis/.test(key))) {
        assert.ok((layout[key].title as { text: string }).text.length > 0, key);
      }
    });
  }
});

describe("lineChart", () => {
  it("keeps the numbers, to six digits, and gives each curve a colour of its own", () => {
    const x = Float32Array.of(0, 1, 2);
    const series = palette.map((_, i) => ({ name: `curve ${i}`, x, y: Float32Array.of(0.1, i, 1 / 3) }));
    const drawn = traces(lineChart({ series, ...titles }));
    assert.deepEqual(drawn[2].x, [0, 1, 2]);
    assert.deepEqual(drawn[2].y, [0.1, 2, 0.333333]);
    const colours = drawn.map((trace) => (trace as unknown as { line: { color: string } }).line.color);
    assert.equal(new Set(colours).size, palette.length);
  });

  it("takes the ends of a logarithmic axis in plain numbers", () => {
    const figure = lineChart({
      series: [{ name: "loss", x: [1], y: [1] }],
      ...titles,
      logY: true,
      yRange: [0.01, 1],
      references: [{ name: "PyTorch", value: 0.1 }],
    });
    const { yaxis, showlegend } = figure.layout as { yaxis: { range: number[] }; showlegend: boolean };
    assert.deepEqual(yaxis.range, [-2, 0]);
    const reference = traces(figure).at(-1)!;
    assert.deepEqual([reference.name, reference.y, showlegend], ["PyTorch", [0.1, 0.1], true]);
  });

  it("writes 1, 2 and 5 of each power of ten on a logarithmic axis, more on a short one, the powers alone on a long one", () => {
    const ticks = (y: number[]) => {
      const series = [{ name: "loss", x: y.map((_, i) => i), y }];
      return (lineChart({ series, ...titles, logY: true }).layout as { yaxis: { tickvals: number[] } }).yaxis
        .tickvals;
    };
    assert.deepEqual(ticks([0.04, 0.9]), [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5]);
    assert.deepEqual(ticks([0.00002, 1]), [0.00001, 0.0001, 0.001, 0.01, 0.1, 1]);
    assert.ok(ticks([19, 39]).filter((tick) => tick >= 19 && tick <= 39).length >= 3);
  });

  it("says which series does not fit", () => {
    const draw = () => lineChart({ series: [{ name: "loss", x: [1, 2], y: [1] }], ...titles });
    assert.throws(draw, { name: "RangeError", message: /"loss" has 2 x and 1 y/ });
  });
});

describe("the labels of a lineChart", () => {
  /** The sides of the labels of one curve. */
  const sides = (x: number[], y: number[], labels: string[]): string[] => {
    const figure = lineChart({ series: [{ name: "n", x, y, labels }], yRange: [-1, 2], ...titles });
    return (traces(figure)[0] as unknown as { textposition: string[] }).textposition;
  };

  it("stand on the side on which no curve runs", () => {
    const x = [0, 0.98, 1, 1.02, 2];
    assert.equal(sides(x, [0, 0, 1, 0, 0], ["", "", "peak", "", ""])[2], "top center");
    assert.equal(sides(x, [1, 1, 0, 1, 1], ["", "", "valley", "", ""])[2], "bottom center");
    assert.equal(sides([0, 0, 0, 9], [0, 1, 2, 2], ["", "wall", "", ""])[1], "middle right");
  });

  it("keep clear of other curves, of lines to compare with, and of each other", () => {
    const curve = { name: "a", x: [0, 1, 2], y: [1, 1, 1] };
    const labels = ["", "here", ""];
    const above = { name: "b", x: [0, 2], y: [1.12, 1.12] };
    const side = (options: object): string => {
      const figure = lineChart({ series: [{ ...curve, labels }], yRange: [0, 2], ...titles, ...options });
      return (traces(figure)[0] as unknown as { textposition: string[] }).textposition[1];
    };
    assert.equal(side({}), "top center");
    assert.equal(side({ series: [{ ...curve, labels }, above] }), "bottom center");
    assert.equal(side({ references: [{ name: "floor", value: 1.12 }] }), "bottom center");
    const [one, other] = sides([0, 0.01, 2], [1, 1, 0], ["one", "other", ""]);
    assert.notEqual(one, other);
  });

  it("are placed though a number is missing or cannot stand on a logarithmic axis", () => {
    const series = [{ name: "n", x: [0, 1, 2, 3], y: [NaN, 0, 1, 10], labels: ["a", "b", "c", "d"] }];
    const [trace] = traces(lineChart({ series, ...titles, logY: true }));
    assert.equal((trace as unknown as { textposition: string[] }).textposition.length, 4);
  });
});

describe("lossChart", () => {
  it("draws each loss, and the mean of each and those before it", () => {
    const [each, mean] = traces(lossChart([4, 2, 3, 7], { smoothed: 2 }));
    assert.deepEqual(each.x, [1, 2, 3, 4]);
    assert.deepEqual(each.y, [4, 2, 3, 7]);
    assert.deepEqual(mean.y, [4, 3, 2.5, 5]);
  });

  it("keeps its width while a run goes on", () => {
    const { xaxis } = lossChart([1], { totalSteps: 60 }).layout as { xaxis: { range: number[] } };
    assert.deepEqual(xaxis.range, [0, 60]);
  });
});

describe("lossChart with epochs", () => {
  it("marks the end of each epoch that is over, within the steps to come", () => {
    const { shapes, annotations } = lossChart([3, 2, 1], { batchesPerEpoch: 2, totalSteps: 5 }).layout as {
      shapes: { x0: number }[];
      annotations: { text: string; x: number }[];
    };
    assert.deepEqual(
      shapes.map(({ x0 }) => x0),
      [2, 4],
    );
    assert.deepEqual(
      annotations.map(({ text, x }) => [text, x]),
      [
        ["epoch 1", 2],
        ["epoch 2", 4],
      ],
    );
    assert.throws(() => lossChart([1], { batchesPerEpoch: 0 }), /batchesPerEpoch is 0/);
  });

  it("draws a run that has not begun", () => {
    assert.deepEqual(traces(lossChart([], { batchesPerEpoch: 2 }))[0].y, []);
  });
});

describe("scheduleChart", () => {
  it("draws beta and alphaBar over every timestep", () => {
    const schedule = linearSchedule({ timesteps: 300 });
    const [beta, alphaBar] = traces(scheduleChart(schedule));
    assert.equal(beta.x.length, 300);
    assert.equal(beta.y[0], 0.0001);
    assert.equal(beta.y[299], 0.02);
    assert.ok(Math.abs(alphaBar.y[299] - schedule.alphaBars[299]) < 1e-6);
  });
});

describe("heatmap", () => {
  const names = { ...titles, colourTitle: "value" };
  it("is white at 0 where the numbers have both signs, and of one colour scale where they have not", () => {
    const [both] = heatmap([[-1, 2]], names).data as { zmid?: number }[];
    const [one] = heatmap([[1, 2]], names).data as { zmid?: number }[];
    assert.equal(both.zmid, 0);
    assert.equal(one.zmid, undefined);
  });

  it("writes the numbers into the cells of a small table, and of a large one when asked", () => {
    const large = Array.from({ length: 20 }, () => [1, 2]);
    const template = (figure: Figure) => (figure.data as { texttemplate?: string }[])[0].texttemplate;
    assert.equal(template(heatmap([[1, 2]], names)), "%{z}");
    assert.equal(template(heatmap([[1, 2]], { ...names, numbers: false })), undefined);
    assert.equal(template(heatmap(large, names)), undefined);
    assert.equal(template(heatmap(large, { ...names, numbers: true })), "%{z}");
  });

  it("refuses rows of different lengths and names that do not fit", () => {
    assert.throws(() => heatmap([[1, 2], [1]], names), { name: "RangeError", message: /Row 1 holds 1.*2/ });
    assert.throws(() => heatmap([[1, 2]], { ...names, y: ["a", "b"] }), /y holds 2 values.*1/);
  });
});

describe("histogram", () => {
  it("counts every number once, also the largest", () => {
    const [bars] = traces(
      histogram({ series: [{ name: "n", values: [0, 1, 2, 3, 4] }], xTitle: "n", bins: 4 }),
    );
    assert.deepEqual(bars.y, [1, 1, 1, 2]);
    assert.deepEqual(bars.x, [0.5, 1.5, 2.5, 3.5]);
  });

  it("has the area 1 as a density", () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i));
    const [bars] = traces(histogram({ series: [{ name: "n", values }], xTitle: "n", density: true }));
    const area = bars.y.reduce((sum, y) => sum + y * bars.width, 0);
    assert.ok(Math.abs(area - 1) < 1e-4, `${area}`);
  });

  it("draws numbers that are all the same, and refuses none", () => {
    const draw = (values: number[]) => histogram({ series: [{ name: "n", values }], xTitle: "n", bins: 3 });
    assert.equal(
      traces(draw([2, 2]))[0].y.reduce((sum, y) => sum + y),
      2,
    );
    assert.throws(() => draw([]), { name: "RangeError", message: /no numbers/ });
    assert.throws(() => draw([NaN]), { name: "RangeError", message: /no numbers/ });
  });

  it("leaves out what is no number, and refuses an empty range", () => {
    const series = [{ name: "n", values: [0, NaN, Infinity, 1] }];
    assert.deepEqual(traces(histogram({ series, xTitle: "n", bins: 2 }))[0].y, [1, 1]);
    const draw = () => histogram({ series, xTitle: "n", range: [1, 0] });
    assert.throws(draw, { name: "RangeError", message: /range is \[1, 0\]/ });
  });
});

describe("barChart", () => {
  it("writes whole numbers in full, and others with four digits", () => {
    const [bars] = traces(barChart({ labels: ["a", "b"], values: [3350721, 92.4321], ...titles }));
    assert.deepEqual(bars.text, ["3,350,721", "92.43"]);
  });

  it("writes two digits beside an interval, and draws a value to compare with", () => {
    const figure = barChart({
      labels: ["a"],
      series: [{ name: "distance", values: [4.777], low: [3.4], high: [6.2] }],
      references: [{ name: "real digits", value: 2.33 }],
      ...titles,
    });
    assert.deepEqual(traces(figure)[0].text, ["4.8"]);
    const { shapes, showlegend } = figure.layout as { shapes: { y0: number }[]; showlegend: boolean };
    assert.deepEqual([shapes[0].y0, showlegend], [2.33, true]);
  });

  it("lays the bars on their side where the labels would be turned", () => {
    const wide = (count: number) => Array.from({ length: count }, (_, i) => `label_number_${i}`);
    const draw = (labels: string[], options = {}) =>
      barChart({
        labels,
        values: labels.map((_, i) => i),
        references: [{ name: "floor", value: 3 }],
        ...titles,
        ...options,
      });
    const [bars] = traces(draw(wide(10)));
    assert.deepEqual([bars.x[2], bars.y[2]], [2, "label_number_2"]);
    const { xaxis, yaxis, shapes } = draw(wide(10)).layout as {
      xaxis: { title: { text: string } };
      yaxis: { title: { text: string }; autorange: string };
      shapes: { x0: number; x1: number }[];
    };
    assert.deepEqual([xaxis.title.text, yaxis.title.text], [titles.yTitle, titles.xTitle]);
    assert.equal(yaxis.autorange, "reversed", "the first label is the uppermost");
    assert.deepEqual([shapes[0].x0, shapes[0].x1], [3, 3]);
    assert.deepEqual(traces(draw(["a", "b"]))[0].x, ["a", "b"]);
    assert.deepEqual(traces(draw(["a", "b"], { horizontal: true }))[0].x, [0, 1]);
    assert.deepEqual(traces(draw(wide(10), { horizontal: false }))[0].x, wide(10));
  });

  it("refuses values that do not fit the labels", () => {
    assert.throws(() => barChart({ labels: ["a"], values: [1, 2], ...titles }), /2 values.*1 labels/);
    assert.throws(() => barChart({ labels: ["a"], ...titles }), /no bars/);
  });
});

describe("sliderFigure", () => {
  const one = (y: number) =>
    lineChart({ series: [{ name: "n", x: [0], y: [y] }], ...titles, title: `y = ${y}` });

  it("has one frame for each figure, and starts with the one asked for", () => {
    const figure = sliderFigure(
      [1, 2, 3].map((y) => ({ label: `${y}`, figure: one(y) })),
      { sliderTitle: "y", start: 1 },
    );
    assert.deepEqual(traces(figure)[0].y, [2]);
    const frames = figure.frames as { name: string; data: Trace[] }[];
    assert.deepEqual(
      frames.map(({ data }) => data[0].y),
      [[1], [2], [3]],
    );
    const { sliders } = figure.layout as {
      sliders: { active: number; steps: { label: string; args: [string[]] }[] }[];
    };
    assert.equal(sliders[0].active, 1);
    assert.deepEqual(
      sliders[0].steps.map(({ args }) => args[0][0]),
      frames.map(({ name }) => name),
    );
  });

  it("takes figures that name neither height nor margins", () => {
    const plain = { data: [{ type: "pie", values: [1, 2] }], layout: {} };
    const { height, margin } = sliderFigure([{ label: "a", figure: plain }], { sliderTitle: "y" }).layout as {
      height: number;
      margin: { b: number };
    };
    assert.ok(height > 450 && margin.b > 80, `${height}, ${margin.b}`);
  });

  it("refuses no frames, a start that is none, and figures of different kinds", () => {
    const frames = [{ label: "1", figure: one(1) }];
    assert.throws(() => sliderFigure([], { sliderTitle: "y" }), /no frames/);
    assert.throws(() => sliderFigure(frames, { sliderTitle: "y", start: 1 }), /start is 1/);
    const two = { label: "2", figure: { data: [{}, {}], layout: {} } };
    assert.throws(() => sliderFigure([...frames, two], { sliderTitle: "y" }), /Frame 1 has 2 traces.*1/);
  });
});

describe("guidanceLine", () => {
  const guidedAt = (label: string): [number, number] => {
    const figure = guidanceLine({ uncond: [0.2, 1], cond: [0.8, 0.6], scales: [-1, 0, 1, 2, 10] });
    const frames = figure.frames as { data: Trace[] }[];
    const guided = frames.map(({ data }) => data.at(-1)!).find(({ text }) => text[0] === `w = ${label}`)!;
    return [guided.x[0], guided.y[0]];
  };

  it("is at eps_u for w = 0, at eps_c for w = 1, as far again for w = 2, and beyond eps_u for w = -1", () => {
    assert.deepEqual(guidedAt("0"), [0.2, 1]);
    assert.deepEqual(guidedAt("1"), [0.8, 0.6]);
    assert.deepEqual(guidedAt("2"), [1.4, 0.2]);
    assert.deepEqual(guidedAt("-1"), [-0.4, 1.4]);
    assert.deepEqual(guidedAt("10"), [6.2, -3]);
  });

  it("writes the formula with the scale and the guided point above each frame", () => {
    const figure = guidanceLine({ uncond: [0.2, 1], cond: [0.8, 0.6], scales: [0, 2] });
    const frames = figure.frames as { layout: { title: { text: string } } }[];
    const written = frames.map(({ layout }) => layout.title.text.replace(/<[^>]*>/g, ""));
    assert.deepEqual(written, [
      "eps = epsu + 0 (epsc − epsu) = (0.2, 1)",
      "eps = epsu + 2 (epsc − epsu) = (1.4, 0.2)",
    ]);
  });

  it("refuses a prediction that is not of two numbers, and no scales", () => {
    assert.throws(() => guidanceLine({ uncond: [NaN, 1], cond: [0, 0] }), /a prediction is NaN/);
    assert.throws(
      () => guidanceLine({ uncond: [0, 1, 2], cond: [0, 0] }),
      /uncond has the shape \[3\].*\[2\]/,
    );
    assert.throws(() => guidanceLine({ uncond: [0, 1], cond: [] }), /cond has the shape \[0\].*\[2\]/);
    assert.throws(() => guidanceLine({ uncond: [0, 1], cond: [0, 0], scales: [] }), /no scales/);
  });
});
