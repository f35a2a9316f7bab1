/**
 * Starts TensorFlow: loads tfjs-node, which is heavy (some 300 MB), only when a cell needs it. Node only.
 */
import * as tf from "@tensorflow/tfjs-core";
import * as os from "node:os";
import util from "node:util"; // the module itself: `* as util` would be a copy of it
import { setGraphEngine } from "./graph";
import { startOnDemand } from "./on-demand";
import { sessionEngine } from "./saved-model";
import { pinWorkers, threadIds } from "./threads";

/** What runs the tensors. */
export interface EngineInfo {
  /** Name of the TensorFlow.js backend. */
  backend: string;
  /** TensorFlow's version. */
  tensorflow: string;
  /** Whether TensorFlow found a GPU. */
  gpu: boolean;
  /** Processor and cores. */
  machine: string;
}

/** What is asked of tfjs-node's backend. */
interface Backend {
  isUsingGpuDevice: boolean;
  binding: { TF_Version: string };
}

/**
 * Makes TensorFlow the engine of every tensor operation, and tells about it. Once it has started, calling it again only
 * tells. Where nobody calls it, the first tensor does.
 * @throws Error with one clear line when the engine is missing or broken.
 * @example
 * cfg.startEngine().machine.length > 0 // true
 */
export function startEngine(): EngineInfo {
  if (tf.getBackend() !== "tensorflow") load();
  const backend = tf.backend() as unknown as Backend;
  const cores = os.availableParallelism();
  return {
    backend: tf.getBackend(),
    tensorflow: backend.binding.TF_Version,
    gpu: backend.isUsingGpuDevice,
    machine: `${os.cpus()[0]?.model.trim() ?? os.arch()}, ${cores} ${cores === 1 ? "core" : "cores"}`,
  };
}

function load(): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
  keepLegacyFunctions();
  const threads = threadIds();
  const backends = tf.engine().backendNames();
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it with this module
    require("@tensorflow/tfjs-node-gpu");
  } catch (cause) {
    // A part of it may have registered itself, and would compute in plain JavaScript, very slowly and without a word.
    for (const name of tf.engine().backendNames()) if (!backends.includes(name)) tf.removeBackend(name);
    throw engineError(cause);
  }
  if (tf.getBackend() !== "tensorflow") throw engineError(new Error("TensorFlow.js did not choose it"));
  // On a GPU a session's results come back to main memory, so there the operations run one by one.
  if (!(tf.backend() as unknown as Backend).isUsingGpuDevice) setGraphEngine(sessionEngine);
  pinWorkers(threads, warmUp);
}

/**
 * tfjs-node 4.22 asks Node's util module for two old functions. Node 22 warns of them at their first call, which would
 * stand under the cell; Node 23 has removed the first.
 */
function keepLegacyFunctions(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}

/** Some 30 ms of work for every core. */
function warmUp(): void {
  const start = performance.now();
  tf.tidy(() => {
    const images = tf.ones<tf.Rank.R4>([32, 32, 32, 32]);
    const filter = tf.ones<tf.Rank.R4>([3, 3, 32, 32]);
    while (performance.now() - start < 60) tf.conv2d(images, filter, 1, "same").dispose();
  });
}

function engineError(cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message.trim().split("\n")[0] : String(cause);
  const message = `The TensorFlow engine does not load (${reason}). Run "npm start" in the course's folder; it mends the engine.`;
  const error = new Error(message, { cause });
  error.name = "EngineError";
  error.stack = `EngineError: ${message}`; // one line in a cell, instead of a stack of the kernel's own frames
  return error;
}

startOnDemand(startEngine);
