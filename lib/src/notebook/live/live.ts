/** A picture that follows its controls: move one, and the function draws anew. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { notebook } from "cfg-kernel";
import { display, type MimeBundle, openOutput } from "../kernel";
import type { Control, Controls, Values } from "./controls";
import { newestWins } from "./newest";
import type { Part } from "./parts";
import { type Drawn, type LiveSource, runOnce } from "./run";
import { stillBundle } from "./still";
import { openWidget, widgetView } from "./widget-model";

/** What a page sends when a control is moved. */
interface Wish {
  /** Counts the moves, so that the page knows which one an answer is for. */
  number: number;
  /** By the controls' names. */
  values: Record<string, unknown>;
}

/** How long a picture must stay as it is before it is kept for paper, in milliseconds. */
const STILL_AFTER = 700;

/** Shown live by the course's own part of JupyterLab, which shows the still picture where there is no kernel. */
const LIVE = "application/vnd.cfg-lib.live+json";
const WIDGET = "application/vnd.jupyter.widget-view+json";

/**
 * Shows controls and, below them, what the function makes of their values; when one is moved, the function runs again.
 * The newest value wins: while one picture is made, older moves are forgotten, and a generator's run ends when a newer
 * move comes. Cells go first. The stop button ends the run in work. An error of the function shows in place of the picture.
 *
 * The function returns digits (what `sampleAll` gives, a tensor, pixels, rows by their labels, or `{ digits,
 * columnLabels }`), a figure, `{ headers, rows }` for a table, a text, or a list of these; or it is a generator of them, such
 * as `sample`, whose steps show as they come. Tensors that it makes and does not `tf.keep` are freed; a generator or
 * an async function frees its own.
 *
 * The saved notebook keeps the last picture and its settings. Outside a notebook the function runs once, with the values
 * that the controls have at first.
 *
 * @param controls by the names under which the function gets their values
 * @returns when the first picture is made
 * @throws whatever the function throws for the first picture
 * @example
 * await cfg.live({ w: cfg.slider(0, 8, { value: 1.5 }), seed: cfg.stepper(0) }, ({ w, seed }) =>
 *   cfg.sampleAll(model, { labels: [3, 8], guidanceScale: w, seed, sampler: cfg.dpmSolver, steps: 4 }));
 * @example
 * // Rows by their labels, with a label for each column.
 * const draw = (guidanceScale: number) =>
 *   cfg.sampleAll(model, { labels: [3, 8], guidanceScale, sampler: cfg.dpmSolver, steps: 4 });
 * await cfg.live({ w: cfg.slider(0, 8, { value: 3 }) }, ({ w }) => ({
 *   digits: { "w = 1": draw(1), [`w = ${w}`]: draw(w) },
 *   columnLabels: [3, 8],
 * }));
 */
export async function live<Of extends Controls>(
  controls: Of,
  draw: (values: Values<Of>) => LiveSource,
): Promise<void> {
  const start: Wish = { number: 0, values: valuesAtFirst(controls) };
  const drawing = (wish: Wish): { values: Values<Of>; settings: string } => {
    const values = readValues(controls, wish.values);
    return { values, settings: settingsOf(controls, values) };
  };
  const kernel = notebook();
  if (!kernel) {
    const { values, settings } = drawing(start);
    const { parts } = await runOnce(() => draw(values), { show: () => {}, isOutdated: () => false });
    display(stillBundle(parts, settings));
    return;
  }

  const here = kernel.laterHere();
  let still: NodeJS.Timeout | undefined;
  const widget = openWidget({
    ...frontEnd(),
    state: {
      controls: facesOf(controls),
      wish: start,
      taken: -1,
      notice: "",
      progress: 0,
      result: null,
      still: null,
    },
    onChange: ({ wish }) => {
      if (wish !== undefined) newest.ask(wish as Wish);
    },
  })!;
  const output = openOutput()!;
  const view = { isShown: false };
  const showView = (bundle: MimeBundle): void => {
    view.isShown = true;
    output.replace({ [LIVE]: {}, [WIDGET]: widgetView(widget.id), ...bundle });
  };

  /** Performs a wish. @throws whatever the function throws */
  const perform = async (wish: Wish, isOutdated: () => boolean, inCell: boolean): Promise<Drawn> => {
    clearTimeout(still);
    widget.update({ taken: wish.number, notice: "", progress: 0 });
    const { values, settings } = drawing(wish);
    const began = performance.now();
    const show = (parts: readonly Part[], phase: string): void => {
      const ms = performance.now() - began;
      widget.update({
        result: { wish: wish.number, phase, parts: parts.map(({ sent }) => sent), settings, ms },
      });
      if (!view.isShown) showView({ "text/plain": settings });
    };
    const drawn = await runOnce(() => draw(values), {
      show: (parts) => show(parts, "step"),
      isOutdated,
      within: here,
      // The first run is itself a part of a cell, and has no cell to wait for.
      whenIdle: inCell ? undefined : () => kernel.whenIdle(),
      onProgress: (share) => widget.update({ progress: Math.floor(100 * share) }),
      onWait: (isWaiting) => widget.update({ notice: isWaiting ? "waiting" : "" }),
    });
    if (drawn.end !== "outdated") show(drawn.parts, drawn.end);
    if (drawn.end === "done" && inCell) showView(stillBundle(drawn.parts, settings));
    else if (drawn.end === "done")
      still = setTimeout(
        () => widget.update({ still: stillBundle(drawn.parts, settings) }),
        STILL_AFTER,
      ).unref();
    return drawn;
  };

  const newest = newestWins<Wish>(
    async (wish, isOutdated) => {
      try {
        await perform(wish, isOutdated, false);
      } catch (error) {
        const isStop = error instanceof Error && error.name === "Stopped";
        const lines = isStop ? [] : here(() => kernel.describeError(error));
        widget.update({
          result: { wish: wish.number, phase: isStop ? "stopped" : "failed", parts: [], error: lines, ms: 0 },
        });
      }
    },
    () => kernel.whenIdle(),
  );
  const close = (): void => {
    clearTimeout(still);
    newest.close();
    widget.close();
  };
  kernel.onCellGone(close);
  try {
    await perform(start, () => false, true);
  } catch (error) {
    if (!view.isShown) close();
    throw error;
  }
}

/** The module that draws controls and pictures in the page. Read once. */
let read: { module: string; css: string } | undefined;
function frontEnd(): { module: string; css: string } {
  const text = (name: string): string =>
    readFileSync(path.join(__dirname, "../../../front-end", name), "utf8");
  return (read ??= { module: text("live.js"), css: text("live.css") });
}

const valuesAtFirst = (controls: Controls): Record<string, unknown> =>
  Object.fromEntries(Object.entries(controls).map(([name, { start }]) => [name, start]));

const facesOf = (controls: Controls): object[] =>
  Object.entries(controls).map(([name, { face, label }]) => ({ name, label: label ?? name, ...face }));

/** @throws RangeError that names the control */
function readValues<Of extends Controls>(controls: Of, sent: Record<string, unknown>): Values<Of> {
  const values = Object.entries(controls).map(([name, control]) => {
    try {
      return [name, control.read(sent[name])];
    } catch (error) {
      if (error instanceof RangeError) throw new RangeError(`${name}: ${error.message}`, { cause: error });
      throw error;
    }
  });
  return Object.fromEntries(values) as Values<Of>;
}

/** "w = 1.5, seed = 0" */
function settingsOf<Of extends Controls>(controls: Of, values: Values<Of>): string {
  const said = Object.entries<Control<unknown>>(controls).map(([name, control]) => {
    const words = control.say(values[name as keyof Of]);
    return words === undefined ? "" : `${control.label ?? name} = ${words}`;
  });
  return said.filter(Boolean).join(", ");
}
