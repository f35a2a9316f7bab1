/** How a timestep becomes a vector (Vaswani et al., arXiv 1706.03762, section 3.5; used by DDPM, arXiv 2006.11239). */
import * as tf from "@tensorflow/tfjs-core";

/**
 * Sines and cosines of t at falling frequencies, interleaved: [sin(t), cos(t), sin(t f), cos(t f), ...] with
 * f = 10000^(-2 / dim).
 * @param timesteps n timesteps
 * @param dim even width
 * @returns [n, dim]
 * @example
 * cfg.sinusoidalEmbedding([0], 4).dataSync() // [0, 1, 0, 1]
 */
export function sinusoidalEmbedding(timesteps: ArrayLike<number>, dim: number): tf.Tensor2D {
  const values = new Float32Array(timesteps.length * dim);
  for (let i = 0; i < timesteps.length; i++) {
    for (let k = 0; k < dim; k += 2) {
      // The frequency and the angle are rounded to float32, as PyTorch computes them.
      const angle = Math.fround(timesteps[i] * Math.fround(Math.exp((-Math.log(10000) * k) / dim)));
      values[i * dim + k] = Math.sin(angle);
      values[i * dim + k + 1] = Math.cos(angle);
    }
  }
  return tf.tensor2d(values, [timesteps.length, dim]);
}

/** Scales are spread over as many angles as 300 timesteps: 4 is 300. */
const ANGLES_OF_ONE = 75;

/**
 * Guidance scales as vectors, as timesteps are.
 * @param guidanceScale n scales
 * @param dim even width
 * @returns [n, dim]
 */
export function scaleEmbedding(guidanceScale: readonly number[], dim: number): tf.Tensor2D {
  return sinusoidalEmbedding(
    guidanceScale.map((scale) => ANGLES_OF_ONE * scale),
    dim,
  );
}
