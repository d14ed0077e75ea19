/** The heatmap as a drawing: rows of cells on one canvas, nothing else. */

import { drawMark, hatch, type Inks, type Mark, prepare, SANS } from "../../draw/canvas";
import { css, inkOn, parseHex, type Rgb } from "../../draw/colormap";
import { type Bin, bins, type Range, worstOf } from "../../draw/columns";
import { score } from "../../format";
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
/** A cell of this width has room for its number. */
export const WORDY = 40;
/** More cells than this are drawn as pixels, without gaps and marks. */
const MANY = 12_000;

export function heatmap(
  canvas: HTMLCanvasElement,
  data: HeatmapData,
  options: HeatmapOptions,
): void {
  const { width, height, inks } = options;
  const context = prepare(canvas, width, height);
  const parts = bins(data.range, width);
  if (data.rows.length * parts.length > MANY) {
    drawPixels(context, data, parts, options);
    return;
  }
  context.font = `11px ${SANS}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
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

/** One pixel a cell, stretched to the size of the cells. */
function drawPixels(
  context: CanvasRenderingContext2D,
  { rows, tops }: HeatmapData,
  parts: readonly Bin[],
  { width, rowHeight, scale, inks }: HeatmapOptions,
): void {
  const states = [parseHex(inks.hatch), parseHex(inks.hatchBack)] as const;
  const image = new ImageData(parts.length, rows.length);
  rows.forEach((row, y) => {
    parts.forEach((bin, x) => {
      const column = bin.to - bin.from > 1 ? chosenColumn(row, bin, scale) : bin.from;
      if (!row.cells[column]) return;
      const color = colorIn(row, column, scale) ?? states[(x + y) & 1 ? 0 : 1];
      image.data.set(color, 4 * (y * parts.length + x));
      image.data[4 * (y * parts.length + x) + 3] = 255;
    });
  });
  const small = new OffscreenCanvas(parts.length, rows.length);
  small.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  for (let first = 0, last = 0; first < rows.length; first = last = last + 1) {
    // rows that touch are stretched together
    while ((tops[last + 1] ?? 0) - (tops[last] ?? 0) === rowHeight) last++;
    const count = last - first + 1;
    const to = [0, tops[first] ?? 0, width, count * rowHeight] as const;
    context.drawImage(small, 0, first, parts.length, count, ...to);
  }
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
    const color = colorIn(row, column, scale);
    context.fillStyle = color ? css(color) : hatching;
    context.fillRect(x, top, width, rowHeight - (rowHeight > 6 ? 1 : 0));
    if (!color || rowHeight < 8) continue;
    context.fillStyle = inkOn(color);
    const [at, height] = [x + width / 2, top + (rowHeight - 1) / 2];
    if (width >= WORDY) context.fillText(score(row.values[column]), at, height + 1);
    else sign(context, MARKS[cell], at, height, last);
  }
}

/** The colour of a cell with a number, null of one that is a state. */
function colorIn(row: Row, column: number, scale: Scale): Rgb | null {
  const state = isState(row.cells[column] ?? CELL.blank);
  return state ? null : colorOf(scale, row.values[column] as number);
}

/** The mark of a one-sided cell, unless the one before is too close. */
function sign(
  context: CanvasRenderingContext2D,
  mark: Mark | undefined,
  x: number,
  y: number,
  last: Record<Mark, number>,
): void {
  if (!mark || x - last[mark] < MARKS_APART) return;
  last[mark] = x;
  drawMark(context, mark, x, y, `${context.fillStyle}cc`);
}

const MARKS: Record<number, Mark> = {
  [CELL.missed]: "missed",
  [CELL.falseAlarm]: "false-alarm",
};

const isState = (cell: number): boolean => cell === CELL.bothEmpty || cell === CELL.undefined;

/** Left and width of a cell: snapped to whole pixels, with a gap where there is room for one. */
function cellBox(bin: Bin): { x: number; width: number } {
  const ratio = window.devicePixelRatio || 1;
  const snap = (x: number) => Math.round(x * ratio) / ratio;
  const gap = bin.width >= 5 ? 1 : bin.width >= 3 ? 1 / ratio / 2 : 0;
  const x = snap(bin.x);
  return { x, width: Math.max(1 / ratio, snap(bin.x + bin.width) - x - gap) };
}
