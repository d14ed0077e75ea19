import { describe, expect, it } from "vitest";
import type { SampleSteps } from "../../../src/api";
import { runRows, sampleRows } from "../../../src/panels/time/grids";
import { CELL } from "../../../src/panels/time/rows";
import { say } from "../../../src/panels/time/words";
import { type Cell, makeRun, makeSeries } from "./fixtures";

const NAN = Number.NaN;
const run = makeRun("a/dice", [0, 2], ["small"]);
const answer = (ids: string[], steps: number[], value: number[], state: number[]): SampleSteps => ({
  run: "a/dice",
  class: "small",
  steps,
  ids,
  total: ids.length,
  refused: null,
  value: Float32Array.from(value),
  state: Uint8Array.from(state),
});
const a = { run, answer: answer(["s", "t"], [0, 2], [0, NAN, 0.5, 0], [1, 0, 3, 2]) };
const b = { run: makeRun("b", [2]), answer: answer(["t"], [2], [0.25], [3]) };
const shared = { columns: [0, 1, 2], stepB: null };

describe("samples x steps", () => {
  it("has a row for each sample, in the order of the server, with states and gaps", () => {
    const rows = sampleRows({ a, b: null, view: "dice", ...shared });
    expect(rows.map(({ sample }) => sample)).toEqual(["s", "t"]);
    expect([...(rows[0]?.cells ?? [])]).toEqual([CELL.missed, CELL.blank, CELL.value]);
    expect([...(rows[1]?.cells ?? [])]).toEqual([CELL.bothEmpty, CELL.blank, CELL.falseAlarm]);
    expect([...(rows[0]?.values ?? [])]).toEqual([0, NAN, 0.5]);
    expect(rows[0]?.point(1)).toBe(null);
  });

  it("says sample and state", () => {
    const [first] = sampleRows({ a, b: null, view: "dice", ...shared });
    const context = { view: "dice", unit: "sample", labelB: "b", stepB: null } as const;
    expect(first && say(first, 0, 0, context)).toEqual({
      claim: "small, s, a, step 0: .00",
      evidence: "missed: only the target has it",
    });
  });

  it("never takes an undefined number for a value", () => {
    const odd = { run, answer: answer(["s"], [0], [NAN], [3]) };
    const [row] = sampleRows({ a: odd, b: null, view: "dice", ...shared });
    expect(row?.cells[0]).toBe(CELL.undefined);
  });

  it("subtracts the samples that both runs have", () => {
    const rows = sampleRows({ a, b, view: "diff", ...shared });
    expect(rows.map(({ sample }) => sample)).toEqual(["t"]);
    expect([...(rows[0]?.values ?? [])]).toEqual([NAN, NAN, -0.25]);
    expect([...(rows[0]?.cells ?? [])]).toEqual([CELL.blank, CELL.blank, CELL.value]);
    expect(sampleRows({ a, b: null, view: "diff", ...shared })).toEqual([]);
  });
});

describe("classes x runs", () => {
  const full: Cell = [0.9, 0, 0, 0, 4];
  const one = makeSeries(makeRun("a", [0, 1]), [
    [full, full],
    [[0, 2, 2, 0, 0], full],
  ]);
  const two = makeSeries(makeRun("b", [0], ["background"]), [[full]]);
  const classes = [
    { name: "small", background: false, region: false },
    { name: "other", background: false, region: false },
    { name: "background", background: true, region: false },
  ];

  it("has a row for each class of any run, blank where a run lacks class or step", () => {
    const rows = runRows(classes, [one, two], 1, "dice");
    expect(rows.map(({ klass, cells }) => [klass, ...cells])).toEqual([
      ["small", CELL.missed, CELL.blank],
      ["background", CELL.value, CELL.blank],
    ]);
    const [, last] = runRows(classes, [one, two], 0, "dice");
    expect([...(last?.cells ?? [])]).toEqual([CELL.value, CELL.value]);
  });

  it("names the run of the column", () => {
    const [, row] = runRows(classes, [one, two], 0, "dice");
    const context = { view: "dice", unit: "sample", labelB: "b", stepB: null } as const;
    expect(row && say(row, 1, 0, context).claim).toBe("background, b, step 0: .90");
    expect(row && say(row, 0, 0, context).claim).toBe("background, a, step 0: .90");
  });

  it("shows rates too, and nothing without runs", () => {
    const [row] = runRows(classes, [one, two], 1, "q");
    expect([...(row?.values ?? [])]).toEqual([1, NAN]);
    expect(runRows(classes, [], 1, "dice")).toEqual([]);
  });
});
