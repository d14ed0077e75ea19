/** Where things stand in the time card: gutters, rows and the shared x-axis. Pure. */

import { middle, type Range } from "../../draw/columns";
import { nearest } from "../../state";
import type { Row } from "./rows";

/** The shared x-axis between its gutters; all lengths in CSS pixels. */
export interface Frame {
  width: number;
  left: number;
  right: number;
  /** Width of the plots between the gutters. */
  plot: number;
  range: Range;
  /** The step of each column. */
  columns: readonly number[];
}

export interface Group {
  klass: string;
  top: number;
}

export interface RowLayout {
  rowHeight: number;
  tops: number[];
  /** One for each class, at the top of its first row. */
  groups: Group[];
  height: number;
}

const GAP = 7;
const LEFT = 202;
const RIGHT = 150;

export function frameOf(width: number, columns: readonly number[], zoom: Range | null): Frame {
  const left = width < 640 ? 180 : LEFT;
  const range = zoom && zoom.to <= columns.length ? zoom : { from: 0, to: columns.length };
  return { width, left, right: RIGHT, plot: Math.max(60, width - left - RIGHT), range, columns };
}

/** Rows of one class stand close, classes apart; a class of one row gets more height. */
export function layoutRows(rows: readonly Row[]): RowLayout {
  const classes = new Set(rows.map((row) => row.klass)).size;
  const rowHeight = rows.length === classes ? 20 : 14;
  const gap = rows.length === classes ? 2 : GAP;
  const tops: number[] = [];
  const groups: Group[] = [];
  let top = 4;
  rows.forEach((row, index) => {
    if (row.klass !== rows[index - 1]?.klass) {
      if (index) top += gap;
      groups.push({ klass: row.klass, top });
    }
    tops.push(top);
    top += rowHeight;
  });
  return { rowHeight, tops, groups, height: top + 7 };
}

/** The row under `y`, or -1. */
export function rowAt(layout: RowLayout, y: number): number {
  return layout.tops.findIndex((top) => y >= top && y < top + layout.rowHeight);
}

/** The column of a step, or of the closest one; -1 without columns. */
export function columnOf(columns: readonly number[], step: number | null): number {
  if (step === null) return -1;
  const closest = nearest(columns, step);
  return closest === null ? -1 : columns.indexOf(closest);
}

/** The middle of a column from the left edge of the card, null where it is out of view. */
export function xOf(frame: Frame, column: number): number | null {
  if (column < frame.range.from || column >= frame.range.to) return null;
  return frame.left + middle(column, frame.range, frame.plot);
}

export const cellWidth = (frame: Frame): number =>
  frame.plot / Math.max(1, frame.range.to - frame.range.from);
