/** The thread of the cells' end of the line to the sockets (io-thread.ts). */
import * as path from "node:path";
import { Worker } from "node:worker_threads";
import type { Request } from "./message";
import type { FromMain, IoThreadData, SharedState, ToMain } from "./threads";

/** The program that started the kernel; read before the compiler loads, in which time it may end. */
const starter = process.ppid;

export interface Connection {
  send: (message: FromMain) => void;
  onRequest: (take: (request: Request) => void) => void;
  onWish: (take: (wish: "stop" | "end") => void) => void;
}

/**
 * Opens the sockets that a connection file names.
 * @param connectionFile the path that Jupyter gives a kernel
 */
export function connect(connectionFile: string, state: SharedState): Connection {
  const workerData: IoThreadData = { connectionFile, state, starter };
  const thread = new Worker(path.join(__dirname, "io-thread.js"), { workerData });
  thread.on("error", (error) => {
    console.error("The kernel's connection to Jupyter failed:", error);
    process.exit(1);
  });
  const messages = (take: (message: ToMain) => void): void => void thread.on("message", take);
  return {
    send: (message) => thread.postMessage(message),
    onRequest: (take) => messages((message) => "header" in message && take(message)),
    onWish: (take) => messages((message) => "wish" in message && take(message.wish)),
  };
}
