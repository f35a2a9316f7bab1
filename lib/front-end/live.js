// @ts-check
/**
 * Draws a live picture in the page: its controls, and below them what the kernel makes of their values. anywidget runs it
 * (https://anywidget.dev); the kernel sends it as text, so it imports nothing.
 *
 * The page sends a wish when a control is moved: its number, and the values. The kernel says which wish it has taken, and
 * sends results with the number of the wish that they are for.
 */

/**
 * @typedef {{ name: string, label: string } & (
 *   | { kind: "slider", min: number, max: number, step: number }
 *   | { kind: "stepper", min: number | null, max: number | null, step: number, hint: string }
 *   | { kind: "choice", options: string[] }
 *   | { kind: "toggle" } | { kind: "button" } | { kind: "pad", size: number }
 *   | { kind: "text", pattern: string | null, hint: string })} Face
 * @typedef {{ kind: "digits", pixels: DataView, size: number, columns: number, rowLabels: string[], columnLabels: string[],
 *   title: string, xTitle: string }} Digits
 * @typedef {Digits | { kind: "figure", figure: any, text: string } | { kind: "table", html: string }
 *   | { kind: "text", text: string }} Part
 * @typedef {{ wish: number, phase: "step" | "done" | "stopped" | "failed", parts: Part[], settings?: string,
 *   error?: string[], ms: number }} Result
 * @typedef {{ controls: Face[], wish: { number: number, values: Record<string, unknown> }, taken: number, notice: string, progress: number,
 *   result: Result | null, still: object | null }} State
 * @typedef {{ node: HTMLElement, read: () => unknown, write: (value: any) => void, refused?: () => string }} Control
 *   `read` gives undefined where nothing fit stands in it; `refused` says then what is, and what must be.
 * @typedef {{ node: HTMLElement, draw: (part: any, settings: string) => void, dispose?: () => void }} View
 */

/** How long an answer may take before the page says why, and how long typing rests before it counts. Milliseconds. */
const PATIENCE = 300;
const TYPING_RESTS = 300;
const WAITS = "Waits: a cell is running, and goes first.";

/** @type {<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className?: string, text?: string) => HTMLElementTagNameMap[Tag]} */
const element = (tag, className = "", text = "") =>
  Object.assign(document.createElement(tag), { className, textContent: text });

/** What is typed counts when the hand rests, or leaves the field. @param {HTMLInputElement} node @param {() => void} moved */
function whenTyped(node, moved) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const count = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    moved();
  };
  node.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(count, TYPING_RESTS);
  });
  node.addEventListener("change", count);
}

/** What is in a field that does not take it, and what must be. @param {HTMLInputElement} node @param {{ label: string, hint: string }} face */
function refusal({ value, validity, type }, { label, hint }) {
  const text = type === "text" ? `"${value}"` : value;
  const given = validity.badInput ? "no number" : value === "" ? "empty" : text;
  return `${label} is ${given}; it must be ${hint}.`;
}

/** @param {Face} face @param {() => void} moved @returns {Control} */
function controlOf(face, moved) {
  const label = element("label", `cfg-live-control cfg-live-${face.kind}`);
  label.append(element("span", "", face.label));
  /** @param {string} type @param {Record<string, unknown>} [more] */
  const input = (type, more = {}) => {
    const node = Object.assign(element("input"), { type, ...more });
    node.setAttribute("aria-label", face.label); // without the value, which stands in the label, too
    if (type === "text") whenTyped(node, moved);
    else node.addEventListener("input", moved);
    label.append(node);
    return node;
  };
  switch (face.kind) {
    case "slider": {
      const node = input("range", { min: face.min, max: face.max, step: face.step });
      const said = element("span", "cfg-live-value");
      said.ariaHidden = "true"; // a slider says its value itself
      label.append(said);
      const say = () => (said.textContent = String(node.valueAsNumber));
      node.addEventListener("input", say);
      return {
        node: label,
        read: () => node.valueAsNumber,
        write: (value) => {
          node.value = String(value);
          say();
        },
      };
    }
    case "stepper": {
      const node = input("number", { min: face.min ?? "", max: face.max ?? "", step: face.step });
      return {
        node: label,
        read: () =>
          node.value !== "" && !node.validity.rangeUnderflow && !node.validity.rangeOverflow
            ? node.valueAsNumber
            : undefined,
        write: (value) => (node.value = String(value)),
        refused: () => refusal(node, face),
      };
    }
    case "choice": {
      const node = element("select");
      node.setAttribute("aria-label", face.label); // without the options, which stand in the label, too
      node.append(...face.options.map((name) => new Option(name, name)));
      node.addEventListener("input", moved);
      label.append(node);
      return { node: label, read: () => node.value, write: (value) => (node.value = String(value)) };
    }
    case "toggle": {
      const node = input("checkbox");
      return { node: label, read: () => node.checked, write: (value) => (node.checked = value === true) };
    }
    case "text": {
      const node = input("text", { spellcheck: false, autocomplete: "off", title: face.hint });
      if (face.pattern !== null) node.pattern = face.pattern;
      node.required = face.pattern !== null && !new RegExp(`^(?:${face.pattern})$`).test("");
      return {
        node: label,
        read: () => (node.validity.valid ? node.value : undefined),
        write: (value) => (node.value = String(value)),
        refused: () => refusal(node, face),
      };
    }
    case "button": {
      let presses = 0;
      const node = element("button", "cfg-live-control cfg-live-button", face.label);
      node.type = "button";
      node.addEventListener("click", () => {
        presses++;
        moved();
      });
      return { node, read: () => presses, write: (value) => (presses = Number(value)) };
    }
    case "pad":
      return padOf(face, moved);
  }
}

/** Pixels of the pad on the screen, and of the pen, and of one press of an arrow key. */
const PAD = 256;
const PEN = 22;
const STRIDE = 8;
const MOST_UNDOS = 50;

/** @param {Extract<Face, { kind: "pad" }>} face @param {() => void} moved @returns {Control} */
function padOf({ label, size }, moved) {
  const node = element("div", "cfg-live-control cfg-live-pad");
  const sheet = Object.assign(element("canvas"), { width: PAD, height: PAD, tabIndex: 0 });
  sheet.setAttribute("role", "application");
  sheet.setAttribute(
    "aria-label",
    `${label}: draw with mouse, pen or finger; or move with the arrow keys, and put the pen down or up with Space`,
  );
  const pen = element("span", "cfg-live-pen");
  pen.ariaHidden = "true";
  const board = element("div", "cfg-live-board");
  board.append(sheet, pen);
  const [undo, clear] = ["Undo", "Clear"].map((name) =>
    Object.assign(element("button", "", name), { type: "button" }),
  );
  const buttons = element("div", "cfg-live-buttons");
  buttons.append(undo, clear);
  const how = element("div", "cfg-live-hint", "mouse, pen or finger; or arrow keys and Space");
  node.append(element("span", "", label), board, buttons, how);
  const paper = /** @type {CanvasRenderingContext2D} */ (
    sheet.getContext("2d", { willReadFrequently: true })
  );
  const small = Object.assign(element("canvas"), { width: size, height: size });
  const ink = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d", { willReadFrequently: true }));
  Object.assign(paper, {
    lineWidth: PEN,
    lineCap: "round",
    lineJoin: "round",
    strokeStyle: "#fff",
    fillStyle: "#000",
  });

  /** What the pad held before each stroke, the newest last. @type {ImageData[]} */
  const before = [];
  const keep = () => {
    before.push(paper.getImageData(0, 0, PAD, PAD));
    if (before.length > MOST_UNDOS) before.shift();
  };

  let [x, y, isDown] = [PAD / 2, PAD / 2, false];
  /** @param {number} nextX @param {number} nextY */
  const go = (nextX, nextY) => {
    if (isDown) {
      paper.beginPath();
      paper.moveTo(x, y);
      paper.lineTo(nextX, nextY);
      paper.stroke();
      moved();
    }
    [x, y] = [nextX, nextY];
    pen.style.left = `${(100 * x) / PAD}%`;
    pen.style.top = `${(100 * y) / PAD}%`;
    pen.classList.toggle("cfg-live-pen-down", isDown);
  };
  /** @param {PointerEvent} event @returns {[number, number]} */
  const place = ({ clientX, clientY }) => {
    const { left, top, width } = sheet.getBoundingClientRect();
    return [((clientX - left) * PAD) / width, ((clientY - top) * PAD) / width];
  };
  sheet.addEventListener("pointerdown", (event) => {
    sheet.setPointerCapture(event.pointerId);
    keep();
    [x, y] = place(event);
    isDown = true;
    go(x + 0.1, y);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (isDown) go(...place(event));
  });
  for (const type of ["pointerup", "pointercancel"]) sheet.addEventListener(type, () => (isDown = false));
  sheet.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], " ": [0, 0] }[
      event.key
    ];
    if (!move) return;
    event.preventDefault();
    if (event.key === " ") {
      isDown = !isDown;
      if (isDown) keep();
    }
    const within = (/** @type {number} */ at) => Math.min(PAD - PEN / 2, Math.max(PEN / 2, at));
    go(within(x + move[0] * STRIDE), within(y + move[1] * STRIDE));
  });
  clear.addEventListener("click", () => {
    keep();
    paper.fillRect(0, 0, PAD, PAD);
    moved();
  });
  undo.addEventListener("click", () => {
    const earlier = before.pop();
    if (!earlier) return;
    paper.putImageData(earlier, 0, 0);
    moved();
  });
  return {
    node,
    read: () => {
      ink.drawImage(sheet, 0, 0, size, size);
      const { data } = ink.getImageData(0, 0, size, size);
      return Uint8Array.from({ length: size * size }, (_, i) => data[4 * i]);
    },
    write: (/** @type {DataView | Uint8Array} */ bytes) => {
      const image = new ImageData(size, size);
      const greys = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      greys.forEach((grey, i) => image.data.set([grey, grey, grey, 255], 4 * i));
      ink.putImageData(image, 0, 0);
      paper.drawImage(small, 0, 0, PAD, PAD);
    },
  };
}

/** Pixels between two digits, their grey, and a digit's largest and a row's largest width on the screen. */
const GAP = 1;
const EDGE = 160;
const LARGEST = 112;
const ROOM = 900;

/** A grid of digits on one canvas. @returns {View} */
function digitsView() {
  const node = element("figure", "cfg-live-digits");
  const [title, rowLabels, columnLabels, xTitle] = ["title", "rows", "columns", "x-title"].map((name) =>
    element("div", `cfg-live-${name}`),
  );
  const canvas = element("canvas");
  canvas.setAttribute("role", "img");
  node.append(title, rowLabels, canvas, columnLabels, xTitle);
  let drawn = "";
  /** What stands around the digits changes seldom. @param {Digits} part @param {number} rows */
  const around = (part, rows) => {
    const text = JSON.stringify([
      part.title,
      part.rowLabels,
      part.columnLabels,
      part.xTitle,
      part.columns,
      rows,
    ]);
    if (text === drawn) return;
    drawn = text;
    title.textContent = part.title;
    xTitle.textContent = part.xTitle;
    rowLabels.replaceChildren(...part.rowLabels.map((label) => element("span", "", label)));
    columnLabels.replaceChildren(...part.columnLabels.map((label) => element("span", "", label)));
    const zoom = Math.max(32, Math.min(LARGEST, Math.floor(ROOM / part.columns), Math.floor(640 / rows)));
    node.style.setProperty("--cfg-width", `${zoom * part.columns}px`);
    node.style.setProperty("--cfg-columns", String(part.columns));
    canvas.width = part.columns * (part.size + GAP) + GAP;
    canvas.height = rows * (part.size + GAP) + GAP;
  };
  return {
    node,
    draw: (/** @type {Digits} */ part, settings) => {
      const { pixels, size, columns } = part;
      const greys = new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
      around(part, greys.length / (size * size * columns));
      canvas.setAttribute("aria-label", `Digits: ${settings}`);
      const { width, height } = canvas;
      const image = new ImageData(width, height);
      const colours = new Uint32Array(image.data.buffer).fill(0xff000000 + EDGE * 0x10101);
      for (let at = 0; at < greys.length; at += size) {
        const digit = Math.floor(at / (size * size));
        const y = Math.floor(digit / columns) * (size + GAP) + GAP + ((at / size) % size);
        const x = (digit % columns) * (size + GAP) + GAP;
        for (let i = 0; i < size; i++) colours[y * width + x + i] = 0xff000000 + greys[at + i] * 0x10101;
      }
      canvas.getContext("2d")?.putImageData(image, 0, 0);
    },
  };
}

/** A figure, drawn by the course's own part of JupyterLab; where that is missing, its title. @returns {View} */
function figureView() {
  const node = element("div", "cfg-live-figure");
  /** @type {{ update: (figure: any) => void, dispose: () => void } | undefined} */
  let view;
  /** @type {any} */
  let newest;
  return {
    node,
    draw: async ({ figure, text }) => {
      newest = figure;
      const drawing = await /** @type {any} */ (globalThis).cfgFigures?.load?.();
      if (!drawing) node.textContent = text;
      else if (newest === figure) {
        view ??= drawing.figureView(node);
        view?.update(figure);
      }
    },
    dispose: () => view?.dispose(),
  };
}

/** @type {Record<Part["kind"], () => View>} */
const VIEWS = {
  digits: digitsView,
  figure: figureView,
  table: () => {
    const node = element("div", "cfg-live-table jp-RenderedHTMLCommon");
    return { node, draw: ({ html }) => (node.innerHTML = html) };
  },
  text: () => {
    const node = element("p", "cfg-live-text");
    return { node, draw: ({ text }) => (node.textContent = text) };
  },
};

/** Text with the one colour that the kernel's errors have. @param {string} line */
function errorLine(line) {
  const node = element("div");
  // eslint-disable-next-line no-control-regex -- ANSI's escape is one
  const [, before, red, after] = /^(.*?)\x1b\[1;31m(.*?)\x1b\[0m(.*)$/s.exec(line) ?? ["", line, "", ""];
  node.append(before, element("strong", "", red), after);
  return node;
}

/** @param {import("@anywidget/types").RenderProps<State>} props */
function render({ model, el }) {
  el.classList.add("cfg-live");
  const form = element("div", "cfg-live-controls");
  form.setAttribute("role", "group");
  form.setAttribute("aria-label", "Controls");
  const stage = element("div", "cfg-live-stage");
  const problem = element("div", "cfg-live-problem");
  problem.setAttribute("role", "alert");
  const status = element("div", "cfg-live-status");
  status.setAttribute("role", "status");
  el.append(form, problem, status, stage);

  const faces = model.get("controls");
  /** The newest value of each control that fits. @type {Record<string, any>} */
  const held = {};
  let number = 0;
  let sent = -1;
  let isEnded = false;
  /** Says which controls hold what does not fit, and what is drawn in its place. */
  const tellRefused = () => {
    const lines = controls.flatMap(({ read, refused }, i) =>
      read() === undefined ? [`${refused?.()} ${held[faces[i].name]} is drawn.`] : [],
    );
    problem.replaceChildren(...lines.map((line) => element("div", "", line)));
  };
  /** @param {number} moved which control */
  const send = (moved) => {
    tellRefused();
    if (controls[moved].read() === undefined) return;
    faces.forEach(({ name }, i) => (held[name] = controls[i].read() ?? held[name]));
    const values = { ...held };
    number = sent = Math.max(number, model.get("wish").number) + 1;
    el.dispatchEvent(new CustomEvent("cfg-live-asked", { bubbles: true, detail: number }));
    model.set("wish", { number, values });
    model.save_changes();
    tellSoon();
  };
  const controls = faces.map((face, i) => controlOf(face, () => send(i)));
  form.append(...controls.map(({ node }) => node));
  // A field that is left with what does not fit shows what is drawn again; the line that says so stays.
  form.addEventListener("change", () =>
    controls.forEach(({ read, write }, i) => {
      if (read() === undefined) write(held[faces[i].name]);
    }),
  );
  // JupyterLab would take arrow keys and letters for its own.
  for (const node of Array.from(form.querySelectorAll("input, select, button, canvas")))
    node.setAttribute("data-lm-suppress-shortcuts", "true");
  const showValues = () => {
    const wish = model.get("wish");
    if (wish.number === sent) return; // our own
    number = wish.number;
    Object.assign(held, wish.values);
    faces.forEach(({ name }, i) => controls[i].write(wish.values[name]));
  };
  showValues();

  /** @type {View[]} */
  let views = [];
  let kinds = "";
  /** @param {Part[]} parts @param {string} settings */
  const draw = (parts, settings) => {
    const next = parts.map(({ kind }) => kind).join();
    if (next !== kinds) {
      for (const view of views) view.dispose?.();
      views = parts.map(({ kind }) => VIEWS[kind]());
      stage.replaceChildren(...views.map(({ node }) => node));
      kinds = next;
    }
    parts.forEach((part, i) => views[i].draw(part, settings));
  };

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** Whether the kernel has not been heard for a while. */
  let isQuiet = false;
  /** Whether a cell runs: its number is a star. A kernel that computes without a pause cannot say so itself. */
  const isCellRunning = () =>
    Array.from(el.closest(".jp-Notebook")?.querySelectorAll(".jp-InputPrompt") ?? []).some((prompt) =>
      prompt.textContent.includes("*"),
    );
  /** What the page waits for, in words; while pictures follow the hand, nothing. */
  const words = () => {
    if (isEnded) return "The kernel that drew this has ended. Run the cell again.";
    if (model.get("notice") === "waiting") return WAITS;
    const [result, taken] = [model.get("result"), model.get("taken")];
    const isComputing = !result || result.wish < taken || result.phase === "step";
    if (!isComputing && result.wish >= number) return result.phase === "stopped" ? "Stopped." : "";
    if (!isQuiet) return "";
    if (!isComputing && isCellRunning()) return WAITS;
    return model.get("progress") > 0 ? `Computing … ${model.get("progress")} %` : "Computing …";
  };
  /** Dims what belongs to other values than the controls have, once that is said. */
  const dimOld = () => {
    const result = model.get("result");
    const isOlder = result !== null && result.wish < number && status.textContent !== "";
    stage.classList.toggle("cfg-live-old", isOlder || result?.phase === "failed");
  };
  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    const text = words();
    if (status.textContent !== text) status.textContent = text;
    stage.setAttribute("aria-busy", String(text !== ""));
    dimOld();
  };
  const tellProgress = () => {
    if (isQuiet) tell();
  };
  const tellSoon = () => {
    timer ??= setTimeout(() => {
      isQuiet = true;
      tell();
    }, PATIENCE);
  };
  const hear = () => {
    isQuiet = false;
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    tellSoon();
  };
  let hasFailed = false;

  const showResult = () => {
    const result = model.get("result");
    if (!result) return;
    const { parts, error = [], settings = "", phase } = result;
    if (parts.length > 0) draw(parts, settings);
    if (phase === "failed") problem.replaceChildren(...error.map(errorLine));
    else if (hasFailed) tellRefused();
    hasFailed = phase === "failed";
    if (phase === "step") dimOld();
    else {
      hear();
      tell();
    }
    if (phase === "step" || result.wish < number) tellSoon();
    el.dispatchEvent(
      new CustomEvent("cfg-live-drawn", {
        bubbles: true,
        detail: { wish: result.wish, phase, ms: result.ms },
      }),
    );
  };
  const keepStill = () => {
    el.dispatchEvent(new CustomEvent("cfg-live-still", { bubbles: true, detail: model.get("still") }));
  };
  const end = () => {
    isEnded = true;
    tell();
  };
  model.on("change:wish", showValues);
  model.on("change:result", showResult);
  model.on("change:taken", hear);
  model.on("change:notice", tellSoon);
  model.on("change:progress", tellProgress);
  model.on("change:still", keepStill);
  model.on("comm:close", end);
  showResult();
  return () => {
    clearTimeout(timer);
    model.off("change:wish", showValues);
    model.off("change:result", showResult);
    model.off("change:taken", hear);
    model.off("change:notice", tellSoon);
    model.off("change:progress", tellProgress);
    model.off("change:still", keepStill);
    model.off(/** @type {any} */ ("comm:close"), end);
    for (const view of views) view.dispose?.();
  };
}

export default { render };
