/**
 * Gives each of TensorFlow's worker threads a processor core of its own (Linux). TensorFlow cuts an operation into one
 * piece for each core and waits for the last piece. Linux often wakes two workers on the same core, one behind the
 * other, while the other core idles: measured on 2 cores, a training step then takes 1.4 to 1.9 s instead of 1.0 s.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const TASKS = "/proc/self/task";

/** The ids of this process's threads; empty where the system does not tell. */
export function threadIds(): number[] {
  try {
    return readdirSync(TASKS).map(Number);
  } catch {
    return [];
  }
}

/**
 * Pins the busiest of the threads that are not in `before` to the cores this process may use, one each. `warmUp` must
 * keep every worker busy for a moment, so that they can be told from TensorFlow's idle threads. Does nothing where the
 * system has no `taskset`, or fewer workers than cores.
 * @returns how many threads were pinned
 */
export function pinWorkers(before: readonly number[], warmUp: () => void): number {
  const cores = allowedCores();
  if (cores.length < 2) return 0;
  try {
    warmUp();
    const workers = threadIds()
      .filter((id) => !before.includes(id))
      .map((id) => ({ id, ticks: cpuTicks(id) }))
      .sort((a, b) => b.ticks - a.ticks)
      .slice(0, cores.length);
    if (workers.length < cores.length || workers.some(({ ticks }) => ticks === 0)) return 0;
    for (const [i, { id }] of workers.entries()) {
      execFileSync("taskset", ["-cp", String(cores[i]), String(id)], { stdio: "ignore" });
    }
    return workers.length;
  } catch {
    return 0; // only speed is lost
  }
}

/** The cores that this process may run on. */
function allowedCores(): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readProc(`${TASKS}/${process.pid}/status`))?.[1] ?? "";
  return list.split(",").flatMap((range) => {
    const [first, last = first] = range.split("-").map(Number);
    return Number.isInteger(first) ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : [];
  });
}

/** Processor time of a thread, in the kernel's ticks (1/100 s). */
function cpuTicks(thread: number): number {
  const fields = readProc(`${TASKS}/${thread}/stat`)
    .replace(/^.*\) /, "")
    .split(" ");
  return Number(fields[11]) + Number(fields[12]); // utime and stime
}

function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
