import { expect, it } from "vitest";
import { columnOf, frameOf, layoutRows, rowAt, xOf } from "../../../src/panels/time/geometry";
import { makeRun } from "./fixtures";

const row = (klass: string, run: string) => ({
  klass,
  run: makeRun(run, []),
  values: new Float32Array(),
  cells: new Uint8Array(),
  point: () => null,
});
const layout = layoutRows([row("x", "a"), row("x", "b"), row("y", "a"), row("y", "b")]);

it("puts rows of one class together and classes apart", () => {
  expect(layout.tops).toEqual([3, 17, 37, 51]);
  expect(layout.groups).toEqual([
    { name: "x", top: 3, first: 0, count: 2 },
    { name: "y", top: 37, first: 2, count: 2 },
  ]);
  expect([layout.pitch, layout.height]).toEqual([34, 68]);
});

it("finds the row under the pointer, in a gap the closest one of its class", () => {
  expect([-1, 0, 3, 16, 17, 33, 34, 37, 67, 68].map((y) => rowAt(layout, y))).toEqual([
    -1, 0, 0, 0, 1, 1, 2, 2, 3, -1,
  ]);
});

it("gives every class the same height, so that its middle is one of its rows", () => {
  const uneven = ["x a", "y a", "y b", "y c", "z a", "z b"].map((name) => {
    const [klass = "", run = ""] = name.split(" ");
    return row(klass, run);
  });
  const at = layoutRows(uneven);
  expect(at.height).toBe(3 * at.pitch);
  expect([0.5, 1.5, 2.5].map((share) => rowAt(at, share * at.pitch))).toEqual([0, 2, 5]);
  expect(rowAt(at, 0)).toBe(0);
});

it("gives a single run more height", () => {
  expect(layoutRows([row("x", "a"), row("y", "a")]).rowHeight).toBe(20);
});

it("lowers the rows of many samples until a few hundred fit", () => {
  const samples = (count: number) =>
    layoutRows(Array.from({ length: count }, (_, n) => ({ ...row("x", "a"), sample: `s${n}` })));
  expect([samples(16).pitch, samples(100).pitch, samples(1000).pitch]).toEqual([14, 6, 3]);
  const many = samples(1000);
  expect([many.height, many.groups[7]?.name, rowAt(many, 3 * 7 + 1)]).toEqual([3000, "s7", 7]);
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
