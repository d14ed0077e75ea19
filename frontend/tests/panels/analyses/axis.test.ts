import { expect, test } from "vitest";
import {
  indexIn,
  logShare,
  logTicks,
  nearestIndex,
  rangeOf,
  valueAt,
} from "../../../src/panels/analyses/axis";

test("ticks of a log axis thin out as the range grows", () => {
  expect(logTicks(28, 125, 0.06)).toEqual([30, 40, 50, 60, 70, 80, 90, 100]);
  expect(logTicks(30, 700, 0.1)).toEqual([30, 50, 70, 100, 200, 300, 500, 700]);
  expect(logTicks(1, 1000, 0.15)).toEqual([1, 3, 10, 30, 100, 300, 1000]);
  expect(logTicks(1, 1e6, 0.1)).toEqual([1, 10, 100, 1000, 1e4, 1e5, 1e6]);
  expect(logTicks(1, 1e6, 0.3)).toEqual([1, 100, 1e4, 1e6]);
});

test("a log scale puts equal factors at equal distances", () => {
  expect(logShare(10, 1, 100)).toBeCloseTo(0.5);
  expect(logShare(1, 1, 100)).toBe(0);
  expect(logShare(7, 7, 7)).toBe(0.5);
});

test("any value lies between its neighbours in the grid", () => {
  const grid = [0, 1, 10, 100];
  expect(indexIn(grid, 10)).toBe(2);
  expect(indexIn(grid, Math.sqrt(1000))).toBeCloseTo(2.5);
  expect(indexIn(grid, 0)).toBe(0);
  expect(indexIn(grid, 0.5)).toBe(1);
  expect(indexIn(grid, 1e6)).toBe(3);
});

test("values between the grid are read off the line, and not across a gap", () => {
  expect(valueAt([0, 1, null], 0.25)).toBe(0.25);
  expect(valueAt([0, 1, null], 1)).toBe(1);
  expect(valueAt([0, 1, null], 1.5)).toBe(null);
});

test("the nearest place is found, ties to the left", () => {
  expect(nearestIndex([0, 0.4, 1], 0.69)).toBe(1);
  expect(nearestIndex([0, 0.4, 1], 0.71)).toBe(2);
  expect(nearestIndex([0, 1], 0.5)).toBe(0);
});

test("the axis is 0 to 1 for scores, and as long as need be for losses", () => {
  expect(rangeOf([0.2, null, 0.9])).toEqual([0, 1]);
  expect(rangeOf([-0.5, 0])[0]).toBeLessThanOrEqual(-0.5);
  expect(rangeOf([0, 3.2])[1]).toBeGreaterThanOrEqual(3.2);
});
