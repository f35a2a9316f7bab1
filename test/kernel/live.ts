/** A live picture as a page would speak with it: its controls moved, and the answers to these moves. */
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import type { CommEvent, Kernel } from "./kernel";

/** A control, as the page is told of it. */
export interface Face {
  name: string;
  kind: string;
  min?: number | null;
  max?: number | null;
  step?: number;
  options?: string[];
}

/** The last answer to a move. */
export interface LiveAnswer {
  wish: number;
  phase: string;
  settings?: string;
  error?: string[];
  /** What is drawn, but for its pixels. */
  parts: Record<string, unknown>[];
  /** All pixels of its digits. */
  pixels: Uint8Array;
}

export interface Live {
  controls: Face[];
  /** Changes some values, and waits for the answer. */
  move: (values: Record<string, unknown>) => Promise<LiveAnswer>;
  /** Another value than a control has now. */
  other: (face: Face) => unknown;
}

interface State {
  controls: Face[];
  wish: { number: number; values: Record<string, unknown> };
  result: Omit<LiveAnswer, "pixels"> | null;
}

/**
 * Runs a cell that opens a live picture.
 * @throws AssertionError when the cell fails, or an answer takes longer than a minute
 */
export async function openLive(kernel: Kernel, code: string): Promise<Live> {
  const events: CommEvent[] = [];
  kernel.onComm((event) => events.push(event));
  const { status, printed } = await kernel.run(code);
  assert.equal(status, "ok", printed);
  const opened = events.find(({ type }) => type === "comm_open")!;
  const { comm_id: id, data } = opened.content;
  const { state } = data as unknown as { state: State };
  const values = { ...state.wish.values };
  const pad = state.controls.find(({ kind }) => kind === "pad")?.name;
  let { number } = state.wish;
  return {
    controls: state.controls,
    move: async (changed) => {
      Object.assign(values, changed);
      const wish = { number: ++number, values };
      const paths = pad === undefined ? [] : [["wish", "values", pad]];
      const said = { method: "update", state: { wish }, buffer_paths: paths };
      const from = events.length;
      await kernel.tell("comm_msg", { comm_id: id, data: said }, pad === undefined ? [] : opened.buffers);
      for (const start = performance.now(); performance.now() - start < 60_000; await wait(20).then(Boolean))
        for (const { content, buffers } of events.slice(from)) {
          const { result } = (content.data as { state?: Partial<State> } | undefined)?.state ?? {};
          const isAnswer = content.comm_id === id && result?.wish === number && result.phase !== "step";
          if (isAnswer) return { ...result, pixels: Buffer.concat(buffers) };
        }
      assert.fail(`no answer to ${JSON.stringify(changed)}`);
    },
    other: (face) => {
      const now = values[face.name];
      if (face.kind === "toggle") return now !== true;
      if (face.kind === "choice") return face.options!.find((one) => one !== now);
      if (face.kind === "text") return String(now).split("").reverse().join("");
      const next = Number(now) + (face.step ?? 1) * (face.kind === "slider" ? 5 : 1);
      return next > (face.max ?? Infinity) ? face.min : next;
    },
  };
}
