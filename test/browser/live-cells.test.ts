/** The course's live cells in a real JupyterLab: each control is moved, and the picture changes as it must. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, describe, it } from "node:test";
import { loadJudge, startEngine } from "cfg-lib";
import { courseNotebooks, readNotebook, textOf } from "../../scripts/notebooks/notebook-file";
import type { Locator } from "playwright-core";
import { type Course, openCourse, type Page } from "./course";
import { cellOf, greysOf, liveOf, move, moveOn } from "./live";
import { bring } from "./notebook-page";

const DIGITS = "const digits = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];";
/** Which earlier cells a live cell needs, by their ids, or in the code itself where theirs takes long or a large network. */
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
  "live-knob": ["5e0a93d4", "703653f6", DIGITS, "live-knob-kept"],
  "live-sweep": ["5e0a93d4", "703653f6", DIGITS],
  "live-inside": [
    'import * as cfg from "cfg-lib"; cfg.startEngine();',
    DIGITS,
    'const student = cfg.loadModel("guided"); const teacher = cfg.loadModel("small");',
  ],
  "live-point": [
    'import * as cfg from "cfg-lib"; cfg.startEngine();',
    "const judge = cfg.loadJudge(); const reference = cfg.mnistReference(judge);",
    "const asText = (share: cfg.Measured) => cfg.measuredText(share, { percent: true });",
    `const mine: cfg.PointSettings = { weights: "small", rule: { rule: "plain" }, sampler: "dpm-solver", steps: 2, scale: 2.5, n: 100, seed: 5, start: "noise" };`,
    "const curve = (weights: string, _: number) => cfg.pointsOf(cfg.shippedStudy(), { weights, n: 100 });",
  ],
  "live-rules": ["ab191aee", 'const weak = cfg.loadModel("repaired-epoch1");'],
};

/** What would take long: a thousand digits. */
const shorter = (code: string): string => code.replace("cfg.choice([100, 1000])", "cfg.choice([100, 120])");

const cells = new Map<string, { code: string; notebook: string }>();
for (const file of courseNotebooks())
  for (const { cell_type: type, id, source } of readNotebook(file).cells)
    if (type === "code") cells.set(id!, { code: shorter(textOf(source)), notebook: path.basename(file) });

const live = [...cells].filter(([, { code }]) => /\bcfg\.live\(/.test(code)).map(([id]) => id);

/** The live cells of one of the course's notebooks, after what they need. */
interface Part {
  notebook: string;
  ids: string[];
  codes: string[];
  /** Where they begin among all. */
  at: number;
}

const parts: Part[] = [];
for (const notebook of new Set(live.map((id) => cells.get(id)!.notebook))) {
  const ids = live.filter((id) => cells.get(id)!.notebook === notebook);
  const needed = [...new Set(ids.flatMap((id) => [...(NEEDS[id] ?? []), id]))];
  const at = parts.reduce((sum, { codes }) => sum + codes.length, 0);
  parts.push({ notebook, ids: needed, codes: needed.map((id) => cells.get(id)?.code ?? id), at });
}

describe("the course's live cells", { timeout: 900_000 }, () => {
  let course: Course;
  /** One notebook holds them all: its kernel loads the engine once. */
  let page: Page;
  before(async () => {
    course = await openCourse();
    page = await course.openCells(...parts.flatMap(({ codes }) => codes));
    page.setDefaultTimeout(20_000);
  });
  after(() => course.close());

  /** Runs a part's cells. Names are those of the cell that ran last, so the parts before it are done with. */
  async function run({ at, codes }: Part): Promise<void> {
    await cellOf(page, at).locator(".jp-InputPrompt").click();
    for (const _ of codes) await page.keyboard.press("Shift+Enter");
    await cellOf(page, at + codes.length - 1)
      .locator(".jp-InputPrompt")
      .getByText(/\[\d+\]/)
      .waitFor();
  }

  it("are all tried here", () => {
    assert.deepEqual([...live].sort(), Object.keys(NEEDS).sort());
  });

  for (const part of parts)
    describe(part.notebook, () => {
      before(() => run(part));
      const liveWith = (id: string): Locator => liveOf(page, part.at + part.ids.indexOf(id));

      it("each control, moved in the page, changes the picture", async () => {
        for (const id of part.ids.filter((one) => live.includes(one))) {
          const picture = liveWith(id);
          await picture.locator(".cfg-live-stage > *").first().waitFor();
          await bring(picture);
          const inputs = picture.locator("input[aria-label], select[aria-label]");
          const labels = await inputs.evaluateAll((parts) => parts.map((part) => part.ariaLabel!));
          assert.ok(labels.length > 0, id);
          for (const label of labels) {
            const { phase, isOther } = await moveOn(picture, label);
            assert.equal(phase, "done", await picture.getByRole("alert").innerText());
            assert.ok(isOther, `${id}: ${label}`);
          }
        }
      });

      if (part.notebook.startsWith("06"))
        it("a pinned row stays beside what comes, with how it was made, while the digits are its own", async () => {
          const knob = liveWith("live-knob");
          const rows = (): Promise<string[]> => knob.locator("tbody tr").allInnerTexts();
          const press = async (button: string, count: number): Promise<void> => {
            await knob.getByRole("button", { name: button }).click();
            await knob
              .locator("tbody tr")
              .nth(count - 1)
              .waitFor();
          };
          await move(knob, "digits", "42");
          await move(knob, "steps", 4);
          await move(knob, "w", 3);
          await press("Pin this row", 2);
          await move(knob, "steps", 5);
          await move(knob, "w", 1);
          const [pinned, now, ...more] = (await rows()).map((row) => row.split(/\s+/));
          assert.deepEqual([pinned.slice(0, 3), pinned.at(-1), more], [["pinned", "1", "3"], "4", []]);
          assert.deepEqual([now.slice(0, 2), now.at(-1)], [["now", "1"], "5"]);
          await move(knob, "digits", "43");
          assert.equal((await rows()).length, 1);
          await move(knob, "digits", "42");
          assert.equal((await rows()).length, 2);
          await knob.getByRole("button", { name: "Unpin all" }).click();
          await knob.locator("tbody tr").nth(1).waitFor({ state: "detached" });
        });

      if (part.notebook.startsWith("00"))
        it("at w = 0 the first picture does not depend on the label; at w = 1.5 the judge sees what was asked for", async () => {
          const first = liveWith("live-first-digits");
          const at = async (w: number, digits: string): Promise<number[]> => {
            await move(first, "w", w);
            await move(first, "digits", digits);
            return greysOf(first);
          };
          await move(first, "seed", 0);
          assert.deepEqual(await at(0, "333"), await at(0, "888"));
          const pixels = await at(1.5, "0123456789");
          startEngine();
          const { labels } = loadJudge().judge(Float32Array.from(pixels, (byte) => byte / 127.5 - 1));
          assert.ok(labels.filter((label, i) => label === i).length >= 9, labels.join());
        });
    });
});
