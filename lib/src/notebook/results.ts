/** How a cell shows a value of this library that stands in its last line: a figure as a figure, a tensor as its numbers. */
import { Tensor } from "@tensorflow/tfjs-core";
import { notebook } from "cfg-kernel";
import { isFigure } from "../plots/figure";
import { figureBundle } from "./show";

notebook()?.addFormatter((value) => {
  if (isFigure(value)) return figureBundle(value);
  if (value instanceof Tensor && !value.isDisposed) return { "text/plain": value.toString(true) };
  return undefined;
});
