import { expect, test } from "vitest";
import { parameter } from "../../src/format";
import { SMOOTH_STEPS, smoothAt, smoothPosition } from "../../src/panels/smooth";

test("the slider starts at 0 and ends at 1000", () => {
  expect(smoothAt(0)).toBe(0);
  expect(smoothAt(1)).toBe(1e-8);
  expect(smoothAt(SMOOTH_STEPS)).toBe(1000);
});

test("every position has a round value, and finds its way back", () => {
  for (let at = 0; at <= SMOOTH_STEPS; at += 1) {
    expect(Math.round(smoothPosition(smoothAt(at)))).toBe(at);
    expect(parameter(smoothAt(at))).toMatch(/^([13]e-[4-8]|0|0?\.?0*[13]0*)$/);
  }
});

test("numbers between and beyond have a place", () => {
  expect(smoothPosition(50)).toBeGreaterThan(smoothPosition(30));
  expect(smoothPosition(1e6)).toBe(SMOOTH_STEPS);
  expect(smoothPosition(1e-300)).toBe(0);
});
