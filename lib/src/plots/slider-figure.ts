/** Several figures in one place, and a slider that chooses. */
import { checkInteger } from "../validate";
import { type Figure, fontSize } from "./figure";

/** Options of {@link sliderFigure}. */
export interface SliderFigureOptions {
  /** What the slider changes: "guidance scale w". */
  sliderTitle: string;
  /** Index of the figure that is shown first. */
  start?: number;
}

/**
 * A slider over figures that were computed before; it works without the kernel, in a saved notebook too.
 *
 * @example
 * const frames = [0, 1].map((i) => ({ label: String(i), figure: cfg.digitGrid(pick(mnist, [i])) }));
 * cfg.show(cfg.sliderFigure(frames, { sliderTitle: "number in the test set" }));
 *
 * @param frames figures of one kind, with as many traces and the same size; axes stay as in the figure shown first
 * @throws RangeError when there is no figure, or when one has another number of traces
 */
export function sliderFigure(
  frames: readonly { label: string; figure: Figure }[],
  { sliderTitle, start = 0 }: SliderFigureOptions,
): Figure {
  if (frames.length === 0) throw new RangeError("There are no frames to slide over; give at least one.");
  checkInteger("start", start, 0, frames.length - 1);
  const shown = frames[start].figure;
  frames.forEach(({ figure }, i) => {
    if (figure.data.length !== shown.data.length) {
      throw new RangeError(
        `Frame ${i} has ${figure.data.length} traces; the first one shown has ${shown.data.length}.`,
      );
    }
  });
  const { height = 450, margin = {} } = shown.layout as { height?: number; margin?: { b?: number } };
  const { b: bottom = 80 } = margin;
  const slider = 96;
  return {
    data: shown.data,
    layout: {
      ...shown.layout,
      height: height + slider,
      margin: { ...margin, b: bottom + slider },
      sliders: [
        {
          active: start,
          x: 0,
          len: 1,
          y: 0,
          yanchor: "top",
          pad: { t: bottom, b: 8 },
          currentvalue: { prefix: `${sliderTitle}: `, font: { size: fontSize + 2 } },
          steps: frames.map(({ label }, i) => ({
            label,
            method: "animate",
            args: [
              [String(i)],
              { mode: "immediate", frame: { duration: 0, redraw: true }, transition: { duration: 0 } },
            ],
          })),
        },
      ],
    },
    frames: frames.map(({ figure }, i) => {
      const { title } = figure.layout as { title?: object };
      return { name: String(i), data: figure.data, ...(title ? { layout: { title } } : {}) };
    }),
  };
}
