/** The course's live cells, in a kernel: each is moved, and its picture changes as it must. */
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { loadJudge, startEngine } from "cfg-lib";
import { courseNotebooks, readNotebook, textOf } from "../../scripts/notebooks/notebook-file";
import { openLive, type Live } from "../kernel/live";
import { type Kernel, startKernel } from "../kernel/kernel";

/** Which earlier cells a live cell needs, by their ids, or in the code itself where theirs takes long. */
const NEEDS: Record<string, string[]> = {
  "live-first-digits": ["0d698a50", "const guidanceScale = 1.5; const seed = 0;"],
  "live-formula": ["8bf0e3f9", "3684eec4"],
  "live-noise": [
    "2d896cdd",
    "b917f57c",
    "0ed33db4",
    "const schedule = cfg.linearSchedule();",
    'import * as tf from "@tensorflow/tfjs-core"; cfg.startEngine(); const model = cfg.loadModel("seed");',
  ],
  "live-unet": ["4f1b5db6", "9076c86b", "1ecb19ac"],
  "live-scrub": ["4f07080c", "const w = 2; const follow = 3;", "live-scrub-run"],
  "live-hand": ["4f07080c"],
  "live-knob": ["5e0a93d4", "703653f6", "const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];", "live-knob-kept"],
  "live-sweep": ["5e0a93d4", "703653f6", "const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];"],
  "live-rules": ["ab191aee", 'const weak = cfg.loadModel("repaired-epoch1");'],
};

const cells = new Map<string, { code: string; notebook: string }>();
for (const file of courseNotebooks())
  for (const cell of readNotebook(file).cells as unknown as {
    id: string;
    cell_type: string;
    source: string | string[];
  }[])
    if (cell.cell_type === "code") cells.set(cell.id, { code: textOf(cell.source), notebook: file });

const isDrawing = (code: string): boolean => /\bcfg\.live\(/.test(code);

describe("the course's live cells", { timeout: 900_000 }, () => {
  const kernels = new Map<string, Kernel>();
  const hasRun = new Map<Kernel, Set<string>>();
  after(() => Promise.all([...kernels.values()].map((kernel) => kernel.close())));

  /** Opens a live cell, in one kernel for each notebook. */
  async function open(id: string): Promise<Live> {
    const { notebook, code } = cells.get(id)!;
    const kernel = kernels.get(notebook) ?? (await startKernel());
    kernels.set(notebook, kernel);
    const earlier = hasRun.get(kernel) ?? new Set();
    hasRun.set(kernel, earlier);
    for (const need of NEEDS[id].filter((one) => !earlier.has(one))) {
      earlier.add(need);
      const { status, printed } = await kernel.run(cells.get(need)?.code ?? need);
      assert.equal(status, "ok", printed);
    }
    return openLive(kernel, code);
  }

  it("are all tried here, but for the one of notebook 08, which needs the study's judge and a minute", () => {
    const live = [...cells].filter(([, { code }]) => isDrawing(code)).map(([id]) => id);
    assert.deepEqual(live.filter((id) => id !== "live-point").sort(), Object.keys(NEEDS).sort());
  });

  for (const id of Object.keys(NEEDS))
    it(`${id}: each of its controls changes the picture`, async () => {
      const live = await open(id);
      for (const face of live.controls) {
        if (face.kind === "button" || face.kind === "pad") continue;
        const before = await live.move({});
        const { phase, error, pixels, parts } = await live.move({ [face.name]: live.other(face) });
        assert.equal(phase, "done", error?.join("\n"));
        const isOther =
          JSON.stringify(parts) !== JSON.stringify(before.parts) ||
          !Buffer.from(pixels).equals(before.pixels);
        assert.ok(isOther, face.name);
      }
    });

  it("at w = 0 the first picture does not depend on the label; at w = 1.5 the judge sees what was asked for", async () => {
    const live = await open("live-first-digits");
    const at = (w: number, digits: string): ReturnType<Live["move"]> => live.move({ w, digits, seed: 0 });
    const [threes, eights] = [await at(0, "333"), await at(0, "888")];
    assert.deepEqual(threes.pixels, eights.pixels);
    const { pixels } = await at(1.5, "0123456789");
    startEngine();
    const { labels } = loadJudge().judge(Float32Array.from(pixels, (byte) => byte / 127.5 - 1));
    assert.ok(labels.filter((label, i) => label === i).length >= 9, labels.join());
  });
});
