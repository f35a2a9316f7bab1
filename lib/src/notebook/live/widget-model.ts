/**
 * A Jupyter widget, as the kernel keeps it: a state that the page sees and may change
 * (https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md, version 2.1.0). What the page draws
 * is the text of a module, which anywidget runs (https://anywidget.dev).
 */
import { type Comm, notebook } from "cfg-kernel";
import { isObject } from "../../fields";

const PROTOCOL = { version: "2.1.0" };
/** The versions of anywidget's front end that know these fields. */
const ANYWIDGET = "~0.11.*";

/** Fields of a widget; bytes may stand anywhere in them. */
export type WidgetState = Record<string, unknown>;

/** A widget whose page may be open, closed or loaded again. */
export interface WidgetModel {
  readonly id: string;
  /** Changes fields, here and in every page that shows the widget. */
  update: (state: WidgetState) => void;
  /** Ends it: pages keep what they show, and it no longer answers. */
  close: () => void;
}

/** The widgets of this kernel, for pages that are loaded again. */
const open = new Map<string, WidgetState>();
let isControlled = false;

/**
 * Opens a widget in a kernel; undefined outside a notebook.
 * @param options.module the text of a module, as anywidget runs it
 * @param options.css its style sheet
 * @param options.state the fields of its own
 * @param options.onChange hears what the page has changed; the fields are changed already
 */
export function openWidget({
  module,
  css,
  state: own,
  onChange,
}: {
  module: string;
  css: string;
  state: WidgetState;
  onChange: (changed: WidgetState) => void;
}): WidgetModel | undefined {
  const kernel = notebook();
  if (!kernel) return undefined;
  answerPages();
  const state: WidgetState = {
    _model_module: "anywidget",
    _model_name: "AnyModel",
    _model_module_version: ANYWIDGET,
    _view_module: "anywidget",
    _view_name: "AnyView",
    _view_module_version: ANYWIDGET,
    _view_count: null,
    _dom_classes: [],
    layout: null,
    tooltip: null,
    tabbable: null,
    _anywidget_id: "cfg-lib.live",
    _esm: module,
    _css: css,
    ...own,
  };
  const { message, buffers } = withoutBytes(state);
  const comm: Comm = kernel.openComm("jupyter.widget", {
    data: { state: message, buffer_paths: buffers.map(({ path }) => path) },
    buffers: buffers.map(({ bytes }) => bytes),
    metadata: PROTOCOL,
  });
  open.set(comm.id, state);
  const send = (some: WidgetState): void => {
    const { message, buffers } = withoutBytes(some);
    comm.send({
      data: { method: "update", state: message, buffer_paths: buffers.map(({ path }) => path) },
      buffers: buffers.map(({ bytes }) => bytes),
    });
  };
  comm.onMessage(({ data, buffers = [] }) => {
    if (data.method === "request_state") send(state);
    if (data.method !== "update" || !isObject(data.state)) return;
    const changed = withBytes(data.state, pathsOf(data.buffer_paths), buffers);
    Object.assign(state, changed);
    onChange(changed);
  });
  comm.onClose(() => void open.delete(comm.id));
  return {
    id: comm.id,
    update: (some) => {
      Object.assign(state, some);
      send(some);
    },
    close: () => comm.close(),
  };
}

/** What a cell shows for a widget. */
export function widgetView(id: string): object {
  return { version_major: 2, version_minor: 0, model_id: id };
}

/** A page that is loaded again asks for all widgets at once. */
function answerPages(): void {
  if (isControlled) return;
  isControlled = true;
  notebook()?.addCommTarget("jupyter.widget.control", (comm) => {
    comm.onMessage(({ data }) => {
      if (data.method !== "request_states") return;
      const states = Object.fromEntries(
        [...open].map(([id, state]) => [
          id,
          {
            model_name: state._model_name,
            model_module: state._model_module,
            model_module_version: state._model_module_version,
            state,
          },
        ]),
      );
      const { message, buffers } = withoutBytes(states);
      comm.send({
        data: { method: "update_states", states: message, buffer_paths: buffers.map(({ path }) => path) },
        buffers: buffers.map(({ bytes }) => bytes),
      });
    });
  });
}

/** Where bytes stand in a state: names and places in lists, from the outside in. */
type BytesPath = (string | number)[];

/** A copy of the state without its bytes, which go beside the message and not in it. */
function withoutBytes(state: WidgetState): {
  message: WidgetState;
  buffers: { path: BytesPath; bytes: Uint8Array }[];
} {
  const buffers: { path: BytesPath; bytes: Uint8Array }[] = [];
  const copy = (value: unknown, path: BytesPath): unknown => {
    if (value instanceof Uint8Array) {
      buffers.push({ path, bytes: value });
      return undefined; // JSON leaves it out of an object, and keeps its place in a list
    }
    if (Array.isArray(value)) return value.map((one, i) => copy(one, [...path, i]));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copy(one, [...path, name])]));
  };
  return { message: copy(state, []) as WidgetState, buffers };
}

/** A state from a page, with its bytes put back in their places. */
function withBytes(state: WidgetState, paths: BytesPath[], buffers: Uint8Array[]): WidgetState {
  paths.forEach((path, i) => {
    let place: unknown = state;
    for (const name of path.slice(0, -1)) place = (place as Record<string | number, unknown>)[name];
    (place as Record<string | number, unknown>)[path[path.length - 1]] = buffers[i];
  });
  return state;
}

const pathsOf = (given: unknown): BytesPath[] => (Array.isArray(given) ? (given as BytesPath[]) : []);
