/** While one wish is worked on, only the newest of those that come is kept. */
import { eventLoopTurn } from "../stop";

/** Takes wishes, and performs one at a time. */
export interface Newest<Wish> {
  /** Asks for this instead of whatever waits. */
  ask: (wish: Wish) => void;
  /** Drops what waits, and tells what runs to end. */
  close: () => void;
}

/**
 * @param perform works on one wish; ends early where `isOutdated()`, because a newer one has come
 * @param ready resolves when work may begin
 */
export function newestWins<Wish>(
  perform: (wish: Wish, isOutdated: () => boolean) => Promise<void>,
  ready: () => Promise<void>,
): Newest<Wish> {
  let waiting: { wish: Wish } | undefined;
  let isWorking = false;
  let isClosed = false;
  const isOutdated = (): boolean => isClosed || waiting !== undefined;

  const work = async (): Promise<void> => {
    isWorking = true;
    try {
      while (waiting !== undefined) {
        await settled();
        await ready();
        const next = take();
        if (next) await perform(next.wish, isOutdated);
      }
    } finally {
      isWorking = false;
    }
  };
  /** The message that asked is answered first, and so are those that have come behind it, one a turn. */
  const settled = async (): Promise<void> => {
    for (let seen; seen !== waiting;) {
      seen = waiting;
      await eventLoopTurn(); // in this turn the kernel ends with one message,
      await eventLoopTurn(); // and in this one it takes the next
    }
  };
  const take = (): { wish: Wish } | undefined => {
    const next = waiting;
    waiting = undefined;
    return next;
  };
  return {
    ask: (wish) => {
      if (isClosed) return;
      waiting = { wish };
      if (!isWorking) void work();
    },
    close: () => {
      isClosed = true;
      waiting = undefined;
    },
  };
}
