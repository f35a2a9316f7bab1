/** The library in a web page, bundled as any page's script is: it samples there what it samples in Node. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { startEngine } from "cfg-lib";
import { shippedWeights } from "cfg-lib/dist/weights/files";
import { build, type Metafile } from "esbuild";
import type { Browser, Page, Route } from "playwright-core";
import { openBrowser } from "../../scripts/notebooks/browser";
import { ROOT } from "../../scripts/notebooks/notebook-file";
import type { SampleOn } from "./page/page";
import { sampleDigit } from "./page/sample-digit";

const ADDRESS = "http://page.test";
const WEIGHTS = readFileSync(shippedWeights("repaired-ema"));
const WASM = path.dirname(require.resolve("@tensorflow/tfjs-backend-wasm"));

let browser: Browser;
let page: Page;
let metafile: Metafile;
const errors: string[] = [];

before(async () => {
  const bundle = await build({
    absWorkingDir: ROOT,
    entryPoints: ["test/browser/page/page.ts"],
    bundle: true,
    platform: "browser",
    write: false,
    metafile: true,
    logLevel: "silent", // what is wrong, it throws
  });
  metafile = bundle.metafile;
  browser = await openBrowser();
  page = await browser.newPage();
  page.on("pageerror", (error) => errors.push(error.message));
  await page.route("**/*", (route) => serve(route, bundle.outputFiles[0].text));
  await page.goto(ADDRESS);
});
after(() => browser.close());

/** Answers what the page asks for; there is no server. */
function serve(route: Route, script: string): Promise<void> {
  const { pathname } = new URL(route.request().url());
  if (pathname === "/")
    return route.fulfill({ contentType: "text/html", body: '<script src="/page.js"></script>' });
  if (pathname === "/page.js") return route.fulfill({ contentType: "text/javascript", body: script });
  if (pathname === "/weights.safetensors") return route.fulfill({ body: WEIGHTS });
  if (pathname.startsWith("/wasm/"))
    return route.fulfill({
      contentType: "application/wasm",
      path: path.join(WASM, path.basename(pathname)),
    });
  return route.fulfill({ status: 404 });
}

test("a bundler that builds for a page takes the library's core for cfg-lib, and no file that needs Node", () => {
  const inputs = Object.keys(metafile.inputs);
  assert.ok(inputs.includes("lib/dist/core.js"));
  assert.ok(!inputs.includes("lib/dist/index.js"));
  assert.deepEqual(
    inputs.filter((file) => /^(kernel|data)\//.test(file)),
    [],
  );
});

for (const backend of ["wasm", "cpu"]) {
  test(`a digit sampled in a page, on plain TensorFlow.js' ${backend}, is Node's`, async (t) => {
    startEngine();
    const expected = sampleDigit(WEIGHTS, "the same weights");
    const digit = await page.evaluate(
      ([name, weights]) => (globalThis as unknown as { sampleOn: SampleOn }).sampleOn(name, weights),
      [backend, "/weights.safetensors"] as const,
    );
    assert.deepEqual(errors, []);
    assert.equal(digit.backend, backend);
    assert.equal(digit.pixels.length, 32 * 32);
    assert.ok(Math.max(...expected) > 0.5 && Math.min(...expected) < -0.5, "there is a digit");
    const largest = digit.pixels.reduce((max, pixel, i) => Math.max(max, Math.abs(pixel - expected[i])), 0);
    t.diagnostic(`${backend}: ${digit.seconds.toFixed(1)} s, largest difference ${largest.toExponential(1)}`);
    assert.ok(largest <= 1e-3, `the largest difference is ${largest}; 1e-3 is allowed`);
  });
}
