import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as tf from "@tensorflow/tfjs-core";
import { digitGrid, type Samples } from "cfg-lib";
import type { Figure } from "cfg-lib/dist/plots/figure";
import { decode } from "fast-png";

interface Grid {
  source: string;
  x0: number;
  dx: number;
  y0: number;
  dy: number;
  hovertext: string[][];
}

interface Axis {
  range: [number, number];
  tickvals: number[];
  ticktext: string[];
  title?: { text: string };
}

interface Layout {
  width: number;
  height: number;
  margin: { l: number; r: number; t: number; b: number };
  xaxis: Axis;
  yaxis: Axis;
}

const layoutOf = (figure: Figure): Layout => figure.layout as Layout;

/** The picture's bytes, and one pixel of one digit in it, found through the axes as Plotly finds it. */
function drawn(figure: Figure, size: number) {
  const [image] = figure.data as Grid[];
  const png = decode(Buffer.from(image.source.replace("data:image/png;base64,", ""), "base64"));
  const at = (x: number, y: number): number =>
    png.data[Math.round((y - image.y0) / image.dy) * png.width + Math.round((x - image.x0) / image.dx)];
  const pixel = (row: number, column: number, y: number, x: number): number => {
    const step = 1 / (size + 1);
    return at(column + (x - (size - 1) / 2) * step, row + (y - (size - 1) / 2) * step);
  };
  return { png, pixel };
}

/** Six digits of 4 x 4 pixels, each pixel another number. */
const six = Float32Array.from({ length: 6 * 16 }, (_, i) => i / 48 - 1);
const byte = (value: number): number => Math.round(((value + 1) / 2) * 255);

describe("digitGrid", () => {
  it("draws every pixel of every digit in its place, -1 black and 1 white", () => {
    const { pixel } = drawn(digitGrid(six, { rows: 2, columns: 3, size: 4 }), 4);
    for (let i = 0; i < six.length; i++) {
      const [digit, y, x] = [Math.floor(i / 16), Math.floor(i / 4) % 4, i % 4];
      assert.equal(pixel(Math.floor(digit / 3), digit % 3, y, x), byte(six[i]), `pixel ${i}`);
    }
  });

  it("takes a list of digits as it takes them one after the other", () => {
    const list = Array.from({ length: 6 }, (_, i) => six.subarray(16 * i, 16 * (i + 1)));
    assert.deepEqual(digitGrid(list, { columns: 3, size: 4 }), digitGrid(six, { columns: 3, size: 4 }));
  });

  it("takes what sample returns as it takes its images, with the size that its shape says", () => {
    const samples: Samples = { images: six, shape: [6, 4, 4, 1] };
    assert.deepEqual(digitGrid(samples, { columns: 3 }), digitGrid(six, { columns: 3, size: 4 }));
    const batch = { images: new Float32Array(2 * 1024), labels: [3, 4] };
    assert.deepEqual(digitGrid(batch), digitGrid(batch.images), "and what a loader gives, without a shape");
  });

  it("draws bytes as they are", () => {
    const bytes = Uint8Array.from({ length: 16 }, (_, i) => 17 * i);
    const { pixel } = drawn(digitGrid(bytes, { size: 4 }), 4);
    for (let i = 0; i < 16; i++) assert.equal(pixel(0, 0, Math.floor(i / 4), i % 4), 17 * i);
  });

  it("cuts off what lies outside the range, and stretches another range", () => {
    const values = [-9, -1, 0, 9];
    const clipped = drawn(digitGrid(Float32Array.from(values), { size: 2 }), 2).png;
    const stretched = drawn(digitGrid(Float32Array.from(values), { size: 2, range: [-9, 9] }), 2).png;
    const inside = ({ data }: { data: ArrayLike<number> }) => [data[5], data[6], data[9], data[10]];
    assert.deepEqual(inside(clipped), [0, 0, 128, 255]);
    assert.deepEqual(inside(stretched), [0, Math.round((8 / 18) * 255), 128, 255]);
  });

  it("leaves a digit that is null or still missing light grey, with a thin line around each", () => {
    const black = new Float32Array(16).fill(-1);
    const { png, pixel } = drawn(digitGrid([black, null], { rows: 1, columns: 3, size: 4 }), 4);
    assert.equal(png.width, 16);
    assert.equal(png.height, 6);
    const row = Array.from(png.data.subarray(16, 32));
    const grey = pixel(0, 1, 0, 0);
    assert.ok(grey > 200 && grey < 240);
    const [e, g, k] = [png.data[0], grey, 0];
    assert.deepEqual(row, [e, k, k, k, k, e, g, g, g, g, e, g, g, g, g, e]);
    assert.ok(Array.from(png.data.subarray(0, 16)).every((value) => value === e));
  });

  it("draws an edge around an all-white digit, an all-black one and a missing one", () => {
    const [white, black] = [1, -1].map((value) => new Float32Array(16).fill(value));
    const { png, pixel } = drawn(digitGrid([white, black, null], { size: 4 }), 4);
    const edge = png.data[0];
    for (const tile of [0, 1, 2])
      assert.ok(Math.abs(pixel(0, tile, 0, 0) - edge) > 50, `${pixel(0, tile, 0, 0)}, edge ${edge}`);
    assert.ok(255 - edge > 80, "the edge is seen on the white page");
  });

  it("keeps the buttons above the digits, with a title and without", () => {
    for (const title of ["w = 2", undefined])
      assert.ok(layoutOf(digitGrid(six, { size: 4, title })).margin.t >= 36);
  });

  it("puts labels at the middle of rows and columns, and says for each digit what it is", () => {
    const figure = digitGrid(six, {
      size: 4,
      rowLabels: ["0", "1"],
      yTitle: "guidance scale w",
      columnLabels: ["a", "b", "c"],
      xTitle: "digit",
      hover: (row, column) => `w = ${row}, digit ${column}`,
    });
    const { xaxis, yaxis } = layoutOf(figure);
    assert.deepEqual(
      [xaxis.tickvals, xaxis.ticktext],
      [
        [0, 1, 2],
        ["a", "b", "c"],
      ],
    );
    assert.deepEqual(
      [yaxis.tickvals, yaxis.ticktext],
      [
        [0, 1],
        ["0", "1"],
      ],
    );
    assert.equal(yaxis.title?.text, "guidance scale w");
    assert.deepEqual((figure.data[1] as Grid).hovertext, [
      ["w = 0, digit 0", "w = 0, digit 1", "w = 0, digit 2"],
      ["w = 1, digit 0", "w = 1, digit 1", "w = 1, digit 2"],
    ]);
  });

  it("is as large as its digits, with square pixels, however long the labels are", () => {
    for (const rowLabels of [
      ["0", "1"],
      ["the noisy digit", "what the network makes of it"],
    ]) {
      const { width, height, margin, xaxis, yaxis } = layoutOf(
        digitGrid(six, { size: 4, rowLabels, columns: 3 }),
      );
      const perUnitX = (width - margin.l - margin.r) / (xaxis.range[1] - xaxis.range[0]);
      const perUnitY = (height - margin.t - margin.b) / (yaxis.range[0] - yaxis.range[1]);
      assert.ok(Math.abs(perUnitX / perUnitY - 1) < 0.01, `${perUnitX} ${perUnitY}`);
    }
  });

  it("draws a 5 x 10 grid large enough to read, within the width of a notebook, in less than 40 kB", () => {
    const figure = digitGrid(new Float32Array(50 * 32 * 32), { rows: 5, columns: 10, title: "w" });
    const { width, height } = layoutOf(figure);
    assert.ok(width > 700 && width <= 960, `${width}`);
    assert.ok(height > 350 && height < 560, `${height}`);
    assert.ok(JSON.stringify(figure).length < 40_000);
  });

  it("stays within the width of a notebook when the labels are long", () => {
    const images = new Float32Array(20 * 1024);
    const rowLabels = ["w = 1, as the network was trained", "w = 2"];
    const { width } = layoutOf(digitGrid(images, { rowLabels, columns: 10, yTitle: "guidance scale w" }));
    assert.ok(width <= 920, `${width}`);
  });

  it("says what does not fit", () => {
    const cases: [() => Figure, RegExp][] = [
      [
        () => digitGrid({ images: six, shape: [6, 4, 2, 1] }),
        /images has the shape \[6, 4, 2, 1\]; it must be \[6, 4, 4, 1\]/,
      ],
      [
        () => digitGrid({ images: six, shape: [5, 4, 4, 1] }),
        /images has the shape \[5, 4, 4, 1\]; it must be \[6, 4, 4, 1\]/,
      ],
      [() => digitGrid(new Float32Array(1000)), /images holds 1000 numbers.*32 x 32 = 1024/],
      [() => digitGrid([new Float32Array(5)], { size: 4 }), /images\[0\] holds 5 numbers.*16/],
      [() => digitGrid(six, { rows: 1, columns: 3, size: 4 }), /6 digits.*1 x 3 holds 3/],
      [() => digitGrid(six, { columns: 3, size: 4, columnLabels: ["a"] }), /columnLabels holds 1 labels.*3/],
      [() => digitGrid(six, { columns: 2.5, size: 4 }), /columns is 2\.5/],
      [() => digitGrid(six, { size: 4, range: [1, 1] }), /range is \[1, 1\]/],
      [() => digitGrid(Float32Array.of(NaN), { size: 1 }), /digit 0 has a pixel that is NaN/],
    ];
    for (const [draw, message] of cases) assert.throws(draw, { name: "RangeError", message });
  });

  it("says what it takes where it is given something else", () => {
    const tensor = tf.tensor4d(six, [6, 4, 4, 1]);
    for (const [value, words] of [
      [tensor, "a Tensor"],
      [{ pictures: six }, "an object with pictures"],
      [undefined, "undefined"],
      [null, "null"],
      [7, "7"],
    ] as const)
      assert.throws(() => digitGrid(value as never), {
        name: "TypeError",
        message: `digitGrid takes what sample returns, an array of pixels (a tensor's dataSync()) or a list of such arrays; it was given ${words}.`,
      });
  });
});
