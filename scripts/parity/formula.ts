/** The formula behind every weight, input and noise value of the golden files (test/golden/README.md). */
import { seedUnet, unetShapes, type StateDict, type UnetDescription } from "cfg-lib";

/** Numbers in [0, 1) from integers, exact in doubles: u(n, k)[i]. */
function unit(n: number, k: number, salt: number): Float64Array {
  const shift = 104729n * BigInt(k + salt);
  return Float64Array.from({ length: n }, (_, i) => {
    const index = BigInt(i);
    return Number((31n * index * index + 618033n * index + shift) % 1000003n) / 1000003;
  });
}

/** noise(shape, k) = sqrt(3) (2u - 1): zero mean, unit variance, in [-sqrt(3), sqrt(3)). */
export function formulaNoise(n: number, k: number, salt: number): Float64Array {
  return unit(n, k, salt).map((u) => Math.sqrt(3) * (2 * u - 1));
}

/** The weights by formula of a U-Net of this form, in PyTorch's names and layouts. */
export function formulaStateDict(salt: number, description: UnetDescription = seedUnet): StateDict {
  const shapes = new Map(unetShapes(description));
  const state: StateDict = new Map();
  for (const [k, [name, shape]] of [...shapes].entries()) {
    const u = unit(
      shape.reduce((a, b) => a * b, 1),
      k,
      salt,
    );
    state.set(name, { shape: [...shape], data: Float32Array.from(u, valueOf(name, shapes)) });
  }
  return state;
}

function valueOf(name: string, shapes: Map<string, readonly number[]>): (u: number) => number {
  if (name.endsWith("running_var")) return (u) => 1 + 0.5 * u;
  if (/\.bn\d\.weight$/.test(name)) return (u) => 1 + 0.1 * (2 * u - 1);
  if (/\.bn\d\./.test(name)) return (u) => 0.1 * (2 * u - 1);
  if (name === "label_embedding.weight") return (u) => 2 * u - 1;
  const weight = shapes.get(name.replace(/bias$/, "weight"))!;
  const fan = name.startsWith("up_trans") ? 4 * weight[0] : weight.slice(1).reduce((a, b) => a * b, 1);
  return (u) => (2 * u - 1) / Math.sqrt(fan);
}
