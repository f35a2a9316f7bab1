/** Sends messages over a socket, each after the one before. */
import type { Publisher, Router } from "zeromq";

/**
 * zeromq.js sends at once where the socket takes it, and else refuses a second message until the first is gone. So
 * messages wait for their turn, and none is lost.
 * @returns a function whose promise resolves when the socket has taken the message
 */
export function sendInOrder(socket: Publisher | Router): (frames: (string | Uint8Array)[]) => Promise<void> {
  let last: Promise<void> | undefined;
  return (frames) => {
    const sent = last ? last.then(() => socket.send(frames)) : socket.send(frames);
    // A front end that has gone away is no reason to stop: its messages are nobody's.
    const settled = sent
      .catch(() => undefined)
      .then(() => {
        if (last === settled) last = undefined;
      });
    last = settled;
    return settled;
  };
}
