/** Lines with a grid and the numbers of the y-axis, as a drawing on a canvas. */

import { clamp } from "../clamp";
import { tickText } from "../format";
import { type Inks, prepare, SANS } from "./canvas";
import { niceTicks } from "./ticks";

/** A line: undefined where there is no such place, null where the number is undefined. */
export interface Line {
  values: readonly (number | null | undefined)[];
  color: string;
  dash: readonly number[];
  width: number;
}

export interface LinesOptions {
  width: number;
  height: number;
  /** Space around the plot. */
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Ends of the y-axis. */
  low: number;
  high: number;
  /** Where a value stands, from the left end of the canvas. */
  x: (index: number) => number;
  inks: Inks;
  /** A dot at every value, not only where no line reaches. */
  dots?: boolean;
}

/** Draws `all` in place of what is on the canvas; returns its pen, for what comes on top. */
export function lines(
  canvas: HTMLCanvasElement,
  all: readonly Line[],
  options: LinesOptions,
): CanvasRenderingContext2D {
  const { width, height, left, right, top, bottom } = options;
  const pen = prepare(canvas, width, height);
  grid(pen, options);
  pen.save();
  pen.beginPath();
  pen.rect(left, top - 2, width - left - right, height - top - bottom + 4);
  pen.clip();
  pen.lineJoin = "round";
  for (const line of all) draw(pen, line, options);
  pen.restore();
  return pen;
}

/** Height of a value; what is not finite lies at the end of the axis. */
export function heightOf(
  value: number,
  {
    low,
    high,
    height,
    top,
    bottom,
  }: Pick<LinesOptions, "low" | "high" | "height" | "top" | "bottom">,
): number {
  const share = (high - clamp(value, low, high)) / (high - low);
  return top + share * (height - top - bottom);
}

/** Places whose neighbours on both sides are undefined numbers: no line reaches them, so a dot must. */
export function isolated(values: Line["values"]): number[] {
  const known = values.flatMap((value, index) => (value === undefined ? [] : [index]));
  const alone = (at: number | undefined) => at === undefined || values[at] === null;
  return known.filter(
    (index, at) => values[index] !== null && alone(known[at - 1]) && alone(known[at + 1]),
  );
}

function grid(pen: CanvasRenderingContext2D, options: LinesOptions): void {
  const { left, right, width, low, high, inks } = options;
  pen.font = `11px ${SANS}`;
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const tick of niceTicks(low, high)) {
    const y = Math.round(heightOf(tick, options));
    pen.fillStyle = inks.grid;
    pen.fillRect(left, y, width - left - right, 1);
    pen.fillStyle = inks.muted;
    pen.fillText(tickText(tick), left - 6, y);
  }
}

function draw(pen: CanvasRenderingContext2D, line: Line, options: LinesOptions): void {
  const { values } = line;
  pen.strokeStyle = pen.fillStyle = line.color;
  pen.lineWidth = line.width;
  pen.setLineDash([...line.dash]);
  pen.beginPath();
  let down = false;
  values.forEach((value, index) => {
    if (value === undefined) return; // the line goes on behind it
    if (value !== null) pen[down ? "lineTo" : "moveTo"](options.x(index), heightOf(value, options));
    down = value !== null;
  });
  pen.stroke();
  for (const index of options.dots ? values.keys() : isolated(values)) {
    const value = values[index];
    if (typeof value !== "number") continue;
    pen.beginPath();
    pen.arc(options.x(index), heightOf(value, options), line.width + 0.5, 0, 7);
    pen.fill();
  }
}
