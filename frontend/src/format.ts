/** Numbers and names as the page writes them. */

import type { Definition } from "./api";

const UNDEFINED = "–";

/** A score as ".40", "1.00" or "–.12"; "–" where it is undefined. Two digits unless asked. */
export function score(x: number | null | undefined, digits = 2): string {
  if (x === null || x === undefined || Number.isNaN(x)) return UNDEFINED;
  if (!Number.isFinite(x)) return x > 0 ? "∞" : "−∞";
  const text = Math.abs(x).toFixed(digits);
  const short = text.startsWith("0.") ? text.slice(1) : text;
  return x < 0 && Number(text) !== 0 ? `−${short}` : short;
}

/** A difference with its sign: "+.03", "−.12", ".00". */
export function difference(x: number | null | undefined): string {
  const text = score(x);
  return x && x > 0 && Number(x.toFixed(2)) !== 0 && Number.isFinite(x) ? `+${text}` : text;
}

/** A share as "12.7 %"; more digits where it is small. */
export function percent(x: number | null | undefined): string {
  if (x === null || x === undefined || Number.isNaN(x)) return UNDEFINED;
  const p = 100 * x;
  if (p === 0) return "0 %";
  if (p < 0.01) return "< 0.01 %";
  return `${p.toFixed(p < 1 ? 2 : 1)} %`;
}

/** A sentence in which no line begins with "%". */
export const unbroken = (text: string): string => text.replaceAll(" %", "\u00a0%");

/** A count with thin spaces between thousands: "12 345". */
export function count(n: number): string {
  return Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009");
}

/** A loss or other number outside the scale of a score, with about three digits. */
export function quantity(x: number | null | undefined): string {
  if (x === null || x === undefined || Number.isNaN(x)) return UNDEFINED;
  if (x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e5)) return x.toExponential(1);
  return Math.abs(x) < 10 ? score(x) : String(Number(x.toPrecision(3)));
}

/** A number of an axis, without zeros that say nothing: ".2", "1", "0". */
export function tickText(x: number): string {
  const text = quantity(x);
  return /^[^e]*\./.test(text) ? text.replace(/\.?0+$/, "") || "0" : text;
}

/** A parameter as people write it: "1e-6", "0.5", "100". */
export function parameter(x: number): string {
  const rounded = Number(x.toPrecision(4));
  return x !== 0 && Math.abs(x) < 1e-3 ? rounded.toExponential() : String(rounded);
}

/** A definition within the name of a file: "default", "recipe.dice_coef", "compare-soft-smooth-1". */
export function slug({ variant, ...axes }: Definition): string {
  const said = [variant, Object.keys(axes).length && JSON.stringify(axes)]
    .filter(Boolean)
    .join("-");
  return (
    said
      .replace(/[^\w.+]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 80) || "default"
  );
}

/** "1 sample", "3 samples" */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
