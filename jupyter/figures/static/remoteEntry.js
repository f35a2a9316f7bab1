// @ts-check
/**
 * JupyterLab's extension for figures, in the form that JupyterLab loads without a build: a container of module
 * federation with one module. It shows the MIME type of Plotly's figures, at once and not after its picture, draws a
 * figure anew when its output is replaced, and puts a picture into the notebook for readers that draw no figures, also
 * where the figure itself is not seen.
 *
 * It also shows live pictures: as Jupyter's widgets do while their kernel lives, and without it as the last picture, where
 * the widgets' own part would say that a model was not found.
 */
(() => {
  const MIME_TYPE = "application/vnd.plotly.v1+json";
  const PNG = "image/png";
  const LIVE = "application/vnd.cfg-lib.live+json";
  const WIDGET = "application/vnd.jupyter.widget-view+json";
  /** How long a figure must stay as it is before its picture is taken, in milliseconds. */
  const PICTURE_AFTER = 300;
  /** How often a live picture looks whether the widgets' part of JupyterLab has come, in milliseconds. */
  const LOOK_AFTER = 500;

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

  /**
   * A live picture: the widget of its kernel, and the still picture, of which one is seen (by LIVE_STYLE).
   * @param {{ Panel: any, Widget: any }} lumino JupyterLab's base classes @param {any} Figure the renderer of figures
   */
  const liveRendererOf = ({ Panel, Widget }, Figure) =>
    class extends Panel {
      /** The output: its data by MIME type. @type {any} */
      model;
      /** What shows the still picture, and of which MIME type. @type {any} */
      still;
      stillType = "";
      /** What shows the widget, the widget's id, and what made it. @type {any} */
      widget;
      id = "";
      /** @type {unknown} */
      factory;
      /** The notebook's kernel. @type {any} */
      session;
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      timer;

      constructor() {
        super();
        this.addClass("cfg-live-output");
        const note = new Widget();
        note.addClass("cfg-live-note");
        note.node.textContent = "A still picture. Run this cell (Shift+Enter) to get its controls.";
        this.addWidget(note);
        this.node.addEventListener("cfg-live-still", (/** @type {CustomEvent} */ { detail }) => {
          const { data } = this.model;
          this.model.setData({ data: { [LIVE]: data[LIVE], [WIDGET]: data[WIDGET], ...detail } });
        });
      }

      /** What around this has a property. @param {string} name @returns {any} */
      around(name) {
        let place = this.parent;
        while (place && !place[name]) place = place.parent;
        return place?.[name];
      }

      /** A kernel that ends or starts anew takes the widget with it; the widgets' part notices only some of its ends. */
      onStatus(/** @type {any} */ _session, /** @type {string} */ status) {
        if (/start|terminating|dead/.test(status)) this.addClass("cfg-live-ended");
      }

      /** @param {any} model */
      async renderModel(model) {
        this.model = model;
        this.showWidget();
        await this.showStill();
      }

      onAfterAttach() {
        if (this.model) void this.renderModel(this.model);
        this.session ??= this.around("sessionContext");
        this.session?.statusChanged.connect(this.onStatus, this); // once, however often it is asked for
      }

      async showStill() {
        const { data } = this.model;
        const type = [MIME_TYPE, "text/html", "text/plain"].find((one) => one in data) ?? "";
        if (type !== this.stillType) {
          const made = type === MIME_TYPE ? new Figure() : this.around("rendermime")?.createRenderer(type);
          if (!made) return; // not in the page yet
          this.still?.dispose();
          this.still = made;
          this.stillType = type;
          made.addClass("cfg-live-still");
          this.insertWidget(Math.max(0, this.widgets.length - 1), made); // above the note
        }
        await this.still?.renderModel(this.model);
      }

      showWidget() {
        const view = this.model?.data[WIDGET];
        const rendermime = this.around("rendermime");
        const factory = rendermime?.getFactory(WIDGET);
        if (!view || !this.model.trusted || !factory) return;
        // Before the widgets' part knows the notebook's kernel, its place is taken by something that waits in vain.
        const isWaiting = this.widget?.node.textContent.startsWith("Loading widget") ?? true;
        clearTimeout(this.timer);
        if (this.id === view.model_id && !isWaiting) return;
        this.timer = setTimeout(() => this.showWidget(), LOOK_AFTER);
        if (this.id === view.model_id && this.factory === factory) return;
        this.widget?.dispose();
        this.widget = rendermime.createRenderer(WIDGET);
        if (this.id !== view.model_id) this.removeClass("cfg-live-ended");
        [this.id, this.factory] = [view.model_id, factory];
        this.widget.addClass("cfg-live-widget");
        this.insertWidget(0, this.widget);
        // A copy, in which the widgets' part notes that it is gone.
        const data = { [WIDGET]: { ...view } };
        void this.widget.renderModel({ data, metadata: {}, trusted: true, setData: () => {} });
      }

      dispose() {
        clearTimeout(this.timer);
        this.session?.statusChanged.disconnect(this.onStatus, this);
        super.dispose();
      }
    };

  const IS_LIVE = ":has(.cfg-live):not(.cfg-live-ended, :has(.jupyter-widgets-disconnected))";
  const LIVE_STYLE = `.cfg-live-output${IS_LIVE} > :is(.cfg-live-still, .cfg-live-note),
    .cfg-live-output:not(${IS_LIVE}) > .cfg-live-widget { display: none; }
    .cfg-live-note { font-style: italic; animation: cfg-live-note 0s 1s both; }
    @keyframes cfg-live-note { from { visibility: hidden; } }`; // a cell that runs shows the widget sooner

  /** @type {any} */
  let scope;
  /** @param {string} name a module that JupyterLab shares @returns {Promise<any>} */
  const sharedModule = async (name) => {
    const [version] = Object.values(scope[name]);
    return (await version.get())();
  };

  const lab = /** @type {any} */ (globalThis);
  lab.cfgFigures = { load: loadDrawing };
  lab._JUPYTERLAB = {
    ...lab._JUPYTERLAB,
    "cfg-figures": {
      /** @param {any} labScope */
      init: (labScope) => {
        scope = labScope;
      },
      get: async () => {
        const { Panel, Widget } = await sharedModule("@lumino/widgets");
        const Figure = rendererOf(Widget);
        const Live = liveRendererOf({ Panel, Widget }, Figure);
        const style = document.createElement("style");
        style.textContent = LIVE_STYLE;
        document.head.append(style);
        const figures = {
          id: "cfg-figures:figures",
          rendererFactory: { safe: true, mimeTypes: [MIME_TYPE], createRenderer: () => new Figure() },
          dataType: "json",
          rank: 1,
        };
        const live = {
          id: "cfg-figures:live",
          rendererFactory: { safe: true, mimeTypes: [LIVE], createRenderer: () => new Live() },
          dataType: "json",
          rank: -20, // before the widgets' own
        };
        return () => ({ __esModule: true, default: [figures, live] });
      },
    },
  };
})();
