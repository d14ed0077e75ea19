/** The shared time axis: recorded steps as equal columns, pooled where they outnumber the pixels. */

import { clamp } from "../clamp";

/** A stretch of columns drawn as one; `from` and `to` are column numbers, `to` is not in it. */
export interface Bin {
  from: number;
  to: number;
  x: number;
  width: number;
}

/** Which columns are in view: [from, to). */
export interface Range {
  from: number;
  to: number;
}

/** The narrowest a drawn column may be, in CSS pixels: thinner ones are pooled. */
const NARROWEST = 2;

/** All steps that any run recorded, in order. */
export function unionOfSteps(lists: readonly (readonly number[])[]): number[] {
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

/** For each column the index of its step in `steps`, -1 where that run has none. */
export function indexOfSteps(columns: readonly number[], steps: readonly number[]): Int32Array {
  const places = new Map(steps.map((step, index) => [step, index]));
  return Int32Array.from(columns, (step) => places.get(step) ?? -1);
}

/** Cut the columns in view into bins at least NARROWEST wide. */
export function bins(range: Range, width: number): Bin[] {
  const columns = range.to - range.from;
  if (columns <= 0 || width <= 0) return [];
  const number = Math.min(columns, Math.max(1, Math.floor(width / NARROWEST)));
  const edge = (index: number) => range.from + Math.floor((index * columns) / number);
  const cell = width / columns;
  return Array.from({ length: number }, (_, index) => {
    const [from, to] = [edge(index), edge(index + 1)];
    return { from, to, x: (from - range.from) * cell, width: (to - from) * cell };
  });
}

/** The middle of a column, from the left end of the axis. */
export function middle(column: number, range: Range, width: number): number {
  return ((column - range.from + 0.5) * width) / (range.to - range.from);
}

/** The column under `x`, or -1 when there is none. */
export function columnAt(x: number, range: Range, width: number): number {
  const column = range.from + Math.floor((x / width) * (range.to - range.from));
  return x < 0 || x >= width || column < range.from || column >= range.to ? -1 : column;
}

/**
 * The column of a bin that must stay visible: the one with the smallest `badness` key first.
 *
 * `value(column)` returns NaN where there is nothing to compare; such columns lose against any number.
 */
export function worstOf(bin: Bin, value: (column: number) => number): number {
  let worst = bin.from;
  let least = value(bin.from);
  for (let column = bin.from + 1; column < bin.to; column++) {
    const candidate = value(column);
    if (candidate < least || (Number.isNaN(least) && !Number.isNaN(candidate))) {
      worst = column;
      least = candidate;
    }
  }
  return worst;
}

/** Columns to label so that labels stand at least `apart` pixels from each other: round steps, and both ends. */
export function ticks(steps: readonly number[], range: Range, width: number, apart = 48): number[] {
  const last = range.to - 1;
  if (last < range.from) return [];
  const cell = width / (range.to - range.from);
  const span = (steps[last] as number) - (steps[range.from] as number);
  const every = roundStep((span * apart) / Math.max(1, width));
  const chosen = [range.from];
  const far = (a: number, b: number) => Math.abs(a - b) * cell >= apart;
  for (let column = range.from + 1; column < last; column++) {
    const round = (steps[column] as number) % every === 0;
    if (round && far(column, chosen[chosen.length - 1] as number) && far(column, last))
      chosen.push(column);
  }
  if (last > range.from && far(last, chosen[chosen.length - 1] as number)) chosen.push(last);
  return chosen;
}

/** The next of 1, 2, 5, 10, 20, 50 ... that is at least `least`. */
function roundStep(least: number): number {
  let power = 1;
  for (;;) {
    for (const factor of [1, 2, 5]) if (factor * power >= least) return factor * power;
    power *= 10;
  }
}

/** The range that shows `factor` times as many columns and keeps the column at `share` of the width in place. */
export function zoomed(range: Range, all: number, factor: number, share: number): Range {
  const count = Math.max(
    Math.min(4, all),
    Math.min(all, Math.round((range.to - range.from) * factor)),
  );
  const fixed = range.from + share * (range.to - range.from);
  const from = clamp(Math.round(fixed - share * count), 0, all - count);
  return { from, to: from + count };
}

/** The same number of columns, moved by `by`, never past the ends. */
export function moved(range: Range, all: number, by: number): Range {
  const count = range.to - range.from;
  const from = clamp(range.from + by, 0, all - count);
  return { from, to: from + count };
}

/** Push positions apart so that neighbours differ by `gap`, inside [top, bottom] where they fit. */
export function pushApart(
  wanted: readonly number[],
  gap: number,
  top: number,
  bottom: number,
): number[] {
  const order = wanted
    .map((_, index) => index)
    .sort((a, b) => (wanted[a] as number) - (wanted[b] as number));
  const placed = new Array<number>(wanted.length);
  let floor = Math.max(top, Number.NEGATIVE_INFINITY);
  for (const index of order) {
    placed[index] = Math.max(wanted[index] as number, floor);
    floor = (placed[index] as number) + gap;
  }
  let ceiling = bottom;
  for (const index of order.reverse()) {
    placed[index] = Math.min(placed[index] as number, ceiling);
    ceiling = (placed[index] as number) - gap;
  }
  return placed;
}
