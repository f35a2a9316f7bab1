/** A network's numbers outside of the engine. */

/** A tensor with PyTorch's layout. */
export interface StateTensor {
  shape: number[];
  data: Float32Array;
}

/** Tensors by name, in the order of PyTorch's `state_dict`. */
export type StateDict = Map<string, StateTensor>;
