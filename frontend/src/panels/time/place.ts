/** Which cell of the heatmap is selected, and what choosing and moving do, whatever rows and columns are. */

import { computed } from "@preact/signals";
import { clamp } from "../../clamp";
import { moveStep, pin, select, selection, settings, type View, view } from "../../state";
import { columnOf, type Frame } from "./geometry";
import type { Row } from "./rows";

/** The view as far as the kind of heatmap has it: samples have no rates, runs at a step no difference. */
export const shownView = computed<View>(() => {
  const { kind } = settings.value;
  return hasView(kind, view.value) ? view.value : "dice";
});

export function hasView(kind: string, wanted: View): boolean {
  if (kind === "samples") return wanted === "dice" || wanted === "diff";
  return kind !== "runs" || wanted !== "diff";
}

/** The columns of the heatmap: steps, or the runs of its rows. */
export function heatFrame(frame: Frame, rows: readonly Row[]): Frame {
  const runs = rows[0]?.runs;
  if (!runs) return frame;
  return { ...frame, columns: runs.map((_, at) => at), range: { from: 0, to: runs.length } };
}

export function selectedIndex(rows: readonly Row[]): number {
  const { run, klass, sample } = selection.value;
  return rows.findIndex((row) => {
    if (row.sample !== undefined) return row.sample === sample;
    return row.klass === klass && (!!row.runs || row.run.name === run);
  });
}

/** The row of the selection. */
export const selectedRow = (rows: readonly Row[]): Row | undefined => rows[selectedIndex(rows)];

export function selectedColumn(row: Row | undefined, frame: Frame): number {
  const { run, step } = selection.value;
  return row?.runs ? row.runs.findIndex(({ name }) => name === run) : columnOf(frame.columns, step);
}

/** A click on a cell: its run, class or sample, and step; with Shift, it becomes B. */
export function choose(row: Row, column: number, step: number | undefined, shift: boolean): void {
  const run = (row.runs?.[column] ?? row.run).name;
  if (row.runs) select(shift ? { runB: run, stepB: null } : { run, klass: row.klass });
  else if (step === undefined) return;
  else if (shift) pin(run, step);
  else if (row.sample !== undefined) select({ sample: row.sample, step });
  else if (row.other) select({ klass: row.klass, step });
  else select({ run, klass: row.klass, step });
}

/** To another row, at the same step. */
export function moveRow(rows: readonly Row[], by: number): void {
  const row = rows[clamp(selectedIndex(rows) + by, 0, rows.length - 1)];
  if (!row) return;
  if (row.sample !== undefined) select({ sample: row.sample });
  else if (row.runs || row.other) select({ klass: row.klass });
  else select({ klass: row.klass, run: row.run.name });
}

export function moveColumn(rows: readonly Row[], frame: Frame, by: number): void {
  const row = selectedRow(rows);
  const run = row?.runs?.[clamp(selectedColumn(row, frame) + by, 0, row.runs.length - 1)];
  if (run) select({ run: run.name });
  else if (!row?.runs) moveStep(by);
}
