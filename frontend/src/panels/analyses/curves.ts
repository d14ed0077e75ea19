/** Curves over a few values of one parameter, as a drawing: grid, curves, marks across. */

import { type Inks, SANS } from "../../draw/canvas";
import { heightOf, lines } from "../../draw/lines";

export interface Curve {
  key: string;
  label: string;
  /** The colour of the run; null where it belongs to no run. */
  color: string | null;
  dash: readonly number[];
  /** One per place along the x-axis; null where undefined. */
  values: readonly (number | null)[];
}

/** A line across: something known about the x-axis, or the present state. */
export interface Mark {
  share: number;
  text: string;
  state: boolean;
}

export interface CurvesData {
  curves: readonly Curve[];
  /** Where the values lie along the x-axis, 0 to 1. */
  shares: readonly number[];
  ticks: readonly { share: number; text: string }[];
  marks: readonly Mark[];
  low: number;
  high: number;
}

export interface CurvesOptions {
  width: number;
  height: number;
  inks: Inks;
}

/** Space around the plot: the numbers of the y-axis, the words of the marks, the x-axis. */
export const INSET = { left: 34, right: 18, top: 20, bottom: 22 };
const DOTS_UP_TO = 16;

/** Where a share of the x-axis lies. */
export const xOf = (share: number, width: number): number =>
  INSET.left + share * (width - INSET.left - INSET.right);

/** Height of a value; what is not finite lies at the end of the axis. */
export const yOf = (value: number, data: CurvesData, height: number): number =>
  heightOf(value, { ...data, ...INSET, height });

/** Draws `data` onto `canvas`, in place of what is there. */
export function curves(canvas: HTMLCanvasElement, data: CurvesData, options: CurvesOptions): void {
  const { width, height, inks } = options;
  const pen = lines(
    canvas,
    data.curves.map((curve) => ({ ...curve, color: curve.color ?? inks.muted, width: 1.8 })),
    {
      ...options,
      ...data,
      ...INSET,
      x: (index) => xOf(data.shares[index] ?? 0, width),
      dots: data.shares.length <= DOTS_UP_TO,
    },
  );
  const floor = height - INSET.bottom;
  pen.textAlign = "center";
  pen.fillStyle = inks.muted;
  for (const { share, text } of data.ticks) pen.fillText(text, xOf(share, width), floor + 11);
  for (const mark of data.marks) across(pen, mark, xOf(mark.share, width), floor, inks);
}

function across(
  pen: CanvasRenderingContext2D,
  { share, text, state }: Mark,
  x: number,
  floor: number,
  inks: Inks,
): void {
  pen.strokeStyle = state ? inks.accent : inks.muted;
  pen.lineWidth = 1.2;
  pen.setLineDash([2, 2]);
  pen.beginPath();
  pen.moveTo(x, 4);
  pen.lineTo(x, floor);
  pen.stroke();
  pen.setLineDash([]);
  if (state) {
    pill(pen, x, text, floor, inks);
    return;
  }
  pen.fillStyle = inks.muted;
  pen.strokeStyle = inks.card;
  pen.lineWidth = 3;
  pen.textAlign = share < 0.5 ? "left" : "right";
  const from = x + (share < 0.5 ? 5 : -5);
  pen.strokeText(text, from, 8);
  pen.fillText(text, from, 8);
}

/** The present value on the x-axis, as the time card marks its step. */
function pill(
  pen: CanvasRenderingContext2D,
  x: number,
  text: string,
  floor: number,
  inks: Inks,
): void {
  pen.font = `500 11px ${SANS}`;
  pen.textAlign = "center";
  const width = Math.max(26, 12 + pen.measureText(text).width);
  pen.fillStyle = inks.accent;
  pen.beginPath();
  pen.roundRect(x - width / 2, floor + 3, width, 16, 8);
  pen.fill();
  pen.fillStyle = "#212121"; // as --on-accent: the same on the orange of both themes
  pen.fillText(text, x, floor + 11.5);
}
