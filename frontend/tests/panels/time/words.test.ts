import { describe, expect, it } from "vitest";
import { csv } from "../../../src/draw/csv";
import { sheetOf } from "../../../src/panels/time/export";
import { buildRows } from "../../../src/panels/time/rows";
import { say, sayCases, sayCount } from "../../../src/panels/time/words";
import type { View } from "../../../src/state";
import { makeRun, makeSeries } from "./fixtures";

const a = makeSeries(makeRun("a/dice", [0, 1, 7], ["small"]), [
  [[Number.NaN, 4, 0, 0, 0]],
  [[0.238, 1, 2, 0, 1]],
  [[1, 4, 0, 0, 0]],
]);
const row = (view: View) => {
  const [first] = buildRows({
    view,
    classes: [{ name: "small", background: false, region: false }],
    runs: [a],
    columns: [0, 1, 7],
    a,
    b: a,
    stepB: null,
  });
  if (!first) throw new Error("expected a row");
  return first;
};
const context = (view: View) => ({ view, unit: "sample" as const, labelB: "b", stepB: null });

describe("the read-out", () => {
  it("says class, run, step and value, then what is behind it", () => {
    expect(say(row("dice"), 1, 1, context("dice"))).toEqual({
      claim: "small, a, step 1: .24",
      evidence: "mean of 3 samples, 1 both empty, 2 missed",
    });
  });

  it("says both empty, and what the rule makes of it", () => {
    expect(say(row("dice"), 0, 0, context("dice"))).toEqual({
      claim: "small, a, step 0: both empty",
      evidence: "undefined, skipped",
    });
    expect(say(row("dice"), 2, 7, context("dice")).evidence).toBe(
      "1.00 by the rule for empty masks, 4 both empty",
    );
  });

  it("says when sums were pooled", () => {
    const pooled = { ...context("dice"), unit: "pooled" as const };
    expect(say(row("dice"), 1, 1, pooled).evidence).toMatch(/^pooled over 4 samples, /);
    const batches = { ...context("dice"), unit: "batch" as const };
    expect(say(row("dice"), 1, 1, batches).evidence).toMatch(/^mean of 3 batches, /);
  });

  it("names the view where it is not the score", () => {
    expect(say(row("q"), 1, 1, context("q")).claim).toBe("small, a, step 1: missed q .67");
    expect(say(row("q"), 0, 0, context("q")).claim).toBe("small, a, step 0: missed q undefined");
    expect(say(row("diff"), 1, 1, context("diff")).claim).toBe("small, a − b, step 1: .00");
    expect(say(row("diff"), 1, 1, context("diff")).evidence).toBe(
      "A .24 of 3 samples, B .24 of 3 samples",
    );
    const pinned = { ...context("diff"), stepB: 3 };
    expect(say(row("diff"), 1, 1, pinned).claim).toBe("small, a − b at step 3, step 1: .00");
  });
});

it("counts in the gutter", () => {
  const point = row("dice").point(1);
  expect((["dice", "q", "r0"] as const).map((view) => sayCount(point, context(view)))).toEqual([
    "3 of 4",
    "2 of 3",
    "0 of 1",
  ]);
  expect(sayCount(point, context("diff"), null)).toBe(".24, –");
  expect(sayCount(null, context("dice"))).toBe("");
  expect(point && sayCases(point)).toBe("1 both present, 2 missed, 0 false alarms, 1 both empty");
});

it("exports every recorded step, undefined numbers as empty fields", () => {
  const { head, rows } = sheetOf([row("dice")], [0, 1, 7], "dice");
  const lines = csv([head, ...rows])
    .trim()
    .split("\r\n");
  expect(lines[0]).toMatch(/^class,run,step,shown,value,scored/);
  expect(lines[1]).toBe("small,a/dice,0,,,0,4,0,0,0,4,,0");
  expect(lines).toHaveLength(4);
});
