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
  colormap: "cividis" | "viridis";
  dark: boolean;
}

export function scaleFor(rows: readonly Row[], options: ScaleOptions): Scale {
  const { view, colormap, dark } = options;
  if (view === "diff") {
    const most = roundUp(largest(rows));
    return make(dark ? "difference-dark" : "difference", -most, most, false, (v) => -Math.abs(v), {
      lowText: `−${score(most)}`,
      highText: `+${score(most)}`,
    });
  }
  const worstIsHigh = view !== "dice";
  return make(colormap, 0, 1, worstIsHigh, worstIsHigh ? (v) => -v : (v) => v);
}

export function colorOf(scale: Scale, value: number): Rgb {
  const share = (value - scale.low) / (scale.high - scale.low);
  return colorAt(scale.map, scale.reversed ? 1 - share : share);
}

function make(
  map: ColorMapName,
  low: number,
  high: number,
  reversed: boolean,
  badness: (value: number) => number,
  texts?: { lowText: string; highText: string },
): Scale {
  return { map, low, high, reversed, badness, lowText: "0", highText: "1", ...texts };
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
