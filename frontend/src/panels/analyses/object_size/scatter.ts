/** Dots of samples over size and score, as a drawing on a canvas. */

import { type Inks, prepare, SANS } from "../../../draw/canvas";
import { niceTicks } from "../../../draw/ticks";
import { quantity, tickText } from "../../../format";
import type { Point } from "../axis";
import { dotMark, rule } from "../marks";
import { type Axis, type Dot, shareOf } from "./model";

export interface ScatterData {
  dots: readonly Dot[];
  /** Where they stand on the canvas. */
  places: readonly Point[];
  axis: Axis;
  median: number | null;
}

export interface ScatterOptions {
  width: number;
  height: number;
  /** Of run A and run B. */
  colors: readonly string[];
  inks: Inks;
}

/** Space around the plot. */
export const INSET = { left: 34, right: 10, top: 18, bottom: 22 };
/** Lines between the runs help only as long as they can be told apart. */
const JOINED_UP_TO = 200;

export function plotSize({ width, height }: { width: number; height: number }) {
  return {
    width: Math.max(1, width - INSET.left - INSET.right),
    height: Math.max(1, height - INSET.top - INSET.bottom),
  };
}

/** Draws `data` onto `canvas`, in place of what is there. */
export function scatter(canvas: HTMLCanvasElement, data: ScatterData, options: ScatterOptions) {
  const { width, height, colors, inks } = options;
  const context = prepare(canvas, width, height);
  const room = plotSize(options);
  context.font = `11px ${SANS}`;
  context.save();
  context.translate(INSET.left, INSET.top);
  axes(context, data, room, inks);
  context.restore();
  const { places } = data;
  join(context, data.dots, places, inks);
  data.dots.forEach((dot, index) => {
    const place = places[index];
    if (place) dotMark(context, dot, place, colors[dot.side] ?? inks.text, inks);
  });
}

/** The same sample in both runs: a thin line from A to B. */
function join(
  context: CanvasRenderingContext2D,
  dots: readonly Dot[],
  places: readonly Point[],
  inks: Inks,
): void {
  const second = new Map(dots.flatMap((dot, index) => (dot.side ? [[dot.id, index]] : [])));
  if (second.size > JOINED_UP_TO) return;
  context.strokeStyle = inks.border;
  context.lineWidth = 1;
  context.beginPath();
  dots.forEach((dot, index) => {
    const [from, to] = [places[index], places[second.get(dot.id) ?? -1]];
    if (dot.side || !from || !to) return;
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
  });
  context.stroke();
}

function axes(
  context: CanvasRenderingContext2D,
  { axis, median }: ScatterData,
  room: { width: number; height: number },
  inks: Inks,
): void {
  const [low, high] = axis.scores;
  context.strokeStyle = inks.grid;
  context.fillStyle = inks.muted;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of niceTicks(low, high)) {
    const y = (1 - (tick - low) / (high - low)) * room.height;
    rule(context, 0, y, room.width, y);
    context.fillText(tickText(tick), -6, y);
  }
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  for (const { share, text } of axis.ticks)
    context.fillText(text, share * room.width, room.height + 16);
  if (axis.apart) {
    const end = axis.apart * room.width;
    context.fillText("no target", end / 2, room.height + 16);
    context.strokeStyle = inks.border;
    rule(context, end, -4, end, room.height);
  }
  if (median !== null) medianLine(context, shareOf(axis, median) * room.width, median, room, inks);
}

function medianLine(
  context: CanvasRenderingContext2D,
  x: number,
  median: number,
  room: { width: number; height: number },
  inks: Inks,
): void {
  context.strokeStyle = inks.muted;
  context.setLineDash([2, 3]);
  rule(context, x, -12, x, room.height);
  context.setLineDash([]);
  const before = x > room.width - 120;
  context.textAlign = before ? "right" : "left";
  context.fillText(`median ${quantity(median)} voxels`, x + (before ? -5 : 5), -6);
}
