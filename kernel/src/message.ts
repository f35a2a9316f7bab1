/**
 * Jupyter's messages and their form on the wire
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol).
 */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** The version of the protocol that is spoken. */
export const PROTOCOL_VERSION = "5.4";

/** The sockets on which messages come and go. */
export type Channel = "shell" | "control" | "iopub";

/** Who sent a message, when, and of which type. */
export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  /** ISO 8601. */
  date: string;
  version: string;
}

/** What a message says; its fields depend on the type. */
export type Content = Record<string, unknown>;

/** A message from a front end. */
export interface Request {
  channel: Channel;
  /** The route back to the sender. */
  identities: Uint8Array[];
  header: Header;
  metadata: Record<string, unknown>;
  content: Content;
  buffers: Uint8Array[];
}

/** A message to the front ends. `content` is JSON already, so that what it was made of may change afterwards. */
export interface OutgoingMessage {
  channel: Channel;
  type: string;
  /** JSON. */
  content: string;
  /** What it answers; undefined where nothing was asked. */
  parent?: Header;
  metadata?: Record<string, unknown>;
  /** The route of a reply; on iopub none. */
  identities?: Uint8Array[];
  buffers?: Uint8Array[];
}

const DELIMITER = "<IDS|MSG>";

/** The signature of the four parts in JSON; buffers are not signed. An empty key signs nothing, as the protocol says. */
function sign(key: string, parts: readonly (string | Uint8Array)[]): string {
  if (key === "") return "";
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

function isSigned(signature: string, expected: string): boolean {
  const [given, own] = [Buffer.from(signature), Buffer.from(expected)];
  return given.length === own.length && timingSafeEqual(given, own);
}

/**
 * Reads the frames of one message: identities, delimiter, signature, header, parent, metadata, content, buffers.
 * @throws Error when a frame is missing, is no JSON, or the signature does not fit
 */
export function parseMessage(channel: Channel, frames: readonly Uint8Array[], key: string): Request {
  const start = frames.findIndex((frame) => Buffer.from(frame).equals(Buffer.from(DELIMITER)));
  if (start < 0 || frames.length < start + 6) throw new Error("a message lacks frames.");
  const parts = frames.slice(start + 2, start + 6);
  if (!isSigned(Buffer.from(frames[start + 1]).toString(), sign(key, parts)))
    throw new Error("a message is not signed with the connection's key.");
  const [header, , metadata, content] = parts.map(
    (part) => JSON.parse(Buffer.from(part).toString()) as unknown,
  );
  return {
    channel,
    identities: frames.slice(0, start),
    header: header as Header,
    metadata: metadata as Record<string, unknown>,
    content: content as Content,
    buffers: frames.slice(start + 6),
  };
}

/** The frames of a message, signed. */
export function messageFrames(
  message: OutgoingMessage,
  key: string,
  session: string,
): (string | Uint8Array)[] {
  const { type, content, parent, metadata = {}, identities = [], buffers = [] } = message;
  const header: Header = {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: parent?.username ?? "kernel",
    date: new Date().toISOString(),
    version: PROTOCOL_VERSION,
  };
  const parts = [JSON.stringify(header), JSON.stringify(parent ?? {}), JSON.stringify(metadata), content];
  // The topic that subscribers of iopub may choose by; front ends take all.
  const route = message.channel === "iopub" ? [type] : identities;
  return [...route, DELIMITER, sign(key, parts), ...parts, ...buffers];
}
