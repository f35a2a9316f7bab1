/** Starts an engine when TensorFlow.js is first asked for one. */
import * as tf from "@tensorflow/tfjs-core";

/**
 * Has `start` called before the first tensor is made, if there is no backend by then: TensorFlow.js alone would say "No
 * backend found in registry". A backend that was registered before is left to do the work. What `start` throws reaches
 * whoever made the tensor, and the next tensor asks again.
 */
export function startOnDemand(start: () => void): void {
  const engine = tf.engine();
  const begin = (): void => {
    if (engine.backendNames().length === 0) start();
    for (const name of ["backend", "ready"]) Reflect.deleteProperty(engine, name); // TensorFlow.js' own show again
  };
  Object.defineProperties(engine, {
    backend: {
      configurable: true,
      get() {
        begin();
        return engine.backend;
      },
    },
    ready: {
      configurable: true,
      value: async () => {
        begin();
        await engine.ready();
      },
    },
  });
}
