/** Whether a state dict fits a network. */
import { cut } from "../validate";
import type { ParameterShapes } from "./parameters";
import type { StateDict } from "./state-dict";

/**
 * Throws an error that names the first tensor that is missing, too many, of a wrong shape, or holds a NaN or an
 * infinity. PyTorch's `num_batches_tracked` counters may be there.
 * @param expected names and shapes
 * @param name of the file, for the error
 */
export function checkStateDict(state: StateDict, expected: ParameterShapes, name: string): void {
  const shapes = new Map(expected);
  checkPrefix(state, expected, name);
  for (const [tensor, shape] of shapes) {
    const entry = state.get(tensor);
    if (!entry)
      throw new Error(
        `${name} has no tensor ${tensor}; the network needs it, with the shape [${shape.join(", ")}].`,
      );
    if (entry.shape.length !== shape.length || entry.shape.some((size, i) => size !== shape[i])) {
      throw new Error(
        `${name}: tensor ${tensor} has the shape [${cut(entry.shape.join(", "))}]; it must be [${shape.join(", ")}].`,
      );
    }
    const bad = entry.data.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new Error(
        `${name}: tensor ${tensor} holds ${entry.data[bad]} at place ${bad}; all must be finite.`,
      );
  }
  for (const tensor of state.keys()) {
    if (!shapes.has(tensor) && !tensor.endsWith(".num_batches_tracked")) {
      throw new Error(`${name} has a tensor ${cut(tensor)}, which the network does not know.`);
    }
  }
}

/** What wrappers of PyTorch put before every name of a state dict. */
const WRAPPERS: readonly [prefix: string, wrapper: string][] = [
  ["module.", "torch.nn.DataParallel"],
  ["_orig_mod.", "torch.compile"],
];

/** Throws where all names are the network's but begin with something more: it is the same for all, and can be taken off. */
function checkPrefix(state: StateDict, expected: ParameterShapes, name: string): void {
  const names = [...state.keys()];
  const first = expected[0][0];
  const prefix = names.find((tensor) => tensor.endsWith(`.${first}`))?.slice(0, -first.length);
  if (prefix === undefined || !names.every((tensor) => tensor.startsWith(prefix))) return;
  const wrappers = WRAPPERS.filter(([start]) => prefix.includes(start)).map(([, wrapper]) => wrapper);
  const by = wrappers.length > 0 ? `, which is what ${wrappers.join(" and ")} put there` : "";
  throw new Error(
    `${name}: all its names begin with "${prefix}"${by}. Take it off, and save the state dict again: ` +
      `{k.removeprefix("${prefix}"): v for k, v in state.items()}`,
  );
}
