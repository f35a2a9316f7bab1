/** The lines that every example in the reference takes for given, as a notebook's first cell would hold them. */
export const PREAMBLE = `import * as tf from "@tensorflow/tfjs-core";
import * as cfg from "cfg-lib";
import { batches, digitsOf, loadMnist, pick } from "mnist-data-loader";

cfg.startEngine();
const model = cfg.loadModel("repaired-ema");
const judge = cfg.loadJudge();
const mnist = loadMnist({ split: "test" });
const { images } = pick(mnist, [3, 2, 1, 18, 4, 8, 11, 0, 61, 7]); // the digits 0 to 9
`;
