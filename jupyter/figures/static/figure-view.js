// @ts-check
/**
 * Draws a Plotly figure into a page: JupyterLab's, or one that was exported as HTML. It needs plotly.js on the page.
 *
 * A figure is drawn when it comes near the part of the page that is seen, and is made smaller as a whole where the page
 * is narrower than the figure. Nothing that it offers reaches a network.
 */
(() => {
  /**
   * @typedef {{ width?: number, height?: number, [name: string]: unknown }} Layout
   * @typedef {{ modeBarButtonsToRemove?: string[], [name: string]: unknown }} Config
   * @typedef {{ data: object[], layout?: Layout, frames?: object[], config?: Config }} Figure
   * @typedef {{ update: (figure: Figure, picture?: string) => void, dispose: () => void }} View
   */

  /** Pixels of a figure that does not say how large it is: as wide as the page, but drawn for no less than this. */
  const LEAST_WIDTH = 720;
  const HEIGHT = 450;
  /** Width of its picture. */
  const PICTURE_WIDTH = 900;

  /** Plotly's buttons, without those that send the figure to a company's server or that have no use here. */
  const CONFIG = { displaylogo: false, showSendToCloud: false, plotlyServerURL: "" };
  const NO_BUTTONS = ["sendChartToCloud", "lasso2d", "select2d"];

  /** @returns {any} plotly.js, which has no types here */
  const plotly = () => /** @type {any} */ (globalThis).Plotly;

  /** @param {Figure} figure @param {number} width */
  const asDrawn = ({ data, layout = {}, frames, config = {} }, width) => ({
    data,
    frames,
    layout: { ...layout, width: layout.width ?? width, height: layout.height ?? HEIGHT },
    config: {
      ...config,
      ...CONFIG,
      modeBarButtonsToRemove: [...NO_BUTTONS, ...(config.modeBarButtonsToRemove ?? [])],
    },
  });

  /**
   * A figure as PNG, whether it is seen or not.
   * @param {Figure} figure
   * @returns {Promise<string>} base64
   */
  async function pictureOf(figure) {
    // Plotly writes into what it is given.
    const own = structuredClone(asDrawn(figure, PICTURE_WIDTH));
    const { width, height } = own.layout;
    const uri = await plotly().toImage(own, { format: "png", width, height, scale: 1 });
    return uri.slice(uri.indexOf(",") + 1);
  }

  /**
   * A place in the page for a figure.
   * @param {HTMLElement} host
   * @returns {View}
   */
  function figureView(host) {
    const image = document.createElement("img");
    image.style.maxWidth = "100%";
    const stage = document.createElement("div");
    stage.style.transformOrigin = "0 0";
    host.style.overflow = "clip";
    host.style.contain = "inline-size"; // a wide figure does not make its host wider
    host.replaceChildren(stage);

    /** @type {Figure | undefined} */
    let figure;
    let isDrawn = false;
    let isNear = false;

    /** How wide the figure is to be drawn, and how much smaller it is shown then. */
    const fit = () => {
      const room = host.clientWidth;
      const width = figure?.layout?.width ?? Math.max(room, LEAST_WIDTH);
      return { width, scale: Math.min(1, room / width) };
    };

    const keepPlace = () => {
      if (host.clientWidth === 0) return; // not in the page, or in a tab that is not shown
      const { width, scale } = fit();
      stage.style.width = `${width}px`;
      stage.style.transform = scale < 1 ? `scale(${scale})` : "";
      host.style.height = `${Math.ceil((figure?.layout?.height ?? HEIGHT) * scale)}px`;
    };

    const draw = () => {
      if (!figure || !isNear || host.clientWidth === 0) return;
      keepPlace();
      image.remove();
      isDrawn = true;
      void plotly().react(stage, structuredClone(asDrawn(figure, fit().width)));
    };

    const near = new IntersectionObserver(
      (entries) => {
        isNear = entries.at(-1)?.isIntersecting ?? false;
        if (!isDrawn) draw();
      },
      { rootMargin: "400px" },
    );
    const size = new ResizeObserver(() => {
      const before = stage.style.width;
      keepPlace();
      if (isDrawn && host.clientWidth > 0 && stage.style.width !== before)
        void plotly().relayout(stage, { width: fit().width });
    });
    near.observe(host);
    size.observe(host);

    return {
      update: (next, picture) => {
        figure = next;
        keepPlace();
        if (!isDrawn && picture) {
          image.src = `data:image/png;base64,${picture}`;
          host.append(image);
        }
        draw();
      },
      dispose: () => {
        near.disconnect();
        size.disconnect();
        if (isDrawn) plotly().purge(stage);
      },
    };
  }

  const { cfgFigures } = /** @type {any} */ (globalThis);
  Object.assign(globalThis, { cfgFigures: { ...cfgFigures, figureView, pictureOf } });
})();
