/** Curves over a few values of one parameter, as a drawing: grid, curves, marks across. */

import { quantity } from "../../format";
import { niceTicks } from "../time/scale";
import { place, shape } from "./svg";

export interface Curve {
  key: string;
  label: string;
  color: string;
  dash: readonly number[];
  /** One a place along the x-axis; null where undefined. */
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
}

/** Space around the plot: the numbers of the y-axis, the words of the marks, the x-axis. */
export const INSET = { left: 34, right: 18, top: 20, bottom: 22 };
const DOTS_UP_TO = 16;

/** Draws `data` into `element`, in place of what is there. */
export function curves(element: HTMLElement, data: CurvesData, options: CurvesOptions): void {
  const { width, height } = options;
  const pen = {
    x: (share: number) => INSET.left + share * (width - INSET.left - INSET.right),
    y: (value: number) => yOf(value, data, height),
    right: width - INSET.right,
    bottom: height - INSET.bottom,
  };
  place(
    element,
    width,
    height,
    ...niceTicks(data.low, data.high).flatMap((tick) => gridLine(tick, pen)),
    ...data.ticks.map(({ share, text }) =>
      shape("text", { class: "axis", x: pen.x(share), y: pen.bottom + 15, ...MIDDLE }, text),
    ),
    ...data.curves.flatMap((curve) => line(curve, data, pen)),
    ...data.marks.flatMap((mark) => across(mark, pen)),
  );
}

/** Height of a value; what is not finite lies at the end of the axis. */
export function yOf(
  value: number,
  { low, high }: Pick<CurvesData, "low" | "high">,
  height: number,
): number {
  const room = height - INSET.top - INSET.bottom;
  const share = (Math.max(low, Math.min(high, value)) - low) / (high - low);
  return height - INSET.bottom - share * room;
}

interface Pen {
  x: (share: number) => number;
  y: (value: number) => number;
  right: number;
  bottom: number;
}

const MIDDLE = { "text-anchor": "middle" };

function gridLine(tick: number, pen: Pen): Element[] {
  const y = pen.y(tick);
  const text = quantity(tick);
  const short = /^[^e]*\./.test(text) ? text.replace(/\.?0+$/, "") || "0" : text;
  return [
    shape("path", { class: "grid-line", d: `M${INSET.left} ${y}H${pen.right}` }),
    shape("text", { class: "axis", x: INSET.left - 6, y: y + 4, "text-anchor": "end" }, short),
  ];
}

function across({ share, text, state }: Mark, pen: Pen): Element[] {
  const x = pen.x(share);
  const after = share < 0.5;
  const anchor = { x: x + (after ? 5 : -5), y: 12, "text-anchor": after ? "start" : "end" };
  return [
    shape("path", { class: state ? "cursor-line" : "mark-line", d: `M${x} 4V${pen.bottom}` }),
    ...(state
      ? pill(x, text, pen)
      : [shape("text", { class: "mark-text", "paint-order": "stroke", ...anchor }, text)]),
  ];
}

/** The present value on the x-axis, as the time card marks its step. */
function pill(x: number, text: string, { bottom }: Pen): Element[] {
  const width = Math.max(26, 12 + 6.2 * text.length);
  const box = { x: x - width / 2, y: bottom + 3, width, height: 16, rx: 8 };
  return [
    shape("rect", { class: "pill", ...box }),
    shape("text", { class: "on-pill", x, y: bottom + 15, ...MIDDLE }, text),
  ];
}

function line({ values, color, dash, key }: Curve, data: CurvesData, pen: Pen): Element[] {
  const points = values.map((value, index) =>
    value === null ? null : { x: pen.x(data.shares[index] ?? 0), y: pen.y(value) },
  );
  const path = points
    .map(
      (p, index) =>
        p && `${index && points[index - 1] ? "L" : "M"}${p.x.toFixed(1)} ${p.y.toFixed(1)}`,
    )
    .filter(Boolean)
    .join("");
  const alone = (index: number) => !points[index - 1] && !points[index + 1];
  const dotted = points.filter((p, i) => p && (values.length <= DOTS_UP_TO || alone(i)));
  return [
    shape("path", {
      class: "curve",
      "data-key": key,
      d: path,
      style: `stroke:${color}`,
      "stroke-dasharray": dash.join(" "),
    }),
    ...dotted.map((p) => shape("circle", { cx: p?.x, cy: p?.y, r: 2.4, style: `fill:${color}` })),
  ];
}
