import { expect, it } from "vitest";
import { columnOf, frameOf, layoutRows, rowAt, xOf } from "../../src/panels/time/geometry";
import { makeRun } from "./time.fixtures";

const row = (klass: string, run: string) => ({
  klass,
  run: makeRun(run, []),
  values: new Float32Array(),
  cells: new Uint8Array(),
  point: () => null,
});
const layout = layoutRows([row("x", "a"), row("x", "b"), row("y", "a"), row("y", "b")]);

it("puts rows of one class together and classes apart", () => {
  expect(layout.tops).toEqual([4, 18, 39, 53]);
  expect(layout.groups).toEqual([
    { klass: "x", top: 4 },
    { klass: "y", top: 39 },
  ]);
});

it("finds the row under the pointer, none in the gap", () => {
  expect([3, 4, 17, 18, 33, 39, 66, 67].map((y) => rowAt(layout, y))).toEqual([
    -1, 0, 0, 1, -1, 2, 3, -1,
  ]);
});

it("gives a single run more height", () => {
  expect(layoutRows([row("x", "a"), row("y", "a")]).rowHeight).toBe(20);
});

it("finds the column of a step, or of the closest one", () => {
  expect(columnOf([0, 5, 10], 5)).toBe(1);
  expect(columnOf([0, 5, 10], 9)).toBe(2);
  expect(columnOf([], 5)).toBe(-1);
  expect(columnOf([0], null)).toBe(-1);
});

it("places columns between the gutters, none out of view", () => {
  const frame = frameOf(1000, [0, 1, 2, 3], { from: 1, to: 3 });
  expect(frame.plot).toBe(1000 - frame.left - frame.right);
  expect(xOf(frame, 0)).toBe(null);
  expect(xOf(frame, 1)).toBe(frame.left + frame.plot / 4);
  expect(xOf(frame, 3)).toBe(null);
});

it("forgets a zoom that no longer fits", () => {
  expect(frameOf(1000, [0, 1], { from: 1, to: 3 }).range).toEqual({ from: 0, to: 2 });
});
