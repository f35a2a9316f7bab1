/**
 * Errors as a learner sees them. tslab prints what a cell throws with Node's `inspect`: a stack that is mostly the
 * kernel's own. Here an error that this project throws on purpose becomes one line, and any other keeps its stack
 * without the kernel's part.
 */
import * as path from "node:path";
import { inspect, type InspectOptions } from "node:util";
import { inNotebook } from "./kernel";

const KERNEL_FRAME =
  /[\\/]node_modules[\\/](tslab|commander)[\\/]|\(?node:(vm|internal)[:\\/]|sigintHandlersWrap/;
const BUGS = [TypeError, ReferenceError, SyntaxError];

/** What a cell prints for an error. */
export function errorText(error: Error, options: InspectOptions = {}): string {
  const { code } = error as { code?: unknown };
  if (code === "ERR_SCRIPT_EXECUTION_INTERRUPTED") return "Stopped.";
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  if (error.message === "Interrupted asynchronously" && frames[0]?.includes("createExecutor")) {
    return "Stopped. What this cell has begun may run on unseen; restart the kernel to end it.";
  }
  const isBug = BUGS.some((type) => error instanceof type);
  if (!isBug && (frames.length === 0 || isOurs(frames[0]))) return `${error.name}: ${error.message}`;
  const lines = inspect(error, { ...options, customInspect: false }).split("\n");
  return lines.filter((line) => !(/^\s+at /.test(line) && KERNEL_FRAME.test(line))).join("\n");
}

/** Whether a stack frame lies in this package or the data package. */
function isOurs(frame: string): boolean {
  const folders = [path.dirname(__dirname), path.dirname(require.resolve("mnist-data-loader"))];
  return folders.some((folder) => frame.includes(folder + path.sep));
}

/** Makes the kernel print errors so. The kernel's process runs nothing but the notebook. */
function shortenErrors(): void {
  Object.defineProperty(Error.prototype, inspect.custom, {
    value(this: Error, _depth: number, options: InspectOptions): string {
      return errorText(this, options);
    },
    configurable: true,
    writable: true,
  });
}

if (inNotebook()) shortenErrors();
