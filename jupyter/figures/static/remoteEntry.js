// @ts-check
/**
 * JupyterLab's extension for figures, in the form that JupyterLab loads without a build: a container of module
 * federation with one module. It shows the MIME type of Plotly's figures, at once and not after its picture, draws a
 * figure anew when its output is replaced, and puts a picture into the notebook for readers that draw no figures, also
 * where the figure itself is not seen.
 */
(() => {
  const MIME_TYPE = "application/vnd.plotly.v1+json";
  const PNG = "image/png";
  /** How long a figure must stay as it is before its picture is taken, in milliseconds. */
  const PICTURE_AFTER = 300;

  const here = new URL(".", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  /** @type {Promise<any> | undefined} */
  let drawing;

  /** @param {string} name @returns {Promise<unknown>} */
  const loadScript = (name) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(name, here).href;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${name} could not be loaded; run npm start again.`));
      document.head.append(script);
    });

  /** plotly.js and the view, loaded with the first figure. */
  const loadDrawing = () =>
    (drawing ??= loadScript("plotly.min.js")
      .then(() => loadScript("figure-view.js"))
      .then(() => /** @type {any} */ (globalThis).cfgFigures));

  /** @param {any} Widget JupyterLab's base class of what it shows */
  const rendererOf = (Widget) =>
    class extends Widget {
      /** The figure in work, as text. */
      text = "";
      /** @type {any} */
      view;
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      timer;

      constructor() {
        super();
        this.addClass("cfg-figure");
        this.node.setAttribute("role", "figure");
      }

      /** @param {any} model the output: its data by MIME type */
      async renderModel(model) {
        const figure = model.data[MIME_TYPE];
        const text = JSON.stringify(figure);
        if (text === this.text) return; // only its picture has come
        this.text = text;
        const { figureView, pictureOf } = await loadDrawing();
        if (this.isDisposed || text !== this.text) return;
        this.node.setAttribute("aria-label", String(model.data["text/plain"] ?? "Figure"));
        this.view ??= figureView(this.node);
        this.view.update(figure, model.data[PNG]);
        clearTimeout(this.timer);
        if (PNG in model.data) return;
        this.timer = setTimeout(async () => {
          const picture = await pictureOf(figure);
          if (!this.isDisposed && text === this.text)
            model.setData({ data: { ...model.data, [PNG]: picture } });
        }, PICTURE_AFTER);
      }

      dispose() {
        clearTimeout(this.timer);
        this.view?.dispose();
        super.dispose();
      }
    };

  /** @type {any} */
  let scope;
  /** @param {string} name a module that JupyterLab shares @returns {Promise<any>} */
  const sharedModule = async (name) => {
    const [version] = Object.values(scope[name]);
    return (await version.get())();
  };

  const lab = /** @type {any} */ (globalThis);
  lab._JUPYTERLAB = {
    ...lab._JUPYTERLAB,
    "cfg-figures": {
      /** @param {any} labScope */
      init: (labScope) => {
        scope = labScope;
      },
      get: async () => {
        const { Widget } = await sharedModule("@lumino/widgets");
        const Renderer = rendererOf(Widget);
        const extension = {
          id: "cfg-figures:figures",
          rendererFactory: { safe: true, mimeTypes: [MIME_TYPE], createRenderer: () => new Renderer() },
          dataType: "json",
          rank: 1,
        };
        return () => ({ __esModule: true, default: extension });
      },
    },
  };
})();
