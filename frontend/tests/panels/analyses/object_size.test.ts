import { describe, expect, test } from "vitest";
import type { Samples } from "../../../src/api";
import { dotAt } from "../../../src/panels/analyses/axis";
import {
  axisOf,
  dataOf,
  dotsOf,
  placed,
  say,
  shareOf,
  sheetOf,
} from "../../../src/panels/analyses/object_size/model";

/** Two classes; the second one is asked for. */
const ANSWER: Samples = {
  run: "a/dice",
  step: 3,
  ids: ["big", "small", "alarm", "empty", "missed"],
  thumbnails: [null, null, null, null, null],
  refused: null,
  order: new Int32Array(5),
  value: new Float32Array([9, 0.75, 9, 0.25, 9, 0, 9, Number.NaN, 9, 0]),
  state: new Uint8Array([3, 3, 3, 3, 3, 2, 3, 0, 3, 1]),
  true: new Int32Array([9, 1000, 9, 10, 9, 0, 9, 0, 9, 100]),
  pred: new Int32Array([9, 900, 9, 30, 9, 7, 9, 0, 9, 0]),
  hit: new Int32Array(10),
  imaged: new Uint8Array(5),
  batch: new Int32Array(5),
};
const DATA = dataOf(ANSWER, null, 1, 0);

test("dots are the samples with a score, by size", () => {
  expect(dotsOf(ANSWER, 1, 0).map(({ id }) => id)).toEqual(["alarm", "small", "missed", "big"]);
  expect(DATA.skipped).toBe(1);
  expect(DATA.median).toBe(100);
  expect(dataOf(ANSWER, ANSWER, 1, 1).dots.filter(({ side }) => side === 1)).toHaveLength(4);
});

describe("places", () => {
  const axis = axisOf(DATA.dots, 900);
  const places = placed(DATA.dots, axis, 900, 100);

  test("sizes lie on a log axis, samples without a target apart from it", () => {
    expect(axis.apart).toBeCloseTo(0.1);
    const [alarm, small, missed, big] = places;
    expect(alarm?.x).toBeLessThan(90);
    expect(small?.x).toBeCloseTo(90 + 0.02 * 810);
    expect(big?.x).toBeCloseTo(90 + 0.98 * 810);
    expect(missed?.x).toBeCloseTo(((small?.x ?? 0) + (big?.x ?? 0)) / 2);
    expect(axis.ticks.map(({ text }) => text)).toContain("100");
  });

  test("a score of 1 is at the top", () => {
    expect(places.map(({ y }) => Math.round(y))).toEqual([100, 75, 100, 25]);
  });

  test("without such samples the axis starts at the left", () => {
    const present = DATA.dots.filter(({ size }) => size > 0);
    expect(axisOf(present, 900).apart).toBe(0);
    expect(shareOf(axisOf(present, 900), 10)).toBeCloseTo(0.02);
  });

  test("two runs of a sample stand side by side", () => {
    const both = dataOf(ANSWER, ANSWER, 1, 1);
    const [a, b] = placed(
      both.dots.filter(({ id }) => id === "big"),
      axis,
      900,
      100,
    );
    expect((b?.x ?? 0) - (a?.x ?? 0)).toBe(6);
  });

  test("the closest dot is hit, and none from afar", () => {
    const { x, y } = places[1] ?? { x: 0, y: 0 };
    expect(dotAt(places, x + 3, y)).toBe(1);
    expect(dotAt(places, x + 40, y)).toBe(-1);
  });
});

test("the sentence compares the smaller half with the larger one", () => {
  const { claim, evidence } = say(DATA, "nuclei");
  expect(claim).toBe("nuclei: objects of up to 100 voxels score .13 on average, larger ones .75.");
  expect(evidence).toBe("1 missed, 1 without a target, 1 empty in both and skipped");
});

test("the sheet has a line a sample and run", () => {
  expect(sheetOf(DATA, ["a"], "x").rows[0]).toEqual(["a", "alarm", 0, 7, 0]);
});
