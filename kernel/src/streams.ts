/**
 * Text that cells print. One message for each line would meet the server's limit of messages a second, so text is
 * gathered for a moment and sent in one piece; the first piece goes at once.
 */
import type { Header, OutgoingMessage } from "./message";

/** How long text waits for more of it. Milliseconds. */
const GATHER_MS = 50;
/** Text of this many characters waits no longer. */
const LONG = 100_000;

/** A piece of text as a cell printed it. */
export interface StreamText {
  stream: "stdout" | "stderr";
  text: string;
  /** The cell's request. */
  parent: Header;
}

/** Gathers the text of cells and sends it, each stream's pieces in order. */
export interface StreamGatherer {
  add: (text: StreamText) => void;
  /** Sends what has been gathered; to be called before any other message goes out. */
  flush: () => void;
}

export function gatherStreams(send: (message: OutgoingMessage) => void): StreamGatherer {
  let waiting: StreamText | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sentAt = -Infinity;

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!waiting) return;
    const { stream: name, text, parent } = waiting;
    waiting = undefined;
    sentAt = performance.now();
    send({ channel: "iopub", type: "stream", content: JSON.stringify({ name, text }), parent });
  };

  const add = (piece: StreamText): void => {
    const goesOn = waiting?.stream === piece.stream && waiting.parent.msg_id === piece.parent.msg_id;
    if (waiting && goesOn) waiting.text += piece.text;
    else {
      flush();
      waiting = { ...piece };
    }
    const sinceSent = performance.now() - sentAt;
    if (waiting.text.length >= LONG || sinceSent >= GATHER_MS) flush();
    else timer ??= setTimeout(flush, GATHER_MS - sinceSent);
  };
  return { add, flush };
}
