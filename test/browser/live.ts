/** Live pictures in an open notebook: moving their controls, and reading what they show. */
import type { Locator, Page } from "playwright-core";

/** A code cell of the notebook that is seen: a page that is loaded again may hold another notebook behind it. */
export const cellOf = (page: Page, cell: number): Locator =>
  page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").nth(cell);

/** The live picture under a code cell. */
export const liveOf = (page: Page, cell: number): Locator => cellOf(page, cell).locator(".cfg-live");

/** What stands in for it where no kernel answers. */
export const stillOf = (page: Page, cell: number): Locator => cellOf(page, cell).locator(".cfg-live-still");

/** What a move led to. */
export interface Moved {
  phase: string;
  /** From the control's event to the drawn answer, and what of it the function took. Milliseconds. */
  ms: number;
  functionMs: number;
  /** From the control's event to the first picture that answers it: a generator's first step, or the answer itself. */
  firstMs: number;
  /** Whether the canvas, if there is one, shows other pixels than before. */
  isOther: boolean;
}

/** Moves an input of a live picture as a hand would, and waits until the answer to just this move is drawn. */
export async function move(live: Locator, label: string, value: number | string): Promise<Moved> {
  return moveInput(live, label, value);
}

/** Moves an input to another value than it has, whichever kind it is of. */
export async function moveOn(live: Locator, label: string): Promise<Moved> {
  return moveInput(live, label, null);
}

async function moveInput(live: Locator, label: string, value: number | string | null): Promise<Moved> {
  // tsx names functions by a helper, which a page does not have.
  await live.page().evaluate("globalThis.__name ??= (it) => it");
  return live.getByLabel(label, { exact: true }).evaluate(
    (input: HTMLInputElement | HTMLSelectElement, to) =>
      new Promise<Moved>((resolve) => {
        const host = input.closest(".cfg-live")!;
        /** All that is seen: digits, figures and texts. */
        const look = (): string => {
          let sum = 0;
          for (const canvas of Array.from(host.querySelectorAll<HTMLCanvasElement>("canvas[role=img]")))
            for (const value of canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height).data)
              sum = (Math.imul(sum, 31) + value) | 0;
          const svg = Array.from(host.querySelectorAll(".main-svg"), (part) => part.innerHTML);
          return [sum, host.querySelector(".cfg-live-stage")!.textContent, ...svg].join();
        };
        const before = look();
        const began = performance.now();
        let wish: number | undefined;
        let firstMs: number | undefined;
        host.addEventListener("cfg-live-drawn", function drawn(event) {
          const { detail } = event as CustomEvent<{ wish: number; phase: string; ms: number }>;
          // Answers to earlier moves may still come.
          if (detail.wish < (wish ?? Infinity)) return;
          const first = (firstMs ??= performance.now() - began);
          if (detail.phase === "step") return;
          host.removeEventListener("cfg-live-drawn", drawn);
          const ms = performance.now() - began;
          const tell = (isOther: boolean): void =>
            resolve({ phase: detail.phase, ms, functionMs: detail.ms, firstMs: first, isOther });
          // Plotly draws a figure a little later.
          const isFigure = host.querySelector(".cfg-live-figure") !== null;
          (function wait(tries: number) {
            if (look() !== before || !isFigure || tries === 0) tell(look() !== before);
            else setTimeout(wait, 50, tries - 1);
          })(60);
        });
        host.addEventListener("cfg-live-asked", (event) => (wish = (event as CustomEvent<number>).detail), {
          once: true,
        });
        const other = (): string => {
          if (input instanceof HTMLSelectElement)
            return input.options[(input.selectedIndex + 1) % input.options.length].value;
          if (input.type === "text") return input.value.split("").reverse().join("");
          const next = input.valueAsNumber + (input.type === "range" ? 5 : 1) * (Number(input.step) || 1);
          return String(next > Number(input.max || Infinity) ? input.min : next);
        };
        input.value = to === null ? other() : String(to);
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    value,
  );
}

/** The grey values of the digits on a live picture's canvas, digit by digit. */
export function greysOf(live: Locator, size: number = 32): Promise<number[]> {
  return live.locator("canvas[role=img]").evaluate((canvas: HTMLCanvasElement, side) => {
    const greys: number[] = [];
    const context = canvas.getContext("2d")!;
    for (let y = 1; y < canvas.height; y += side + 1)
      for (let x = 1; x < canvas.width; x += side + 1) {
        const { data } = context.getImageData(x, y, side, side);
        for (let i = 0; i < data.length; i += 4) greys.push(data[i]);
      }
    return greys;
  }, size);
}
