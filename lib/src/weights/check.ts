/** Whether a state dict fits a network. */
import type { ParameterShapes } from "../unet/parameters";
import type { StateDict } from "./safetensors";

/**
 * Throws an error that names the first tensor that is missing, too many, of a wrong shape, or holds a NaN or an
 * infinity. PyTorch's `num_batches_tracked` counters may be there.
 * @param expected names and shapes
 * @param name of the file, for the error
 */
export function checkStateDict(state: StateDict, expected: ParameterShapes, name: string): void {
  const shapes = new Map(expected);
  for (const [tensor, shape] of shapes) {
    const found = state.get(tensor);
    if (!found)
      throw new Error(
        `${name} has no tensor ${tensor}; the network needs it, with the shape [${shape.join(", ")}].`,
      );
    if (found.shape.length !== shape.length || found.shape.some((size, i) => size !== shape[i])) {
      throw new Error(
        `${name}: tensor ${tensor} has the shape [${found.shape.join(", ")}]; it must be [${shape.join(", ")}].`,
      );
    }
    const bad = found.data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new Error(
        `${name}: tensor ${tensor} holds ${found.data[bad]} at place ${bad}; all must be finite.`,
      );
  }
  for (const tensor of state.keys()) {
    if (!shapes.has(tensor) && !tensor.endsWith(".num_batches_tracked")) {
      throw new Error(`${name} has a tensor ${tensor}, which the network does not know.`);
    }
  }
}
