import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { progress } from "cfg-lib";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What the stop button sends, to this very process. */
const pressStop = (): boolean => process.kill(process.pid, "SIGINT");

interface Count {
  step: number;
  steps: number;
}

/** Counts from 1, as samplers and training do. */
function* count(steps: number, onReturn: () => void = () => {}): Generator<Count, string> {
  try {
    for (let step = 1; step <= steps; step++) yield { step, steps };
    return "the end";
  } finally {
    onReturn();
  }
}

let lines: string[] = [];
const log = console.log;
beforeEach(() => {
  lines = [];
  console.log = (line: string) => lines.push(line);
});
afterEach(() => {
  console.log = log;
});

describe("progress", () => {
  it("passes on every item of a list, a set, a generator and an async generator, in order", async () => {
    async function* later(): AsyncGenerator<number> {
      for (const n of [1, 2, 3]) {
        await turn();
        yield n;
      }
    }
    for (const items of [[1, 2, 3], new Set([1, 2, 3]), [1, 2, 3].values(), later()]) {
      const seen: number[] = [];
      for await (const n of progress(items)) seen.push(n);
      assert.deepEqual(seen, [1, 2, 3]);
    }
  });

  it("tells what the generator returned, and that nothing stopped it", async () => {
    const run = progress(count(3));
    assert.equal(run.result, undefined);
    for await (const item of run) assert.equal(item.steps, 3);
    assert.equal(run.result, "the end");
    assert.equal(run.stopped, false);
  });

  it("takes the total from the items, from a list's length or from the option, and prints one line", async () => {
    for await (const _ of progress(count(3), { label: "Sampling" }));
    for await (const _ of progress(["a", "b"]));
    for await (const _ of progress(count(3), { total: 6 }));
    assert.match(lines[0], /^Sampling █{24} 3\/3 in 0:0\d$/);
    assert.match(lines[1], /^█{24} 2\/2 in/);
    assert.match(lines[2], /^█{12}░{12} 3\/6 in/);
    assert.equal(lines.length, 3);
  });

  it("begins where a resumed run stands, whose first step says how many went before", async () => {
    const resumed = [8, 9, 10].map((step) => ({ step, steps: 20 }));
    for await (const { step } of progress(resumed)) if (step === 9) break;
    assert.match(lines[0], /9\/20/);
  });

  it("refuses a total that is no whole number", () => {
    assert.throws(
      () => progress([1], { total: 1.5 }),
      /RangeError: total is 1.5; it must be a whole number of at least 0/,
    );
  });

  it("lets the event loop turn before every item", async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    let least = Infinity;
    for await (const { step } of progress(count(20))) {
      const start = performance.now();
      while (performance.now() - start < 3); // a timer of 1 ms is due by now
      if (step > 2) least = Math.min(least, turns);
      turns = 0;
    }
    clearInterval(timer);
    assert.ok(least >= 1);
  });

  it("tells the generator to return when the loop is left, and when its body throws", async () => {
    let returns = 0;
    for await (const { step } of progress(count(9, () => returns++))) if (step === 3) break;
    assert.equal(returns, 1);
    const failing = async (): Promise<void> => {
      for await (const _ of progress(count(9, () => returns++))) throw new Error("in the body");
    };
    await assert.rejects(failing(), /in the body/);
    assert.equal(returns, 2);
    assert.equal(process.listenerCount("SIGINT"), 0);
  });

  it("passes on the generator's own error", async () => {
    function* broken(): Generator<number> {
      yield 1;
      throw new Error("out of memory");
    }
    const failing = async (): Promise<void> => {
      for await (const _ of progress(broken()));
    };
    await assert.rejects(failing(), /out of memory/);
    assert.equal(process.listenerCount("SIGINT"), 0);
  });
});

describe("the stop button in a progress loop", () => {
  let othersHeard = 0;
  const other = (): void => {
    othersHeard++;
  };
  beforeEach(() => {
    othersHeard = 0;
    process.on("SIGINT", other);
  });
  afterEach(() => {
    process.off("SIGINT", other);
  });

  it("ends the loop after the item in work, ten times in a row, and leaves the other listeners as they were", async () => {
    for (let press = 1; press <= 10; press++) {
      let returned = false;
      let last = 0;
      const run = progress(
        count(1000, () => (returned = true)),
        { label: "Sampling" },
      );
      for await (const { step } of run) {
        last = step;
        if (step === press) pressStop();
      }
      assert.ok(run.stopped && returned);
      assert.ok(last - press <= 1, `it went on for ${last - press} items`);
      assert.ok(
        lines.at(-1)!.includes(`Stopped at step ${last} of 1000. What was done is kept.`),
        lines.at(-1),
      );
      assert.equal(run.result, undefined);
      assert.deepEqual(process.listeners("SIGINT"), [other]);
    }
    assert.equal(othersHeard, 0);
  });

  it("comes too late in the last item: the run is whole", async () => {
    const run = progress(count(3));
    for await (const { step } of run) if (step === 3) pressStop();
    assert.equal(run.stopped, false);
    assert.equal(run.result, "the end");
  });

  it("ends the loops inside each other together", async () => {
    const outer = progress(count(5));
    let inner = progress(count(0));
    for await (const epoch of outer) {
      assert.equal(epoch.step, 1);
      inner = progress(count(1000));
      for await (const { step } of inner) if (step === 3) pressStop();
    }
    assert.ok(inner.stopped && outer.stopped);
    assert.deepEqual(process.listeners("SIGINT"), [other]);
  });

  it("goes to the others when pressed again before the item has ended", async () => {
    const run = progress(count(5));
    for await (const { step } of run) {
      if (step > 1) continue;
      for (const heard of [0, 1]) {
        pressStop();
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(othersHeard, heard);
      }
    }
    assert.ok(run.stopped);
  });

  it("goes to the others again after the loop", async () => {
    for await (const _ of progress(count(2)));
    pressStop();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(othersHeard, 1);
  });
});
