/** How numbers become colours in each view, and which of several numbers is the worst. Pure. */

import { type ColorMapName, colorAt, type Rgb } from "../../draw/colormap";
import { score } from "../../format";
import type { View } from "../../state";
import { CELL, type Row } from "./rows";

export interface Scale {
  map: ColorMapName;
  low: number;
  high: number;
  /** True where the high end is the bad one: bad is dark in every view. */
  reversed: boolean;
  /** Keys that order numbers from the worst up; for pooling. */
  badness: (value: number) => number;
  lowText: string;
  highText: string;
}

export interface ScaleOptions {
  view: View;
  /** What the definition gives: "score", or a loss. */
  form: string;
  colormap: "cividis" | "viridis";
  dark: boolean;
}

export function scaleFor(rows: readonly Row[], options: ScaleOptions): Scale {
  const { view, form, colormap, dark } = options;
  if (view === "diff") {
    const most = roundUp(largest(rows));
    return make(dark ? "difference-dark" : "difference", -most, most, false, (v) => -Math.abs(v), {
      lowText: `−${score(most)}`,
      highText: `+${score(most)}`,
    });
  }
  if (view !== "dice") return make(colormap, 0, 1, true, (v) => -v);
  if (form === "score") return make(colormap, 0, 1, false, (v) => v);
  if (form === "one_minus") return make(colormap, 0, 1, true, (v) => -v);
  if (form === "minus") return make(colormap, -1, 0, true, (v) => -v);
  return make(colormap, 0, roundUp(largest(rows)), true, (v) => -v);
}

export function colorOf(scale: Scale, value: number): Rgb {
  const share = (value - scale.low) / (scale.high - scale.low);
  return colorAt(scale.map, scale.reversed ? 1 - share : share);
}

/** Round numbers from `low` to `high`, about `wanted` of them. */
export function niceTicks(low: number, high: number, wanted = 5): number[] {
  const span = high - low || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const every = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / every - 1e-9); index * every <= high + every * 1e-9; index++)
    ticks.push(Number((index * every).toPrecision(12)));
  return ticks;
}

/** The axis for `values`: from 0 or the smallest up to a round number above the largest. */
export function niceRange(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(0, ...finite);
  const high = Math.max(low < 0 ? 0 : Number.NEGATIVE_INFINITY, ...finite);
  if (!Number.isFinite(high) || high === low) return [low, low + 1];
  const ticks = niceTicks(low, high);
  const every = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  const round = (multiple: number) => Number((multiple * every).toPrecision(12)) + 0; // no -0
  return [round(Math.floor(low / every + 1e-9)), round(Math.ceil(high / every - 1e-9))];
}

function make(
  map: ColorMapName,
  low: number,
  high: number,
  reversed: boolean,
  badness: (value: number) => number,
  texts?: { lowText: string; highText: string },
): Scale {
  const end = (value: number) =>
    Number.isInteger(value) ? String(value).replace("-", "−") : score(value);
  return { map, low, high, reversed, badness, lowText: end(low), highText: end(high), ...texts };
}

function largest(rows: readonly Row[]): number {
  let most = 0;
  for (const row of rows)
    row.values.forEach((value, column) => {
      if (row.cells[column] !== CELL.blank && Number.isFinite(value))
        most = Math.max(most, Math.abs(value));
    });
  return most;
}

/** The next of .05, .1, .2, .5, 1, 2, 5 ... */
function roundUp(value: number): number {
  for (let power = 0.01; ; power *= 10)
    for (const factor of [1, 2, 5]) {
      const candidate = Number((factor * power).toPrecision(3));
      if (candidate >= 0.05 && candidate >= value) return candidate;
    }
}
