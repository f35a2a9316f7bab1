/** Every reader of the course's files, on damaged ones: what is in the file, or an error in words. `npm run fuzz` tries more. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fuzz, type Report } from "../../scripts/fuzz/fuzz";
import { damaged, randomFrom } from "../../scripts/fuzz/mutate";
import { type Reader, READERS } from "../../scripts/fuzz/readers";
import { temporaryFolder } from "./disk";

const FILES = 400;

for (const [name, make] of Object.entries(READERS))
  test(`${FILES} damaged files: ${name}`, (t) => {
    const keep = temporaryFolder(t);
    const report = fuzz(name, make(temporaryFolder(t)), { files: FILES, seed: 2, keep });
    assert.deepEqual(report.failures, []);
    assert.ok(report.accepted > 0 && report.refused > FILES / 2, JSON.stringify(report));
    assert.ok(report.kinds >= 10, `only ${report.kinds} kinds of errors: the damage is too uniform`);
  });

test("the same seed damages files the same way, another one otherwise", () => {
  const whole = Buffer.from('{"a": 1, "b": [2, 3]}');
  const some = (seed: number): string[] =>
    Array.from({ length: 20 }, (_, i) => damaged([whole], randomFrom(seed, i)).toString("hex"));
  assert.deepEqual(some(1), some(1));
  assert.notDeepEqual(some(1), some(2));
  assert.ok(new Set(some(1)).size > 15);
});

/** What is said of a reader of texts that does this with damaged ones. */
function reportOf(t: Parameters<typeof temporaryFolder>[0], read: Reader["read"]): [Report, keep: string] {
  const whole = Buffer.from("a whole text, read without complaint");
  const keep = temporaryFolder(t);
  const reader = {
    wholes: [whole],
    read: (bytes: Buffer) => (bytes.equals(whole) ? undefined : read(bytes)),
  };
  return [fuzz("faulty", reader, { files: 1, seed: 0, keep }), keep];
}

const FAULTY: [fault: string, read: Reader["read"], why: RegExp][] = [
  [
    "takes what is damaged",
    (bytes) => assert.ok(bytes.length === -1, "not whole"),
    /it was accepted: not whole/,
  ],
  ["stumbles", () => (undefined as unknown as string).trim(), /JavaScript's own: TypeError: Cannot read/],
  [
    "asks for an array of a false size",
    () => {
      new Float32Array(-1);
    },
    /JavaScript's own: RangeError: Invalid/,
  ],
  [
    "recurses without end",
    function self(bytes): void {
      self(bytes);
    },
    /Maximum call stack/,
  ],
  [
    "prints what a terminal obeys",
    () => {
      throw new Error("found \u001b[2J");
    },
    /control characters/,
  ],
  [
    "prints the whole file",
    () => {
      throw new Error("found ".repeat(1000));
    },
    /has 6000 characters/,
  ],
  [
    "is slow",
    () => {
      const start = process.cpuUsage();
      const computed = (): number => process.cpuUsage(start).user + process.cpuUsage(start).system;
      // To ask the system is slow itself, so that it is asked now and then.
      for (let i = 0; i % 1e6 > 0 || computed() < 1.2e6; i++);
    },
    /it computed for \d{4,} ms/,
  ],
  [
    "takes memory without measure",
    () => {
      new Uint8Array(300e6).fill(1);
    },
    /it took \d{3} MB for \d+ bytes/,
  ],
];

for (const [fault, read, why] of FAULTY)
  test(`a reader that ${fault} is found out, and its file kept`, (t) => {
    const [{ failures }, keep] = reportOf(t, read);
    assert.ok(
      failures.some((failure) => why.test(failure.why)),
      JSON.stringify(failures),
    );
    assert.ok(readdirSync(keep).length > 0);
    assert.ok(
      readFileSync(failures[0].file).equals(
        damaged(
          [Buffer.from("a whole text, read without complaint")],
          randomFrom(0, failures[0].number, ...Buffer.from("faulty")),
        ),
      ),
    );
  });
