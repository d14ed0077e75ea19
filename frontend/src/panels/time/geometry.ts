/** Where things stand in the time card: gutters, rows and the shared x-axis. Pure. */

import { clamp } from "../../clamp";
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

/** The rows of one class, or the row of one sample. */
interface Group {
  name: string;
  /** Top of its first row. */
  top: number;
  first: number;
  count: number;
}

export interface RowLayout {
  rowHeight: number;
  tops: number[];
  groups: Group[];
  /** Height of every group with its share of the gaps: groups divide the heatmap evenly. */
  pitch: number;
  height: number;
}

const LEFT = 202;
const RIGHT = 150;

export function frameOf(width: number, columns: readonly number[], zoom: Range | null): Frame {
  const left = width < 640 ? 180 : LEFT;
  const range = zoom && zoom.to <= columns.length ? zoom : { from: 0, to: columns.length };
  return { width, left, right: RIGHT, plot: Math.max(60, width - left - RIGHT), range, columns };
}

/**
 * Rows of one class stand close, classes apart; where a class has one row, it gets more height. All classes
 * take the same height, so that a class is found by its share of the whole.
 */
export function layoutRows(rows: readonly Row[]): RowLayout {
  const groups: Group[] = [];
  rows.forEach(({ klass, sample }, first) => {
    const name = sample ?? klass;
    const last = groups.at(-1);
    if (last?.name === name) last.count += 1;
    else groups.push({ name, top: 0, first, count: 1 });
  });
  const most = groups.reduce((sum, { count }) => Math.max(sum, count), 0);
  const [rowHeight, gap] = heights(rows, most);
  const pitch = most * rowHeight + gap;
  const tops: number[] = [];
  groups.forEach((group, index) => {
    group.top = index * pitch + (pitch - group.count * rowHeight) / 2;
    for (let row = 0; row < group.count; row++) tops.push(group.top + row * rowHeight);
  });
  return { rowHeight, tops, groups, pitch, height: groups.length * pitch };
}

/** Samples are many: they get as low as it takes to see a few hundred at once. */
function heights(rows: readonly Row[], most: number): [row: number, gap: number] {
  if (rows[0]?.sample === undefined) return most > 1 ? [14, 6] : [20, 2];
  return rows.length <= 48 ? [13, 1] : [Math.max(3, Math.floor(600 / rows.length)), 0];
}

/** The row under `y`, or the closest one of its class; -1 outside. */
export function rowAt({ groups, pitch, rowHeight }: RowLayout, y: number): number {
  const group = groups[Math.floor(y / pitch)];
  if (!group) return -1;
  const row = Math.floor((y - group.top) / rowHeight);
  return group.first + clamp(row, 0, group.count - 1);
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
