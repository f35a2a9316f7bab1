import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { type Batch, batches, loadMnist, pick, shuffledIndices } from "mnist-data-loader";

const data = loadMnist({ split: "test" });
const numbers = (indices: Int32Array): number[] => [...indices];
const small = {
  ...data,
  images: data.images.subarray(0, 10 * 1024),
  labels: data.labels.subarray(0, 10),
  count: 10,
};

void test("a batch is 128 images of [32, 32, 1] in [-1, 1] with their labels", () => {
  const [first] = batches(data);
  assert.equal(first.images.length, 128 * 32 * 32 * 1);
  assert.equal(first.labels.length, 128);
  assert.equal(first.batch, 0);
  const { images, labels } = pick(data, first.indices);
  assert.deepEqual(first.images, images);
  assert.deepEqual(first.labels, labels);
  assert.ok(first.images.every((value) => value >= -1 && value <= 1));
});

void test("an epoch holds each image once; the last short batch is dropped or given", () => {
  const whole = [...batches(data, { dropLast: false })];
  assert.equal(whole.length, 79);
  assert.equal(whole[78].labels.length, 10000 - 78 * 128);
  assert.equal(whole[78].images.length, (10000 - 78 * 128) * 1024);
  const seen = whole.flatMap(({ indices }) => numbers(indices)).sort((a, b) => a - b);
  assert.deepEqual(seen, [...data.labels.keys()]);
  const dropped = batches(data);
  assert.equal(dropped.length, 78);
  assert.deepEqual([...dropped], whole.slice(0, 78));
  assert.deepEqual(
    whole.map(({ batch }) => batch),
    [...whole.keys()],
  );
});

void test("without shuffle the images come in the data set's order", () => {
  const epoch = [...batches(small, { batchSize: 4, shuffle: false, dropLast: false })];
  assert.deepEqual(
    epoch.map(({ indices }) => numbers(indices)),
    [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ],
  );
});

void test("the same seed and epoch give the same batches; another seed or epoch does not", () => {
  const first = (seed: number, epoch: number): number[] =>
    numbers([...batches(data, { seed, epoch })][0].indices);
  assert.deepEqual(first(1, 0), first(1, 0));
  const orders = [first(1, 0), first(1, 1), first(2, 0), first(0, 1), first(2 ** 40 + 1, 0)];
  assert.equal(new Set(orders.map(String)).size, orders.length);
});

void test("an interrupted epoch goes on at any batch, bit for bit", () => {
  const options = { batchSize: 3, seed: 7, epoch: 5, dropLast: false };
  const whole = [...batches(small, options)];
  for (let startBatch = 0; startBatch <= 4; startBatch++) {
    const rest = batches(small, { ...options, startBatch });
    assert.deepEqual([...rest], whole.slice(startBatch));
    assert.equal(rest.length, 4);
  }
});

void test("for await gives the same batches and lets the event loop turn before each", async () => {
  const epoch = batches(data, { batchSize: 1000, seed: 3 });
  const plain = [...epoch];
  let turns = 0;
  const received: Batch[] = [];
  for await (const batch of epoch) {
    received.push(batch);
    setImmediate(() => turns++);
  }
  assert.deepEqual(received, plain);
  assert.ok(turns >= plain.length - 1, `${turns} turns in ${plain.length} batches`);
});

void test("an epoch can be walked again, and batches kept do not change", () => {
  const epoch = batches(small, { batchSize: 5 });
  const [kept] = epoch;
  const before = structuredClone(kept);
  for (const { images } of epoch) images.fill(0);
  assert.deepEqual(kept, before);
  assert.equal([...epoch].length, 2);
});

void test("bad options are refused with what was given and what is allowed", () => {
  const cases: [Parameters<typeof batches>[1], RegExp][] = [
    [{ batchSize: 0 }, /batchSize is 0; it must be an integer, 1 or more/],
    [{ batchSize: 1.5 }, /batchSize is 1\.5/],
    [{ seed: -1 }, /seed is -1; it must be an integer, 0 or more/],
    [{ seed: 2 ** 53 }, /seed is 9007199254740992/],
    [{ epoch: NaN }, /epoch is NaN; it must be an integer, from 0 to 4294967295/],
    [{ batchSize: 3, startBatch: 4 }, /startBatch is 4; it must be an integer, from 0 to 3/],
    [{ batchSize: 11 }, /batchSize is 11 and the data set has 10 images.*dropLast: false/],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => batches(small, options), { name: "RangeError", message });
  }
  assert.equal([...batches(small, { batchSize: 11, dropLast: false })].length, 1);
});

// Computed by a second implementation, in Python with its long integers.
void test("the shuffle is the documented one: sfc32, Fisher and Yates", () => {
  assert.deepEqual(numbers(shuffledIndices(10, 1, 0)), [9, 3, 7, 8, 5, 1, 0, 2, 4, 6]);
  assert.deepEqual(numbers(shuffledIndices(10, 1, 1)), [9, 2, 7, 5, 6, 3, 1, 0, 4, 8]);
  assert.deepEqual(numbers(shuffledIndices(10, 2 ** 53 - 1, 2 ** 32 - 1)), [6, 8, 0, 1, 7, 3, 9, 5, 4, 2]);
  // Under this seed one draw is dropped because it would favour small numbers.
  const order = shuffledIndices(60000, 8, 4);
  const hash = createHash("sha256").update(new Uint8Array(order.buffer)).digest("hex");
  assert.equal(hash, "980891003ec285d930e4a1550a5dc6d30b8d557b538d97111090e5f09ee5453e");
  assert.deepEqual(numbers(shuffledIndices(0, 1, 0)), []);
  assert.throws(() => shuffledIndices(-1, 1, 0), /count is -1/);
});

void test("every order is as likely as the others, over epochs and over seeds", () => {
  for (const draw of [(i: number) => shuffledIndices(4, 11, i), (i: number) => shuffledIndices(4, i, 0)]) {
    const tally = new Map<string, number>();
    for (let i = 0; i < 24000; i++) {
      const key = draw(i).join("");
      tally.set(key, (tally.get(key) ?? 0) + 1);
    }
    assert.equal(tally.size, 24);
    const chiSquared = [...tally.values()].reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0);
    // 23 degrees of freedom: above 49.7 once in a thousand, for a fair shuffle.
    assert.ok(chiSquared < 49.7, `chi-squared ${chiSquared}`);
  }
});
