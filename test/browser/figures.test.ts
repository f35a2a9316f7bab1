/** Every figure as JupyterLab and an exported page draw it, in a real headless browser. */
import assert from "node:assert/strict";
import * as path from "node:path";
import { after, before, describe, it, test } from "node:test";
import { digitGrid, guidanceLine } from "cfg-lib";
import type { Figure } from "cfg-lib/dist/plots/figure";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../../scripts/notebooks/browser";
import { courseNotebooks, PLOTLY, readNotebook } from "../../scripts/notebooks/notebook-file";
import { drawPng, plotlyPage } from "../../scripts/notebooks/pictures";
import { everyFigure } from "../plots/figures";

let browser: Browser;
let page: Page;
const errors: string[] = [];
const requests: string[] = [];
before(async () => {
  browser = await openBrowser();
  page = await plotlyPage(browser);
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url())) requests.push(request.url());
  });
});
after(() => browser.close());

/** Draws a figure into the page, in a place so wide. */
async function draw(figure: unknown, width: number = 900): Promise<void> {
  await page.evaluate(
    ([content, pixels]) => {
      const { cfgFigures } = globalThis as unknown as {
        cfgFigures: { figureView(host: HTMLElement): { update(figure: unknown): void } };
      };
      document.body.innerHTML = `<div id="figure" style="width: ${pixels}px"></div>`;
      cfgFigures.figureView(document.querySelector<HTMLElement>("#figure")!).update(content);
    },
    [figure, width] as const,
  );
  await page.waitForFunction(() => document.querySelector("#figure .main-svg") !== null);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
}

/** How many curves, bars, pictures and texts are seen. */
const marks = (): Promise<number> =>
  page.locator("#figure :is(.trace, .slice, .imagelayer image, .heatmaplayer image)").count();

/** What the buttons say that come when the pointer does. */
async function buttonTitles(): Promise<string[]> {
  await page.mouse.move(0, 0);
  await page.mouse.move(300, 150);
  return page
    .locator("#figure .modebar-btn")
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute("data-title") ?? ""));
}

interface Rectangle {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Where the things that a selector names are seen, in pixels of the screen. */
const rectangles = (selector: string): Promise<Rectangle[]> =>
  page.locator(selector).evaluateAll((elements) =>
    elements.map((element) => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return { left, right, top, bottom };
    }),
  );

const overlap = (a: Rectangle, b: Rectangle): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

for (const file of courseNotebooks()) {
  const name = path.basename(file);
  test(`the figures of ${name} are drawn without an error`, async () => {
    for (const [place, cell] of readNotebook(file).cells.entries()) {
      for (const output of cell.outputs ?? []) {
        const figure = output.data?.[PLOTLY] as { data: object[] } | undefined;
        if (!figure) continue;
        await draw(figure);
        assert.ok((await marks()) > 0, `cell ${place + 1}: nothing is drawn`);
      }
    }
    assert.deepEqual(errors, []);
  });
}

test("the check bites: a figure without data draws no marks", async () => {
  await draw({ data: [], layout: {} });
  assert.equal(await marks(), 0);
});

const figures: Record<string, Figure> = {
  ...everyFigure(),
  "a grid without a title": digitGrid(new Float32Array(10 * 1024), { columns: 10 }),
};

for (const [name, figure] of Object.entries(figures)) {
  describe(name, () => {
    it("fits a page of 1400, 900, 600 and 320 pixels, and a page that changes its width", async () => {
      const fits = async (width: number, how: string): Promise<void> => {
        const [host] = await rectangles("#figure");
        for (const part of await rectangles("#figure .main-svg, #figure .slider-container")) {
          assert.ok(part.right <= host.left + width + 1, `${how}: ends at ${part.right - host.left}`);
          assert.ok(part.bottom <= host.bottom + 1, `${how}: ${part.bottom} is cut off at ${host.bottom}`);
        }
        const scrolled = await page.locator("#figure").evaluate((figure) => {
          figure.scrollLeft = 100;
          figure.scrollTop = 100;
          return figure.scrollLeft + figure.scrollTop;
        });
        assert.equal(scrolled, 0, `${how}: nothing is to be scrolled to`);
        const [drawing] = await rectangles("#figure .main-svg");
        assert.ok(
          host.bottom - drawing.bottom < 2,
          `${how}: ${host.bottom - drawing.bottom} pixels are empty`,
        );
      };
      for (const width of [1400, 900, 600, 320]) {
        await draw(figure, width);
        await fits(width, `${width} pixels`);
      }
      for (const width of [1100, 400, 900]) {
        await page.locator("#figure").evaluate((host, pixels) => (host.style.width = `${pixels}px`), width);
        await page.waitForTimeout(300);
        await fits(width, `made ${width} pixels wide`);
      }
    });

    it("shows its buttons beside the drawing, and none that selects, sends or advertises", async () => {
      await draw(figure);
      const titles = await buttonTitles();
      assert.ok(titles.length > 0);
      assert.doesNotMatch(titles.join(), /share|cloud|send|lasso|select|plotly\.js/i);
      const [buttons] = await rectangles("#figure .modebar-group");
      for (const plot of await rectangles("#figure .plotbg, #figure .bg, #figure .imagelayer image"))
        assert.ok(!overlap(buttons, plot), `${JSON.stringify(buttons)} covers ${JSON.stringify(plot)}`);
    });
  });
}

test("no curve runs through the name of a place", async () => {
  const wide = [-1, 0, 0.5, 1, 2, 4, 10];
  const lines = [
    [0.8, 0.6],
    [0.8, 1.1],
    [0.25, 2],
    [-0.4, 0.4],
  ] as const;
  const named = {
    labelledChart: everyFigure().labelledChart,
    ...Object.fromEntries(
      lines.map((cond) => [
        `guidanceLine to ${cond.join(", ")}`,
        guidanceLine({ uncond: [0.2, 1], cond, scales: wide }),
      ]),
    ),
  };
  for (const [name, figure] of Object.entries(named)) {
    for (const width of [900, 1400]) {
      await draw(figure, width);
      const struck = await page.evaluate(() => {
        const texts = Array.from(document.querySelectorAll("#figure .textpoint text")).map((text) => ({
          text: text.textContent,
          box: text.getBoundingClientRect(),
        }));
        const hits: string[] = [];
        for (const line of Array.from(document.querySelectorAll<SVGPathElement>("#figure .js-line"))) {
          const toScreen = line.getScreenCTM()!;
          for (let at = 0; at < line.getTotalLength(); at++) {
            const { x, y } = line.getPointAtLength(at).matrixTransform(toScreen);
            // The box of a text has some air above and below the letters.
            for (const { text, box } of texts)
              if (x > box.left && x < box.right && y > box.top + 4 && y < box.bottom - 4) hits.push(text);
          }
        }
        return [...new Set(hits)];
      });
      assert.deepEqual(struck, [], `${name}, ${width} pixels`);
    }
  }
});

test("a figure of Plotly's own is drawn, of whatever kind", async () => {
  const own = [
    { data: [{ type: "pie", values: [1, 2] }] },
    { data: [{ type: "scatter", y: [1, 2] }], layout: { title: { text: "Mine" }, width: 2000 } },
    {
      data: [
        {
          type: "surface",
          z: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
    },
  ];
  for (const figure of own) await draw(figure, 700);
  await draw(own[0]);
  assert.equal(await page.locator("#figure .slice").count(), 2);
  assert.deepEqual(errors, []);
});

test("a figure may do without more buttons, but brings none of those back", async () => {
  const config = {
    showSendToCloud: true,
    modeBarButtonsToAdd: ["lasso2d"],
    modeBarButtonsToRemove: ["zoom2d", "pan2d"],
  };
  await draw({ data: [{ y: [1, 2] }], config });
  const titles = await buttonTitles();
  assert.ok(titles.length > 2);
  assert.doesNotMatch(titles.join(), /share|cloud|lasso|^zoom$|pan/i);
});

test("a picture is as large as its figure, whether or not that is seen", async () => {
  const size = async (figure: object): Promise<[number, number]> => {
    const bytes = Buffer.from(await drawPng(page, figure), "base64");
    return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  };
  await page.evaluate(() => document.body.replaceChildren());
  assert.deepEqual(await size({ data: [{ y: [1, 2] }] }), [900, 450]);
  assert.deepEqual(await size({ data: [{ y: [1, 2] }], layout: { height: 300 } }), [900, 300]);
  const { width, height } = figures.digitGrid.layout as { width: number; height: number };
  assert.deepEqual(await size(figures.digitGrid), [width, height]);
});

test("nothing of this asked a network for anything", () => {
  assert.deepEqual(requests, []);
});
