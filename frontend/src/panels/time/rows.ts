/** What the heatmap shows: for each class and run a row of values and states over the columns. Pure. */

import type { ClassInfo, RunInfo, Series } from "../../api";
import { indexOfSteps } from "../../draw/columns";
import type { ClassRow, SortBy, View } from "../../state";

/** What a cell is; only `value`, `missed` and `falseAlarm` have a number. */
export const CELL = {
  blank: 0,
  value: 1,
  missed: 2,
  falseAlarm: 3,
  bothEmpty: 4,
  undefined: 5,
} as const;

/** A run with what the server said about it, if it has answered. */
export interface RunSeries {
  run: RunInfo;
  series: Series | null;
  error: string | null;
}

/** Numbers of one class at one step of one run. */
export interface Point {
  value: number;
  scored: number;
  samples: number;
  bothEmpty: number;
  missed: number;
  falseAlarms: number;
  bothPresent: number;
  missRate: number;
  falseAlarmRate: number;
}

/** One sub-row of the heatmap. In the view A - B there is one per class and `run` is run A. */
export interface Row {
  klass: string;
  run: RunInfo;
  /** Where the row is of one sample. */
  sample?: string;
  /** Where the columns are runs and not steps. */
  runs?: readonly RunInfo[];
  /** Undefined numbers are NaN. */
  values: Float32Array;
  cells: Uint8Array;
  /** The numbers behind a column, null where the run has no such step. */
  point: (column: number) => Point | null;
  /** In the view A - B, the numbers of B. */
  other?: (column: number) => Point | null;
}

export interface RowsInput {
  view: View;
  classes: readonly ClassRow[];
  runs: readonly RunSeries[];
  /** The steps of the columns. */
  columns: readonly number[];
  /** For the view A - B. */
  a: RunSeries | null;
  b: RunSeries | null;
  /** A step of B that all steps of A are compared with, or null to compare step by step. */
  stepB: number | null;
}

export function buildRows(input: RowsInput): Row[] {
  if (input.view === "diff") return differenceRows(input);
  return input.classes.flatMap(({ name }) =>
    input.runs.flatMap((entry) => {
      const row = runRow(entry, name, input.columns, input.view);
      return row ? [row] : [];
    }),
  );
}

/** The numbers of a class at step number `index` of a series. */
export function pointAt(series: Series, klass: ClassInfo, index: number): Point {
  const classes = series.value.length / series.steps.length;
  const at = index * classes + klass.index;
  const cases = (state: number) => series.cases[(index * 4 + state) * classes + klass.index] ?? 0;
  return {
    value: series.value[at] ?? Number.NaN,
    scored: series.scored[at] ?? 0,
    samples: series.samples[index] ?? 0,
    bothEmpty: cases(0),
    missed: cases(1),
    falseAlarms: cases(2),
    bothPresent: cases(3),
    missRate: series.miss_rate[at] ?? Number.NaN,
    falseAlarmRate: series.false_alarm_rate[at] ?? Number.NaN,
  };
}

/** What a point looks like in a view. A state is shown as a state, whatever number a rule gives it. */
export function cellOf(point: Point, view: View): number {
  if (view === "q" || view === "r0") {
    const rate = view === "q" ? point.missRate : point.falseAlarmRate;
    return Number.isNaN(rate) ? CELL.undefined : CELL.value;
  }
  const { bothEmpty, missed, falseAlarms, bothPresent } = point;
  if (bothEmpty + missed + falseAlarms + bothPresent === 0) return CELL.blank;
  if (missed + falseAlarms + bothPresent === 0) return CELL.bothEmpty;
  if (Number.isNaN(point.value)) return CELL.undefined;
  if (bothPresent > 0) return CELL.value;
  return missed > 0 ? CELL.missed : CELL.falseAlarm;
}

/** Classes in the order asked for; the background stays last. `last` is the last Dice of run A. */
export function sortClasses(
  classes: readonly ClassRow[],
  by: SortBy,
  run: RunSeries | null,
): ClassRow[] {
  const info = new Map(run?.run.classes.map((c) => [c.name, c]));
  const key = (row: ClassRow): number | string => {
    const found = info.get(row.name);
    if (by === "name") return row.name.toLowerCase();
    if (!found) return Number.POSITIVE_INFINITY;
    if (by === "frequency") return found.frequency ?? Number.POSITIVE_INFINITY;
    if (by === "empty") return -found.empty;
    return lastValue(run?.series ?? null, found);
  };
  if (by === "order") return [...classes];
  const keys = new Map(classes.map((row) => [row, key(row)]));
  return [...classes].sort((x, y) => {
    if (x.background !== y.background) return Number(x.background) - Number(y.background);
    const [kx, ky] = [keys.get(x) as number, keys.get(y) as number];
    return kx < ky ? -1 : kx > ky ? 1 : 0;
  });
}

function lastValue(series: Series | null, klass: ClassInfo): number {
  if (!series?.steps.length) return Number.POSITIVE_INFINITY;
  const { value } = pointAt(series, klass, series.steps.length - 1);
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}

function runRow(
  entry: RunSeries,
  name: string,
  columns: readonly number[],
  view: View,
): Row | null {
  const klass = entry.run.classes.find((c) => c.name === name);
  if (!klass) return null;
  const { series } = entry;
  const places = indexOfSteps(columns, series?.steps ?? []);
  const row = blankRow(name, entry.run, columns.length);
  row.point = (column) => {
    const index = places[column] ?? -1;
    return series && index >= 0 ? pointAt(series, klass, index) : null;
  };
  return fill(row, view);
}

/** Cells and values from the numbers of the row. */
export function fill(row: Row, view: View): Row {
  row.cells.forEach((_, column) => {
    const point = row.point(column);
    if (!point) return;
    row.cells[column] = cellOf(point, view);
    row.values[column] = valueIn(point, view);
  });
  return row;
}

function valueIn(point: Point, view: View): number {
  if (view === "q") return point.missRate;
  return view === "r0" ? point.falseAlarmRate : point.value;
}

/** A minus B for each class that both runs have. */
function differenceRows({ classes, columns, a, b, stepB }: RowsInput): Row[] {
  if (!a || !b) return [];
  const pinned = stepB === null ? columns : columns.map(() => stepB);
  return classes.flatMap(({ name }) => {
    const first = runRow(a, name, columns, "dice");
    const second = runRow(b, name, pinned, "dice");
    return first && second ? minus(first, second) : [];
  });
}

/** The row of `first` with its values less those of `second`. */
export function minus(first: Row, second: Row): Row {
  const row = { ...blankRow(first.klass, first.run, first.cells.length), point: first.point };
  row.sample = first.sample;
  row.other = second.point;
  row.cells.forEach((_, column) => {
    const difference = (first.values[column] as number) - (second.values[column] as number);
    row.values[column] = difference;
    if (first.cells[column] === CELL.blank || second.cells[column] === CELL.blank) return;
    row.cells[column] = Number.isNaN(difference) ? CELL.undefined : CELL.value;
  });
  return row;
}

export function blankRow(klass: string, run: RunInfo, columns: number): Row {
  return {
    klass,
    run,
    values: new Float32Array(columns).fill(Number.NaN),
    cells: new Uint8Array(columns),
    point: () => null,
  };
}
