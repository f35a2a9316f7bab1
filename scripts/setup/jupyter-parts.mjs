// @ts-check
/**
 * What the course adds to JupyterLab, copied into the Python environment: how figures are drawn (`jupyter/figures`), and
 * how a notebook is exported as HTML that needs no network (`jupyter/export`).
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { ROOT, VENV } from "./places.mjs";

const SOURCES = path.join(ROOT, "jupyter");
const FIGURES = path.join(VENV, "share", "jupyter", "labextensions", "cfg-figures");
const TEMPLATE = path.join(VENV, "share", "jupyter", "nbconvert", "templates", "cfg");
/** Read by every program of Jupyter: JupyterLab's server, and `jupyter nbconvert`. */
const CONFIG = path.join(VENV, "etc", "jupyter", "jupyter_config.json");

const PLOTLY = path.join(ROOT, "node_modules", "plotly.js-dist-min", "plotly.min.js");
const KATEX = path.join(ROOT, "node_modules", "katex", "dist");

/** The ways to export that need nothing but Jupyter. The others end in an error, or load scripts from a network. */
const EXPORTS = {
  TemplateExporter: { enabled: false },
  HTMLExporter: { enabled: true, template_name: "cfg" },
  MarkdownExporter: { enabled: true },
  ScriptExporter: { enabled: true },
  ...Object.fromEntries(["Slides", "WebPDF", "Qt"].map((name) => [`${name}Exporter`, { enabled: false }])),
};

/** Every file of the parts, and what must be in it. @returns {Map<string, Buffer>} */
function parts() {
  const inPage = path.join(TEMPLATE, "static");
  const plotly = readFileSync(PLOTLY);
  return new Map([
    ...filesOf(path.join(SOURCES, "figures"), FIGURES),
    [path.join(FIGURES, "static", "plotly.min.js"), plotly],
    ...filesOf(path.join(SOURCES, "export"), TEMPLATE),
    [path.join(inPage, "plotly.min.js"), plotly],
    [
      path.join(inPage, "figure-view.js"),
      readFileSync(path.join(SOURCES, "figures", "static", "figure-view.js")),
    ],
    [path.join(inPage, "katex.js"), readFileSync(path.join(KATEX, "katex.min.js"))],
    [
      path.join(inPage, "katex-auto-render.js"),
      readFileSync(path.join(KATEX, "contrib", "auto-render.min.js")),
    ],
    [path.join(inPage, "katex.css"), Buffer.from(katexCss())],
    [CONFIG, Buffer.from(`${JSON.stringify(EXPORTS, null, 2)}\n`)],
  ]);
}

/** KaTeX's style sheet with its fonts in it: of each the one that every browser reads. */
function katexCss() {
  const css = readFileSync(path.join(KATEX, "katex.min.css"), "utf8");
  return css.replace(/src:url\((fonts\/[^)]*\.woff2)\)[^;}]*/g, (_, name) => {
    const font = readFileSync(path.join(KATEX, name)).toString("base64");
    return `src:url(data:font/woff2;base64,${font}) format("woff2")`;
  });
}

/** The files of a folder, by their place in another. @param {string} source @param {string} target */
const filesOf = (source, target) =>
  readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(path.join(source, name)).isFile())
    .map(
      (name) =>
        /** @type {[string, Buffer]} */ ([path.join(target, name), readFileSync(path.join(source, name))]),
    );

const wrongParts = () =>
  [...parts()].filter(([file, content]) => !existsSync(file) || !readFileSync(file).equals(content));

/** Whether the parts are where JupyterLab looks for them, as they must be. */
export const arePartsWritten = () => wrongParts().length === 0;

/** Puts the parts where JupyterLab looks for them; writes only what differs. */
export function writeParts() {
  for (const [file, content] of wrongParts()) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  }
}
