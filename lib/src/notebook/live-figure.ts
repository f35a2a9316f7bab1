/** A figure that moves while a cell runs. */
import { openOutput } from "./kernel";
import { checkFigure, describe, figureBundle, type PlotlyFigure } from "./show";

/** A figure in one output, drawn anew at each update. */
export interface LiveFigure {
  /** True when an update would be drawn at once: ask before computing a figure that is costly. */
  readonly due: boolean;
  /** Draws this figure, at most once in `interval`: a figure that comes sooner waits, and the newest one is drawn. */
  update: (figure: PlotlyFigure) => void;
  /** Draws the last figure, or the one given, now. Outside a notebook it prints one line. */
  done: (figure?: PlotlyFigure) => void;
}

/**
 * Opens a figure that is drawn anew in the same place, about twice a second.
 *
 * @example
 * const live = cfg.liveFigure();
 * for (const i of [0, 1, 2]) if (live.due) live.update(cfg.digitGrid(pick(mnist, [i])));
 * live.done(cfg.digitGrid(pick(mnist, [0, 1, 2])));
 *
 * @param options.interval least milliseconds between two drawings, at least 0
 */
export function liveFigure({ interval = 500 }: { interval?: number } = {}): LiveFigure {
  const output = openOutput();
  let waiting: PlotlyFigure | undefined;
  let timer: NodeJS.Timeout | undefined;
  let drawnAt = -Infinity;

  const sinceDrawn = (): number => performance.now() - drawnAt;
  const draw = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!waiting || !output) return;
    output.replace(figureBundle(waiting));
    waiting = undefined;
    drawnAt = performance.now();
  };

  return {
    get due() {
      return sinceDrawn() >= interval;
    },
    update: (figure) => {
      checkFigure(figure);
      waiting = figure;
      if (sinceDrawn() >= interval) draw();
      else timer ??= setTimeout(draw, interval - sinceDrawn()).unref();
    },
    done: (figure) => {
      if (figure) checkFigure(figure);
      waiting = figure ?? waiting;
      if (waiting && !output) console.log(describe(waiting));
      draw();
    },
  };
}
