import { describe, expect, it } from "vitest";
import { table } from "../../../src/draw/colormap";
import { niceRange, niceTicks } from "../../../src/draw/ticks";
import { chosenColumn } from "../../../src/panels/time/heatmap";
import { CELL, type Row } from "../../../src/panels/time/rows";
import { colorOf, scaleFor } from "../../../src/panels/time/scale";
import { makeRun } from "./fixtures";

const options = { view: "dice", colormap: "cividis", dark: false } as const;

function rowOf(values: number[], cells?: number[]): Row {
  return {
    klass: "small",
    run: makeRun("a", []),
    values: Float32Array.from(values),
    cells: Uint8Array.from(cells ?? values.map(() => CELL.value)),
    point: () => null,
  };
}

describe("scaleFor", () => {
  it("is fixed to 0 and 1 for scores, dark at 0", () => {
    const scale = scaleFor([rowOf([0.4, 0.5])], options);
    expect([scale.low, scale.high, scale.lowText, scale.highText]).toEqual([0, 1, "0", "1"]);
    expect(colorOf(scale, 0)).toEqual(table("cividis")[0]);
    expect(colorOf(scale, 1)).toEqual(table("cividis")[255]);
  });

  it("is dark where rates are high", () => {
    const rates = scaleFor([], { ...options, view: "q" });
    expect(colorOf(rates, 1)).toEqual(table("cividis")[0]);
  });

  it("spreads differences evenly around zero", () => {
    const scale = scaleFor([rowOf([0.03, -0.13])], { ...options, view: "diff" });
    expect([scale.low, scale.high, scale.lowText, scale.highText]).toEqual([
      -0.2,
      0.2,
      "−.20",
      "+.20",
    ]);
  });
});

describe("pooling", () => {
  const bin = { from: 0, to: 4, x: 0, width: 2 };
  const scale = scaleFor([], options);

  it("keeps the worst number", () => {
    expect(chosenColumn(rowOf([0.9, 0.1, 0.5, 0.9]), bin, scale)).toBe(1);
    const rates = scaleFor([], { ...options, view: "q" });
    expect(chosenColumn(rowOf([0.9, 0.1, 0.5, 1]), bin, rates)).toBe(3);
    const differences = scaleFor([], { ...options, view: "diff" });
    expect(chosenColumn(rowOf([0.1, -0.4, 0.3, 0]), bin, differences)).toBe(1);
  });

  it("prefers a number to a state, and a state to nothing", () => {
    const { blank, bothEmpty, missed } = CELL;
    const nan = Number.NaN;
    const mixed = rowOf([nan, nan, 0, nan], [blank, bothEmpty, missed, bothEmpty]);
    expect(chosenColumn(mixed, bin, scale)).toBe(2);
    expect(
      chosenColumn(rowOf([nan, nan, nan, nan], [blank, blank, bothEmpty, blank]), bin, scale),
    ).toBe(2);
  });
});

it("chooses round ticks", () => {
  expect(niceTicks(0, 0.8)).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
  expect(niceTicks(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(niceTicks(-1, 0)).toEqual([-1, -0.8, -0.6, -0.4, -0.2, 0]);
  expect(niceTicks(0, 7)).toEqual([0, 2, 4, 6]);
});

it("chooses a range from zero up to a round number", () => {
  expect(niceRange([0.24, 0.64])).toEqual([0, 0.8]);
  expect(niceRange([-0.9, -0.2])).toEqual([-1, 0]);
  expect(niceRange([])).toEqual([0, 1]);
  expect(niceRange([0])).toEqual([0, 1]);
  expect(niceRange([3.2, Number.NaN])).toEqual([0, 4]);
});
