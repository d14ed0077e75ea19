/** The other two heatmaps: samples x steps of a class, and classes x runs at a step. Pure. */

import { type RunInfo, type SampleSteps, STATE } from "../../api";
import { indexOfSteps } from "../../draw/columns";
import type { ClassRow, View } from "../../state";
import { blankRow, CELL, fill, minus, type Point, pointAt, type Row, type RunSeries } from "./rows";

/** One class of all samples of a run at all steps. */
export interface SampleGrid {
  run: RunInfo;
  answer: SampleSteps;
}

export interface SampleRowsInput {
  a: SampleGrid | null;
  /** For the view A - B. */
  b: SampleGrid | null;
  view: View;
  columns: readonly number[];
  stepB: number | null;
}

/** A row for each sample of A, the worst on average first; in the view A - B of those that B has too. */
export function sampleRows({ a, b, view, columns, stepB }: SampleRowsInput): Row[] {
  if (!a) return [];
  const own = rowsOf(a, columns);
  if (view !== "diff") return own;
  if (!b) return [];
  const pinned = stepB === null ? columns : columns.map(() => stepB);
  const others = new Map(rowsOf(b, pinned).map((row) => [row.sample, row]));
  return own.flatMap((row) => {
    const other = others.get(row.sample);
    return other ? minus(row, other) : [];
  });
}

/** A row for each class: its number in every run at one step. */
export function runRows(
  classes: readonly ClassRow[],
  all: readonly RunSeries[],
  step: number,
  view: View,
): Row[] {
  const runs = all.map(({ run }) => run);
  const [first] = runs;
  const having = classes.filter(({ name }) =>
    runs.some((run) => run.classes.some((klass) => klass.name === name)),
  );
  if (!first) return [];
  return having.map(({ name }) => {
    const row = blankRow(name, first, runs.length);
    row.runs = runs;
    row.point = (column) => {
      const { run, series } = all[column] ?? {};
      const klass = run?.classes.find((one) => one.name === name);
      const index = series?.steps.indexOf(step) ?? -1;
      return series && klass && index >= 0 ? pointAt(series, klass, index) : null;
    };
    return fill(row, view);
  });
}

const CELLS = [CELL.bothEmpty, CELL.missed, CELL.falseAlarm, CELL.value];

function rowsOf({ run, answer }: SampleGrid, columns: readonly number[]): Row[] {
  const places = indexOfSteps(columns, answer.steps);
  const count = answer.ids.length;
  return answer.ids.map((sample, n) => {
    const row = blankRow(answer.class, run, columns.length);
    row.sample = sample;
    places.forEach((index, column) => {
      const state = index < 0 ? STATE.absent : answer.state[index * count + n];
      if (state === undefined || state === STATE.absent) return;
      const value = answer.value[index * count + n] ?? Number.NaN;
      row.values[column] = value;
      row.cells[column] = Number.isNaN(value) && state ? CELL.undefined : (CELLS[state] ?? 0);
    });
    row.point = (column) => {
      const index = places[column] ?? -1;
      const state = index < 0 ? STATE.absent : answer.state[index * count + n];
      return state === undefined || state === STATE.absent
        ? null
        : single(row.values[column] ?? Number.NaN, state);
    };
    return row;
  });
}

/** The numbers of one sample, as those of a pass with nothing else in it. */
function single(value: number, state: number): Point {
  const is = (wanted: number): number => Number(state === wanted);
  return {
    value,
    scored: Number(!Number.isNaN(value)),
    samples: 1,
    bothEmpty: is(STATE.bothEmpty),
    missed: is(STATE.missed),
    falseAlarms: is(STATE.falseAlarm),
    bothPresent: is(STATE.bothPresent),
    missRate: Number.NaN,
    falseAlarmRate: Number.NaN,
  };
}
