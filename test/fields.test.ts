/** Which fields an object from a file may have, and what each may be. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Field,
  fieldProblem,
  finite,
  flag,
  isObject,
  numberFrom,
  objectOf,
  oneOf,
  optional,
  positive,
  text,
  wholeFrom,
} from "cfg-lib/dist/fields";

const kinds: { name: string; field: Field; allowed: unknown[]; refused: unknown[]; words: string }[] = [
  {
    name: "a text",
    field: text,
    allowed: ["", "seed"],
    refused: [1, null, ["seed"]],
    words: "a text",
  },
  {
    name: "a flag",
    field: flag,
    allowed: [true, false],
    refused: ["true", 0, null],
    words: "true or false",
  },
  {
    name: "a finite number",
    field: finite,
    allowed: [0, -1.5],
    refused: [NaN, Infinity, "1", null],
    words: "a finite number",
  },
  {
    name: "a number in a range",
    field: numberFrom(0, 1),
    allowed: [0, 0.5, 1],
    refused: [-0.1, 1.1, NaN, "0.5", null],
    words: "a number from 0 to 1",
  },
  {
    name: "a number without an upper end",
    field: numberFrom(-2),
    allowed: [-2, 1e300],
    refused: [-2.1, Infinity, "3"],
    words: "a number of at least -2",
  },
  {
    name: "a whole number in a range",
    field: wholeFrom(2, 4),
    allowed: [2, 4],
    refused: [1, 5, 2.5, "3", null],
    words: "a whole number from 2 to 4",
  },
  {
    name: "a whole number without an upper end",
    field: wholeFrom(1),
    allowed: [1, 1e9],
    refused: [0, 1.5, Infinity, [2]],
    words: "a whole number of at least 1",
  },
  {
    name: "a positive number",
    field: positive,
    allowed: [1e-300, 2],
    refused: [0, -1, NaN, Infinity, "2"],
    words: "a number above 0",
  },
  {
    name: "one of some texts",
    field: oneOf("noise", "v"),
    allowed: ["noise", "v"],
    refused: ["x0", "", 0, undefined, ["v"]],
    words: '"noise" or "v"',
  },
  {
    name: "an object",
    field: objectOf({ mean: finite, std: positive }, "a mean and a std"),
    allowed: [{ mean: 0, std: 1 }],
    refused: [{ mean: 0 }, { mean: 0, std: 0 }, { mean: 0, std: 1, more: 1 }, null, [], 1],
    words: "a mean and a std",
  },
];

for (const { name, field, allowed, refused, words } of kinds)
  test(`${name} is allowed where it is one, and an error says what is`, () => {
    for (const value of allowed) assert.equal(fieldProblem({ value }, { value: field }), undefined);
    for (const value of refused)
      assert.ok(fieldProblem({ value }, { value: field })?.endsWith(`; it must be ${words}`), String(value));
  });

test("a field that is missing is told, unless it may be", () => {
  assert.equal(
    fieldProblem({}, { step: wholeFrom(0) }),
    "step is missing; it must be a whole number of at least 0",
  );
  assert.equal(fieldProblem({}, { step: optional(wholeFrom(0)) }), undefined);
  assert.equal(fieldProblem({ step: undefined }, { step: optional(wholeFrom(0)) }), undefined);
  assert.equal(
    fieldProblem({ step: null }, { step: optional(wholeFrom(0)) }),
    "step is null; it must be a whole number of at least 0",
  );
});

test("a field that there is not is told, with those that there are", () => {
  assert.equal(
    fieldProblem({ a: 1, b: 2 }, { a: finite, c: optional(text) }),
    "b is unknown; known are a, c",
  );
  assert.equal(fieldProblem({ b: 2 }, {}), "b is unknown; known are none");
});

test("the first problem is told, behind its prefix", () => {
  const fields = { kind: oneOf("linear"), timesteps: wholeFrom(2) };
  const values = { kind: "cosine", timesteps: 1, more: 0 };
  assert.equal(fieldProblem(values, fields, "schedule."), 'schedule.kind is "cosine"; it must be "linear"');
  assert.equal(
    fieldProblem({ kind: "linear" }, fields, "schedule."),
    "schedule.timesteps is missing; it must be a whole number of at least 2",
  );
  assert.equal(
    fieldProblem({ kind: "linear", timesteps: 2, more: 0 }, fields, "schedule."),
    "schedule.more is unknown; known are kind, timesteps",
  );
});

test("what every object inherits is no field of it", () => {
  assert.equal(fieldProblem({}, { toString: text }), "toString is missing; it must be a text");
  assert.equal(
    fieldProblem(JSON.parse('{"constructor": 1}') as object as Record<string, unknown>, {}),
    "constructor is unknown; known are none",
  );
  assert.equal(
    fieldProblem(JSON.parse('{"__proto__": 1}') as Record<string, unknown>, { a: optional(text) }),
    "__proto__ is unknown; known are a",
  );
});

test("a list, a text and null are no objects with fields", () => {
  assert.ok(isObject({}) && isObject({ a: 1 }));
  for (const value of [null, undefined, [], [1], "a", 1, true]) assert.ok(!isObject(value));
});

test("a value is shown in the error, cut where it is long", () => {
  assert.equal(fieldProblem({ name: { a: [1] } }, { name: text }), 'name is {"a":[1]}; it must be a text');
  const problem = fieldProblem({ name: new Array(1000).fill(1) }, { name: text })!;
  assert.ok(problem.length < 130, problem);
});
