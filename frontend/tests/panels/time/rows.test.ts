import { describe, expect, it } from "vitest";
import { buildRows, CELL, cellOf, sortClasses } from "../../../src/panels/time/rows";
import type { View } from "../../../src/state";
import { type Cell, makeRun, makeSeries } from "./fixtures";

const NONE: Cell = [Number.NaN, 4, 0, 0, 0];
const FULL: Cell = [0.9, 0, 0, 0, 4];
const run = makeRun("a/dice", [0, 1, 5]);
const a = makeSeries(run, [
  [NONE, FULL],
  [[0, 2, 2, 0, 0], FULL],
  [[0.5, 1, 0, 1, 2], FULL],
]);
const other = makeRun("b/dice", [1, 5]);
const b = makeSeries(other, [
  [[0, 1, 0, 3, 0], FULL],
  [
    [0.25, 0, 0, 0, 4],
    [0.7, 0, 0, 0, 4],
  ],
]);
const classes = [
  { name: "small", background: false, region: false },
  { name: "background", background: true, region: false },
];
const rows = (view: View, stepB: number | null = null) =>
  buildRows({ view, classes, runs: [a, b], columns: [0, 1, 5], a, b, stepB });

describe("the view Dice", () => {
  it("has a row for each class and run, the classes in their order", () => {
    expect(rows("dice").map((row) => [row.klass, row.run.name])).toEqual([
      ["small", "a/dice"],
      ["small", "b/dice"],
      ["background", "a/dice"],
      ["background", "b/dice"],
    ]);
  });

  it("shows states as states and steps that a run lacks as blank", () => {
    const [first, second] = rows("dice");
    expect([...(first?.cells ?? [])]).toEqual([CELL.bothEmpty, CELL.missed, CELL.value]);
    expect([...(second?.cells ?? [])]).toEqual([CELL.blank, CELL.falseAlarm, CELL.value]);
    expect([...(second?.values ?? [])]).toEqual([Number.NaN, 0, 0.25]);
  });

  it("never gives an undefined number a colour", () => {
    const point = { missed: 1, falseAlarms: 0, bothPresent: 1, bothEmpty: 0, value: Number.NaN };
    expect(cellOf(point as never, "dice")).toBe(CELL.undefined);
  });

  it("keeps the state where a rule gives empties a number", () => {
    const point = { missed: 0, falseAlarms: 0, bothPresent: 0, bothEmpty: 4, value: 1 };
    expect(cellOf(point as never, "dice")).toBe(CELL.bothEmpty);
  });

  it("leaves out a class that a run does not have, and a run without an answer stays blank", () => {
    const late = { run: makeRun("c", [0], ["small"]), series: null, error: null };
    const found = buildRows({
      view: "dice",
      classes,
      runs: [late],
      columns: [0],
      a: null,
      b: null,
      stepB: null,
    });
    expect(found.map((row) => [row.klass, ...row.cells])).toEqual([["small", CELL.blank]]);
  });
});

it("shows the rate of misses, undefined where no sample has the class", () => {
  const [first] = rows("q");
  expect([...(first?.values ?? [])]).toEqual([Number.NaN, 1, 0]);
  expect([...(first?.cells ?? [])]).toEqual([CELL.undefined, CELL.value, CELL.value]);
});

it("shows the rate of false alarms", () => {
  const [first, second] = rows("r0");
  expect([...(first?.values ?? [])]).toEqual([0, 0, 0.5]);
  expect([...(second?.values ?? [])]).toEqual([Number.NaN, 0.75, Number.NaN]);
});

describe("the view A - B", () => {
  it("subtracts step by step and leaves steps of one run blank", () => {
    const [first, second] = rows("diff");
    expect([...(first?.values ?? [])]).toEqual([Number.NaN, 0, 0.25]);
    expect([...(first?.cells ?? [])]).toEqual([CELL.blank, CELL.value, CELL.value]);
    expect(second?.values[2]).toBeCloseTo(0.2);
  });

  it("compares all steps of A with a pinned step of B", () => {
    const [first] = rows("diff", 5);
    expect([...(first?.values ?? [])]).toEqual([Number.NaN, -0.25, 0.25]);
    expect(first?.cells[0]).toBe(CELL.undefined);
  });

  it("is empty without B", () => {
    expect(
      buildRows({ view: "diff", classes, runs: [a], columns: [0], a, b: null, stepB: null }),
    ).toEqual([]);
  });
});

it("sorts classes and keeps the background last", () => {
  const names = ["beta", "alpha", "background"];
  const mixed = makeSeries(makeRun("m", [0], names), [
    [
      [0.8, 0, 0, 0, 4],
      [0.2, 0, 0, 0, 4],
      [0.1, 0, 0, 0, 4],
    ],
  ]);
  const list = names.map((name) => ({ name, background: name === "background", region: false }));
  const order = (by: "order" | "name" | "last") => sortClasses(list, by, mixed).map((c) => c.name);
  expect(order("order")).toEqual(names);
  expect(order("name")).toEqual(["alpha", "beta", "background"]);
  expect(order("last")).toEqual(["alpha", "beta", "background"]);
});
