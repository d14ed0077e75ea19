/** What the scatter plots are drawn of: the mark of a sample, and a thin line. */

import { STATE } from "../../api";
import { drawMark, hatch, type Inks } from "../../draw/canvas";
import type { Point } from "./axis";

/** A dot, or the mark of its state. */
export function dotMark(
  context: CanvasRenderingContext2D,
  dot: { state: number },
  { x, y }: Point,
  color: string,
  inks: Inks,
): void {
  if (dot.state === STATE.missed) drawMark(context, "missed", x, y, color, 3.6);
  else if (dot.state === STATE.falseAlarm) drawMark(context, "false-alarm", x, y, color, 3.6);
  else if (dot.state === STATE.bothEmpty) emptyMark(context, x, y, color, inks);
  else disk(context, x, y, color);
}

function disk(context: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  context.globalAlpha = 0.85;
  context.fillStyle = color;
  context.beginPath();
  context.arc(x, y, 3.6, 0, 2 * Math.PI);
  context.fill();
  context.globalAlpha = 1;
}

/** Both empty, and a number all the same by the rule for empties: hatched, in the colour of its run. */
function emptyMark(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  color: string,
  inks: Inks,
): void {
  context.fillStyle = hatch(context, inks);
  context.strokeStyle = color;
  context.lineWidth = 1.4;
  context.fillRect(x - 3.6, y - 3.6, 7.2, 7.2);
  context.strokeRect(x - 3.6, y - 3.6, 7.2, 7.2);
}

/** A thin line. */
export function rule(
  context: CanvasRenderingContext2D,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
) {
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
