/**
 * Comms: lines between code in the kernel and code in the page, on which both may speak at any time. Widgets are made
 * of them (https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages).
 */
import { AsyncResource } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import type { Content, Header, OutgoingMessage, Request } from "./message";
import type { Comm, CommMessage } from "./notebook";

/** What a request about comms says. */
interface CommContent extends Content {
  comm_id: string;
  target_name?: string;
  data?: Record<string, unknown>;
}

/** One line, as the kernel keeps it. */
interface Line {
  target: string;
  onMessage: ((message: CommMessage) => void | Promise<void>)[];
  onClose: (() => void)[];
}

/** All open comms of a kernel, and the targets that a page may open one to. */
export class Comms {
  readonly #lines = new Map<string, Line>();
  readonly #targets = new Map<string, (comm: Comm, opening: CommMessage) => void | Promise<void>>();

  /**
   * @param send sends a message to the page
   * @param parentOf what runs now answers: the request of the cell, or of the comm message
   */
  constructor(
    private readonly send: (message: OutgoingMessage) => void,
    private readonly parentOf: () => Header | undefined,
  ) {}

  /** Opens a line from the kernel. */
  open(target: string, { data, metadata, buffers }: CommMessage): Comm {
    const id = randomUUID();
    const comm = this.#add(id, target);
    this.#publish("comm_open", { comm_id: id, target_name: target, data }, { metadata, buffers });
    return comm;
  }

  /** Says who answers when a page opens a line to this target. */
  addTarget(target: string, answer: (comm: Comm, opening: CommMessage) => void | Promise<void>): void {
    this.#targets.set(target, AsyncResource.bind(answer));
  }

  /** The content of a `comm_info_reply`: the open lines, all or those to one target. */
  info({ target_name: wanted }: Content): Content {
    const lines = [...this.#lines].filter(([, { target }]) => wanted == null || target === wanted);
    const comms = Object.fromEntries(lines.map(([id, { target }]) => [id, { target_name: target }]));
    return { status: "ok", comms };
  }

  /** A page speaks: it opens a line, says something on one, or closes it. */
  async handle({ header, content, buffers, metadata }: Request): Promise<void> {
    const { comm_id: id, target_name: target = "", data = {} } = content as CommContent;
    const message: CommMessage = { data, buffers, metadata };
    switch (header.msg_type) {
      case "comm_open": {
        const answer = this.#targets.get(target);
        // Nobody here knows the target; the protocol answers that by closing.
        if (!answer) this.#publish("comm_close", { comm_id: id, data: {} });
        else await answer(this.#add(id, target), message);
        break;
      }
      case "comm_msg":
        // A page may have stayed open while the kernel began anew, and must not wait in vain.
        if (!this.#lines.has(id)) this.#publish("comm_close", { comm_id: id, data: {} });
        for (const listen of this.#lines.get(id)?.onMessage ?? []) await listen(message);
        break;
      case "comm_close":
        this.#remove(id);
        break;
    }
  }

  #add(id: string, target: string): Comm {
    const line: Line = { target, onMessage: [], onClose: [] };
    this.#lines.set(id, line);
    return {
      id,
      send: ({ data, buffers, metadata }) => {
        if (this.#lines.has(id)) this.#publish("comm_msg", { comm_id: id, data }, { metadata, buffers });
      },
      // What a listener prints goes under the cell that set it.
      onMessage: (listen) => void line.onMessage.push(AsyncResource.bind(listen)),
      onClose: (listen) => void line.onClose.push(AsyncResource.bind(listen)),
      close: () => {
        if (!this.#lines.has(id)) return;
        this.#publish("comm_close", { comm_id: id, data: {} });
        this.#remove(id);
      },
    };
  }

  #remove(id: string): void {
    const line = this.#lines.get(id);
    this.#lines.delete(id);
    for (const listen of line?.onClose ?? []) listen();
  }

  #publish(type: string, content: Content, { metadata, buffers }: Partial<CommMessage> = {}): void {
    this.send({
      channel: "iopub",
      type,
      content: JSON.stringify(content),
      parent: this.parentOf(),
      metadata,
      buffers,
    });
  }
}
