/**
 * The kernel's sockets, in a thread of their own. Whatever a cell computes, this thread goes on: what was shown
 * leaves at once, the heartbeat beats, and a request to stop or to end is heard.
 */
import { readFileSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { Publisher, Reply, Router } from "zeromq";
import { answerControl } from "./control";
import { type Channel, messageFrames, type OutgoingMessage, parseMessage } from "./message";
import { sendInOrder } from "./send-in-order";
import { gatherStreams } from "./streams";
import type { FromMain, IoThreadData, ToMain } from "./threads";

/** The file with which Jupyter tells a kernel where to listen. */
interface ConnectionFile {
  transport: string;
  ip: string;
  key: string;
  shell_port: number;
  control_port: number;
  iopub_port: number;
  stdin_port: number;
  hb_port: number;
}

const { connectionFile, state, starter } = workerData as IoThreadData;
const main: MessagePort = parentPort!;
const toMain = (message: ToMain): void => main.postMessage(message);

async function run(): Promise<void> {
  const connection = JSON.parse(readFileSync(connectionFile, "utf8")) as ConnectionFile;
  const { key } = connection;
  const session = randomUUID();
  // Without a limit: at zeromq's own of 1,000 messages a publisher drops the rest without a word.
  const unlimited = { sendHighWaterMark: 0, linger: 1000 };
  const iopub = new Publisher(unlimited);
  const sockets = { shell: new Router(unlimited), control: new Router(unlimited) };
  const [stdin, heartbeat] = [new Router(), new Reply()];
  const send = {
    shell: sendInOrder(sockets.shell),
    control: sendInOrder(sockets.control),
    iopub: sendInOrder(iopub),
  };
  const sendMessage = (message: OutgoingMessage): Promise<void> =>
    send[message.channel](messageFrames(message, key, session));
  const streams = gatherStreams((message) => void sendMessage(message));

  const receive = async (
    channel: keyof typeof sockets,
    take: (frames: Uint8Array[]) => void,
  ): Promise<void> => {
    for await (const frames of sockets[channel]) {
      try {
        take(frames);
      } catch (error) {
        console.error(`The kernel got a message on ${channel} that it cannot read:`, error);
      }
    }
  };
  const request = (channel: Channel, frames: Uint8Array[]): ReturnType<typeof parseMessage> =>
    parseMessage(channel, frames, key);

  const address = (port: number): string => `${connection.transport}://${connection.ip}:${port}`;
  await Promise.all([
    iopub.bind(address(connection.iopub_port)),
    sockets.shell.bind(address(connection.shell_port)),
    sockets.control.bind(address(connection.control_port)),
    stdin.bind(address(connection.stdin_port)),
    heartbeat.bind(address(connection.hb_port)),
  ]);

  main.on("message", (message: FromMain) => {
    if ("stream" in message) streams.add(message);
    else {
      streams.flush();
      void sendMessage(message);
    }
  });
  void receive("shell", (frames) => toMain(request("shell", frames)));
  void receive("control", (frames) => {
    void answerControl(request("control", frames), {
      state,
      toMain,
      send: (message) => {
        streams.flush();
        return sendMessage(message);
      },
      close: () => {
        for (const socket of [iopub, sockets.shell, sockets.control, stdin, heartbeat]) socket.close();
      },
    });
  });
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

const LOOK_AT_PARENT_MS = 1000;

/**
 * Ends the kernel with the program that started it, as Jupyter's own kernels do: without it nobody can reach the kernel,
 * and a cell would go on computing.
 */
function endWithParent(): void {
  setInterval(() => {
    if (process.ppid !== starter) process.kill(process.pid, "SIGKILL"); // a cell may hold the main thread
  }, LOOK_AT_PARENT_MS);
}

endWithParent();
void run();
