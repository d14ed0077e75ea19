/** The heatmap as a drawing: rows of cells on one canvas, nothing else. */

import { drawMark, hatch, type Inks, type Mark, prepare } from "../../draw/canvas";
import { css, inkOn } from "../../draw/colormap";
import { type Bin, bins, type Range, worstOf } from "../../draw/columns";
import { CELL, type Row } from "./rows";
import { colorOf, type Scale } from "./scale";

export interface HeatmapData {
  rows: readonly Row[];
  /** Top of each row in CSS pixels. */
  tops: readonly number[];
  range: Range;
}

export interface HeatmapOptions {
  width: number;
  height: number;
  rowHeight: number;
  scale: Scale;
  inks: Inks;
}

/** Marks of one kind stand at least this far apart; between them the colour speaks. */
const MARKS_APART = 8;

export function heatmap(
  canvas: HTMLCanvasElement,
  data: HeatmapData,
  options: HeatmapOptions,
): void {
  const { width, height, inks } = options;
  const context = prepare(canvas, width, height);
  const parts = bins(data.range, width);
  const hatching = hatch(context, inks);
  data.rows.forEach((row, index) => {
    drawRow(context, row, data.tops[index] ?? 0, parts, options, hatching);
  });
}

/** The column that stands for a bin: a number before a state, the worst number first. */
export function chosenColumn(row: Row, bin: Bin, scale: Scale): number {
  return worstOf(bin, (column) => {
    const cell = row.cells[column] ?? CELL.blank;
    if (cell === CELL.blank) return Number.NaN;
    if (isState(cell)) return Number.MAX_VALUE;
    return scale.badness(row.values[column] as number);
  });
}

function drawRow(
  context: CanvasRenderingContext2D,
  row: Row,
  top: number,
  parts: readonly Bin[],
  { rowHeight, scale }: HeatmapOptions,
  hatching: CanvasPattern | string,
): void {
  const last: Record<Mark, number> = { missed: -99, "false-alarm": -99 };
  for (const bin of parts) {
    const column = chosenColumn(row, bin, scale);
    const cell = row.cells[column] ?? CELL.blank;
    if (cell === CELL.blank) continue;
    const { x, width } = cellBox(bin);
    const color = isState(cell) ? null : colorOf(scale, row.values[column] as number);
    context.fillStyle = color ? css(color) : hatching;
    context.fillRect(x, top, width, rowHeight - 1);
    const mark = markOf(cell);
    const middle = x + width / 2;
    if (!mark || !color || middle - last[mark] < MARKS_APART) continue;
    last[mark] = middle;
    drawMark(context, mark, middle, top + (rowHeight - 1) / 2, `${inkOn(color)}c`);
  }
}

const isState = (cell: number): boolean => cell === CELL.bothEmpty || cell === CELL.undefined;

function markOf(cell: number): Mark | null {
  if (cell === CELL.missed) return "missed";
  return cell === CELL.falseAlarm ? "false-alarm" : null;
}

/** Left and width of a cell: snapped to whole pixels, with a gap where there is room for one. */
function cellBox(bin: Bin): { x: number; width: number } {
  const ratio = window.devicePixelRatio || 1;
  const snap = (x: number) => Math.round(x * ratio) / ratio;
  const gap = bin.width >= 5 ? 1 : bin.width >= 3 ? 1 / ratio / 2 : 0;
  const x = snap(bin.x);
  return { x, width: Math.max(1 / ratio, snap(bin.x + bin.width) - x - gap) };
}
