/** The script of a web page that samples: plain TensorFlow.js, the weights from the page's own server. */
import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { sampleDigit } from "./sample-digit";

/** What a page answers. */
export interface PageDigit {
  /** The backend that computed it. */
  backend: string;
  pixels: number[];
  seconds: number;
}

/** Samples the digit of {@link sampleDigit} on a backend, "wasm" or "cpu", from the weights at an address. */
async function sampleOn(backend: string, weights: string): Promise<PageDigit> {
  setWasmPaths("/wasm/");
  await tf.setBackend(backend);
  await tf.ready();
  const bytes = new Uint8Array(await (await fetch(weights)).arrayBuffer());
  const start = performance.now();
  const pixels = Array.from(sampleDigit(bytes, weights));
  return { backend: tf.getBackend(), pixels, seconds: (performance.now() - start) / 1000 };
}

export type SampleOn = typeof sampleOn;
Object.assign(globalThis, { sampleOn });
