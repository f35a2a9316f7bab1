import assert from "node:assert/strict";
import { test } from "node:test";
import { pointsOf, scoreSeries, shippedStudy } from "cfg-lib";

const study = shippedStudy();
const points = pointsOf(study, { weights: "seed", n: 500 });

test("points come in the order of their scale, those of one scale in the order of their steps", () => {
  const places = points.map(({ settings }) => [settings.scale, settings.steps]);
  assert.ok(new Set(places.map(String)).size > 10);
  assert.deepEqual(
    places,
    [...places].sort(([w1, steps1], [w2, steps2]) => w1 - w2 || steps1 - steps2),
  );
});

test("a measure by its name is that of the score, with a bar", () => {
  const { y, low, high } = scoreSeries({ name: "seed", points, y: "frechet" });
  assert.deepEqual(
    y,
    points.map(({ score }) => score.frechet.value),
  );
  assert.deepEqual(
    low,
    points.map(({ score }) => score.frechet.low),
  );
  assert.deepEqual(
    high,
    points.map(({ score }) => score.frechet.high),
  );
});

test("what has no interval gets no bars; beside one that has, a bar of no length", () => {
  const numbers = scoreSeries({ name: "seed", points, y: ({ frechet }) => frechet.value });
  assert.ok(!("low" in numbers) && !("high" in numbers));
  const [first] = points;
  const { low, high } = scoreSeries({
    name: "seed",
    points: [first, { ...first, score: { ...first.score, recall: { value: 0.5, low: 0.4, high: 0.6 } } }],
    y: "recall",
  });
  assert.deepEqual(low, [first.score.recall.value, 0.4]);
  assert.deepEqual(high, [first.score.recall.value, 0.6]);
});
