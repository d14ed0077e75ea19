/** The bars of a waterfall, one for each row: from the value before to the value after. */

import { place, shape } from "./svg";

export interface Bar {
  before: number | null;
  after: number | null;
}

export interface WaterfallOptions {
  width: number;
  rowHeight: number;
  low: number;
  high: number;
  /** Of a fall and of a rise. */
  colors: readonly [string, string];
}

/** Moves by less than this have no direction to show. */
const STILL = 0.0005;

/** Draws the bars into `element`; the first and the last one stand on 0 and are neutral. */
export function waterfall(
  element: HTMLElement,
  bars: readonly Bar[],
  options: WaterfallOptions,
): void {
  const { width, rowHeight, low, high } = options;
  const x = (value: number) => 4 + ((value - low) / (high - low)) * (width - 8);
  place(
    element,
    width,
    bars.length * rowHeight,
    shape("path", { class: "grid-line", d: `M${x(0)} 0V${bars.length * rowHeight}` }),
    ...bars.flatMap((bar, row) => [
      ...link(bar, row, bars.length, x, rowHeight),
      ...box(bar, row, row === 0 || row === bars.length - 1, x, options),
    ]),
  );
}

function box(
  { before, after }: Bar,
  row: number,
  whole: boolean,
  x: (value: number) => number,
  { rowHeight, colors }: WaterfallOptions,
): Element[] {
  if (before === null || after === null) return [];
  const [left, right] = [x(Math.min(before, after)), x(Math.max(before, after))];
  const still = Math.abs(after - before) < STILL;
  const fill = whole || still ? undefined : `fill:${colors[after >= before ? 1 : 0]}`;
  const size = { x: left, y: row * rowHeight + 5, height: rowHeight - 10, rx: 2 };
  const width = Math.max(2, right - left);
  return [shape("rect", { class: "bar", ...size, width, style: fill })];
}

/** From the end of one bar down to the next row. */
function link(
  { after }: Bar,
  row: number,
  rows: number,
  x: (value: number) => number,
  height: number,
): Element[] {
  if (after === null || row === rows - 1) return [];
  const d = `M${x(after)} ${(row + 1) * height - 5}v10`;
  return [shape("path", { class: "mark-line", d })];
}
