/** What a training run leaves behind: checkpoints, weights of each epoch, and the log. */
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import {
  type EngineInfo,
  type LossLog,
  saveCheckpoint,
  saveWeights,
  type Trainer,
  type WeightsInfo,
  writeFileAtomic,
} from "cfg-lib";

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

  constructor(private readonly subject: Subject) {
    this.firstStep = subject.trainer.step;
  }

  /** Step, mean of the last losses, and the time left, for people. */
  progress(steps: number): string {
    const { trainer, log } = this.subject;
    const recent = log.values().slice(-20);
    const mean = recent.reduce((sum, loss) => sum + loss, 0) / recent.length;
    const perStep = this.secondsHere() / (trainer.step - this.firstStep);
    const minutes = Math.ceil((perStep * (steps - trainer.step)) / 60);
    return `step ${trainer.step} of ${steps}   loss ${mean.toFixed(4)} (mean of the last 20)   ${minutes} min left`;
  }

  /** Writes everything that is needed to go on. */
  saveCheckpoint(file: string): void {
    const { trainer, log, info } = this.subject;
    saveCheckpoint(file, { state: trainer.state(), info, losses: log.values(), seconds: this.seconds() });
  }

  /** Writes weights, EMA weights and log at the end of an epoch (counted from 0); returns a line about it. */
  saveEpoch(epoch: number): string {
    const { folder, trainer, log, engine } = this.subject;
    const info = { ...this.subject.info, step: trainer.step };
    const name = path.join(folder, `epoch-${epoch + 1}`);
    saveWeights(`${name}.safetensors`, { state: trainer.stateDict(), info });
    saveWeights(`${name}-ema.safetensors`, {
      state: trainer.emaStateDict(),
      info: { ...info, emaDecay: trainer.emaDecay },
    });
    const epochMeans = log.epochMeans(info.stepsPerEpoch);
    const told = {
      ...info,
      epochMeans,
      seconds: this.seconds(),
      machine: engine.machine,
      tensorflow: engine.tensorflow,
    };
    const text = JSON.stringify({ ...told, commit: this.commit, losses: Array.from(log.values()) });
    writeFileAtomic(path.join(folder, "log.json"), new TextEncoder().encode(`${text}\n`));
    return `epoch ${epoch + 1}: mean loss ${epochMeans[epoch].toFixed(4)}`;
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
