import { expect, test } from "vitest";
import { SMOOTH_STEPS, smoothAt, smoothPosition } from "../../../src/panels/left/smooth-scale";

test("the slider starts at 0 and rises", () => {
  expect(smoothAt(0)).toBe(0);
  for (let at = 1; at <= SMOOTH_STEPS; at += 1)
    expect(smoothAt(at)).toBeGreaterThan(smoothAt(at - 1));
});

test("every position finds its way back", () => {
  for (let at = 0; at <= SMOOTH_STEPS; at += 1)
    expect(smoothPosition(smoothAt(at))).toBeCloseTo(at, 9);
});

test("numbers between and beyond have a place", () => {
  expect(smoothPosition(50)).toBeGreaterThan(smoothPosition(30));
  expect(smoothPosition(50)).toBeLessThan(smoothPosition(100));
  expect(smoothPosition(1e6)).toBe(SMOOTH_STEPS);
  expect(smoothPosition(1e-300)).toBe(1);
  expect(smoothAt(99)).toBe(smoothAt(SMOOTH_STEPS));
});
