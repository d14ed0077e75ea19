import { expect, test } from "vitest";
import type { Samples } from "../../../src/api";
import {
  cellOf,
  columns,
  countStates,
  GAP,
  inSight,
  layOut,
  left,
} from "../../../src/panels/analyses/samples/rows";

const ANSWER: Samples = {
  run: "r",
  step: 3,
  ids: ["a", "b", "c"],
  thumbnails: [null, [0, 1], null],
  refused: null,
  order: new Int32Array([2, 0, 1]),
  value: new Float32Array([0.5, 0.25, Number.NaN, 1, 0, 0.75]),
  state: new Uint8Array([3, 3, 0, 3, 1, 3]),
  true: new Int32Array(6),
  pred: new Int32Array(6),
  hit: new Int32Array(6),
  imaged: new Uint8Array(3),
  batch: new Int32Array(3),
};

test("columns are in the server's order and know which are undefined", () => {
  expect(columns(ANSWER, 0)).toEqual([
    { id: "c", row: 2, undefined: false },
    { id: "a", row: 0, undefined: false },
    { id: "b", row: 1, undefined: true },
  ]);
  expect(columns(ANSWER, 1).some((column) => column.undefined)).toBe(false);
});

test("cells and states are those of their sample and class", () => {
  expect(cellOf(ANSWER, 0, 1)).toEqual({ value: 0.25, state: 3 });
  expect(cellOf(ANSWER, 2, 0)).toEqual({ value: 0, state: 1 });
  expect(countStates(ANSWER, 0)).toEqual([1, 1, 0, 1]);
});

test("columns fill the room, with a gap before the undefined ones", () => {
  const layout = layOut(columns(ANSWER, 0), 186);
  expect(layout).toEqual({ width: 60, gapAt: 2, total: 186 });
  expect([left(layout, 1), left(layout, 2)]).toEqual([60, 120 + GAP]);
  const all = layOut(columns(ANSWER, 1), 180);
  expect(left(all, 2)).toBe(120);
});

test("many columns keep a readable width, and only those in sight are drawn", () => {
  const list = Array.from({ length: 10_000 }, (_, row) => ({
    id: String(row),
    row,
    undefined: false,
  }));
  const layout = layOut(list, 900);
  expect(layout.width).toBe(46);
  const [first, last] = inSight(layout, list.length, 46 * 5000, 46 * 5000 + 900);
  expect(first).toBeLessThanOrEqual(5000);
  expect(last).toBeGreaterThanOrEqual(5000 + 900 / 46);
  expect(last - first).toBeLessThan(40);
  expect(inSight(layout, list.length, 0, 900)[0]).toBe(0);
});
