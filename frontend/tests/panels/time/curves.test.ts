import { describe, expect, it } from "vitest";
import type { Line } from "../../../src/api";
import { isolated } from "../../../src/draw/lines";
import {
  curvesOf,
  labelsOf,
  legendOf,
  nearestCurve,
  plotOf,
  yOf,
} from "../../../src/panels/time/curves";
import type { RunLines } from "../../../src/panels/time/use";
import { makeRun } from "./fixtures";

const line = (key: string, values: (number | null)[], form = "score"): Line => ({
  key,
  label: `label of ${key}`,
  form,
  values,
  refused: null,
});
const answer = (name: string, steps: number[], lines: Line[]): RunLines => ({
  run: makeRun(name, steps),
  answer: { run: name, class: "small", steps, lines },
});
const loaded = [
  answer("a", [0, 1, 2], [line("skipped", [0.1, null, 0.3]), line("one", [0.5, 0.6, 0.7])]),
  answer("b", [0, 2], [line("skipped", [0.2, 0.8]), line("loss", [1.5, 1.2], "one_minus")]),
];
const legend = legendOf(loaded, ["loss"]);
const curves = curvesOf(loaded, legend, [0, 1, 2], (run) => run.name);

it("lists each variant once, each with a dash of its own", () => {
  expect(legend.map(({ key, isScore, removable }) => [key, isScore, removable])).toEqual([
    ["skipped", true, false],
    ["one", true, false],
    ["loss", false, true],
  ]);
  expect(new Set(legend.map(({ dash }) => dash.join())).size).toBe(3);
});

it("says why a variant is refused, unless another run has it", () => {
  const refused = { ...line("x", []), refused: "needs squares" };
  const [entry] = legendOf([answer("a", [], [refused])], ["x"]);
  expect(entry?.refused).toBe("needs squares");
  expect(
    legendOf([answer("a", [], [refused]), answer("b", [0], [line("x", [1])])], [])[0]?.refused,
  ).toBe(null);
});

it("puts values at the columns of their steps: no step is undefined, no number is null", () => {
  expect(curves.map((curve) => [curve.key, curve.run, curve.values])).toEqual([
    ["skipped", "a", [0.1, null, 0.3]],
    ["one", "a", [0.5, 0.6, 0.7]],
    ["skipped", "b", [0.2, undefined, 0.8]],
    ["loss", "b", [1.5, undefined, 1.2]],
  ]);
});

describe("labels", () => {
  const scores = curves.filter((curve) => curve.isScore);
  const plot = plotOf(scores, 0, 3, 128);

  it("stand where the lines are, the highest first", () => {
    const labels = labelsOf(scores, 2, plot, ["a"]);
    expect(labels.map(({ value }) => value)).toEqual([0.8, 0.7, 0.3]);
    expect(labels[2]?.y).toBeCloseTo(yOf(plot, 0.3));
  });

  it("leave out lines without a number there", () => {
    expect(labelsOf(scores, 1, plot, []).map(({ curve }) => curve.key)).toEqual(["one"]);
  });

  it("keep those of A when there is no room for all", () => {
    const tight = { ...plot, height: 13 };
    const kept = labelsOf(scores, 2, tight, ["a"]);
    expect(kept.map(({ curve }) => curve.run)).toEqual(["a", "a"]);
  });

  it("are found from the pointer", () => {
    expect(nearestCurve(scores, 2, yOf(plot, 0.72), plot)?.key).toBe("one");
    expect(nearestCurve([], 2, 0, plot)).toBe(null);
  });
});

it("marks numbers that no line reaches", () => {
  expect(isolated([0.1, null, 0.3, null])).toEqual([0, 2]);
  expect(isolated([0.1, undefined, 0.3])).toEqual([]);
  expect(isolated([null, 0.2, 0.3])).toEqual([]);
});
