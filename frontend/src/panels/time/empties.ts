/** Stacked bars of the four states a sample can be in, one bar a step, as a drawing. */

import type { RunInfo } from "../../api";
import { hatch, type Inks, prepare } from "../../draw/canvas";
import { type Bin, bins, type Range, worstOf } from "../../draw/columns";
import type { Point } from "./rows";

interface EmptiesRow {
  run: RunInfo;
  point: (column: number) => Point | null;
}

export interface EmptiesData {
  rows: readonly EmptiesRow[];
  tops: readonly number[];
  range: Range;
}

export interface EmptiesOptions {
  width: number;
  height: number;
  barHeight: number;
  inks: Inks;
}

/** From the bottom up. */
const PARTS = ["bothPresent", "missed", "falseAlarms", "bothEmpty"] as const;

export function empties(
  canvas: HTMLCanvasElement,
  data: EmptiesData,
  options: EmptiesOptions,
): void {
  const { width, height, inks } = options;
  const context = prepare(canvas, width, height);
  const fills: Record<(typeof PARTS)[number], CanvasPattern | string> = {
    bothPresent: inks.hit,
    missed: inks.missed,
    falseAlarms: inks.falseAlarm,
    bothEmpty: hatch(context, inks),
  };
  const parts = bins(data.range, width);
  data.rows.forEach((row, index) => {
    for (const bin of parts) {
      const point = row.point(worstColumn(row, bin));
      if (point) stack(context, point, bin, data.tops[index] ?? 0, options.barHeight, fills);
    }
  });
}

/** The step of a bin with the largest share of one-sided empties. */
function worstColumn(row: EmptiesRow, bin: Bin): number {
  return worstOf(bin, (column) => {
    const point = row.point(column);
    return point ? -(point.missed + point.falseAlarms) / Math.max(1, point.samples) : Number.NaN;
  });
}

function stack(
  context: CanvasRenderingContext2D,
  point: Point,
  bin: Bin,
  top: number,
  barHeight: number,
  fills: Record<(typeof PARTS)[number], CanvasPattern | string>,
): void {
  const total = PARTS.reduce((sum, part) => sum + point[part], 0);
  const gap = bin.width >= 5 ? 1 : 0;
  const thin = barHeight >= 20 ? 0.6 : 0;
  let bottom = top + barHeight;
  for (const part of PARTS) {
    const height = total ? (point[part] / total) * barHeight : 0;
    bottom -= height;
    if (!height) continue;
    context.fillStyle = fills[part];
    context.fillRect(bin.x, bottom, bin.width - gap, Math.max(0.4, height - thin));
  }
}
