/** What a training run leaves behind: checkpoints, weights of each epoch, and the log. */
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import { checkLosses } from "cfg-lib/dist/training/loss-log";
import type { EngineInfo } from "cfg-lib/dist/engine/start";
import { type LossLog, saveCheckpoint, saveWeights, type Trainer, type WeightsInfo } from "cfg-lib";
import { writeFileAtomic } from "cfg-lib/dist/files/atomic";

/** What a {@link TrainingRecord} tells of. */
interface Subject {
  folder: string;
  trainer: Trainer;
  log: LossLog;
  info: WeightsInfo;
  engine: EngineInfo;
  /** Seconds that an interrupted run took before. */
  secondsBefore?: number;
}

/** Writes the files of one run. */
export class TrainingRecord {
  private readonly started = performance.now();
  private readonly firstStep: number;
  /** The code that the run began with; later commits change nothing in it. */
  private readonly commit = commit();
  /** Of the last checkpoint; 0 where there is none. */
  private savedStep: number;

  constructor(private readonly subject: Subject) {
    this.firstStep = subject.trainer.step;
    this.savedStep = this.firstStep;
  }

  /** Step, mean of the last losses, and the time left, for people. */
  progress(steps: number): string {
    const { trainer } = this.subject;
    const recent = this.losses().slice(-20);
    const mean = recent.reduce((sum, loss) => sum + loss, 0) / recent.length;
    const perStep = this.secondsHere() / (trainer.step - this.firstStep);
    const minutes = Math.ceil((perStep * (steps - trainer.step)) / 60);
    return `step ${trainer.step} of ${steps}   loss ${mean.toFixed(4)} (mean of the last 20)   ${minutes} min left`;
  }

  /** Writes everything that is needed to go on. A run that has diverged leaves the checkpoint as it was. */
  saveCheckpoint(file: string): void {
    const { trainer, info } = this.subject;
    const losses = this.losses();
    saveCheckpoint(file, { state: trainer.state(), info, losses, seconds: this.seconds() });
    this.savedStep = trainer.step;
  }

  /** What there is to go on from, in a line. */
  lastCheckpoint(file: string): string {
    return this.savedStep === 0
      ? "No checkpoint was written."
      : `The last checkpoint, of step ${this.savedStep}, is untouched: ${file}`;
  }

  /** Writes weights, EMA weights and log at the end of an epoch (counted from 0); returns a line about it. */
  saveEpoch(epoch: number): string {
    const { folder, trainer, log, engine } = this.subject;
    const losses = Array.from(this.losses());
    const info = { ...this.subject.info, step: trainer.step };
    const name = path.join(folder, `epoch-${epoch + 1}`);
    saveWeights(`${name}.safetensors`, { state: trainer.stateDict(), info });
    saveWeights(`${name}-ema.safetensors`, {
      state: trainer.emaStateDict(),
      info: { ...info, emaDecay: trainer.emaDecay },
    });
    const epochMeans = log.epochMeans(info.stepsPerEpoch);
    const facts = {
      ...info,
      epochMeans,
      seconds: this.seconds(),
      machine: engine.machine,
      tensorflow: engine.tensorflow,
    };
    const text = JSON.stringify({ ...facts, commit: this.commit, losses });
    writeFileAtomic(path.join(folder, "log.json"), new TextEncoder().encode(`${text}\n`));
    return `epoch ${epoch + 1}: mean loss ${epochMeans[epoch].toFixed(4)}`;
  }

  /** Every loss so far. @throws RangeError when one is no number */
  private losses(): Float32Array {
    const { log, info } = this.subject;
    const losses = log.values();
    checkLosses(losses, info.learningRate);
    return losses;
  }

  private secondsHere(): number {
    return (performance.now() - this.started) / 1000;
  }

  private seconds(): number {
    return (this.subject.secondsBefore ?? 0) + this.secondsHere();
  }
}

/** The commit that the code is of. */
function commit(): string {
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "unknown";
  }
}
