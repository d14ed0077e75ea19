import { describe, expect, test } from "vitest";
import {
  curvesOf,
  say,
  shareAt,
  sharesOf,
  sheetOf,
} from "../../../src/panels/analyses/smooth/model";
import type { Answer } from "../../../src/panels/analyses/smooth/route";

const ANSWER: Answer = {
  run: "a/dice",
  step: 3,
  class: "small",
  smooth: [0, 1, 10, 100],
  values: [0.2, 0.25, 0.3, 0.6],
  missed: [0, 0.02, 0.12, 0.575],
  median: 74,
  at: 0,
  refused: null,
};
const DATA = { a: ANSWER, b: null };
const NAMES = [{ label: "a", color: "#123456" }];

test("0 stands apart from the log scale", () => {
  expect(sharesOf([0, 1, 10, 100])).toEqual([0, 0.1, 0.55, 1]);
  expect(sharesOf([1, 10])).toEqual([0, 1]);
  expect(shareAt([0, 1, 10, 100], 100)).toBe(1);
});

describe("the drawing", () => {
  test("has the curve of A, of B where there is one, and of the missed object", () => {
    const one = curvesOf(DATA, NAMES, 0);
    expect(one.curves.map(({ key }) => key)).toEqual(["a", "missed"]);
    const two = curvesOf(
      { a: ANSWER, b: { ...ANSWER, values: [1, 1, 1, 1] } },
      [...NAMES, { label: "b", color: "#fff" }],
      0,
    );
    expect(two.curves.map(({ label }) => label)).toEqual(["a", "b", "median object missed"]);
  });

  test("marks the median object and the present smooth", () => {
    const { marks } = curvesOf(DATA, NAMES, 10);
    expect(marks.map(({ text, state }) => [text, state])).toEqual([
      ["10", true],
      ["median object, 74 voxels", false],
    ]);
    expect(marks[0]?.share).toBeCloseTo(0.55);
    expect(curvesOf({ a: { ...ANSWER, median: null }, b: null }, NAMES, null).marks).toEqual([]);
  });
});

describe("the sentence", () => {
  test("warns where smooth is larger than the object", () => {
    const { claim, evidence } = say(DATA, 100);
    expect(claim).toBe("smooth 100 exceeds the median small object of 74 voxels.");
    expect(evidence).toBe("Missing it completely still scores .57.");
  });

  test("warns where a missed object still scores", () => {
    expect(say(DATA, 10).claim).toContain("smooth 10 is large compared with");
  });

  test("is calm where it does not", () => {
    const { claim, evidence } = say(DATA, 0);
    expect(claim).toBe("At smooth 0, missing the median small object of 74 voxels scores .00.");
    expect(evidence).toBe("From smooth 0 to 100 the score changes from .20 to .60.");
  });

  test("says when there is no object, or no smooth", () => {
    expect(say({ a: { ...ANSWER, median: null }, b: null }, 0).claim).toContain("No sample");
    expect(say(DATA, null).evidence).toContain("no single smooth");
  });
});

test("the sheet has a line a smooth", () => {
  const { head, rows, of } = sheetOf(DATA, NAMES, { compare: "soft" });
  expect(head).toEqual(["smooth", "a", "median object missed"]);
  expect(of?.[3]).toEqual({ compare: "soft", smooth: 100 });
  expect(rows[3]).toEqual(["100", 0.6, 0.575]);
});
