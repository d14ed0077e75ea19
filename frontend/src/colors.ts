/** Colours of runs (TensorBoard's palette) and classes (Okabe-Ito, then hashed hues). */

import type { RunInfo } from "./api";
import { allClasses, theme } from "./state";

const RUN_LIGHT = ["#425066", "#12b5cb", "#e52592", "#f9ab00", "#9334e6", "#7cb342", "#e8710a"];
const RUN_DARK = ["#8e98a3", ...RUN_LIGHT.slice(1)];
const CLASS = ["#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#0072b2", "#d55e00", "#f0e442"];
const BACKGROUND = { light: "#999999", dark: "#9e9e9e" };

/** Colour of a run in the present theme. */
export function runColor(run: Pick<RunInfo, "color"> | null): string {
  const palette = theme.value === "dark" ? RUN_DARK : RUN_LIGHT;
  return palette[(run?.color ?? 0) % palette.length] ?? "#888888";
}

/** Colour of a class by name, the same in all runs and whatever is filtered. Always "#rrggbb". */
export function classColor(name: string): string {
  const rows = allClasses.value;
  const at = rows.findIndex((row) => row.name === name);
  if (rows[at]?.background) return BACKGROUND[theme.value];
  return CLASS[at < 0 ? CLASS.length : at] ?? hashed(name);
}

/** A colour of fixed lightness whose hue comes from the name. */
function hashed(name: string): string {
  let hash = 2166136261;
  for (const letter of name) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619);
  const hue = ((hash >>> 0) % 3600) / 10;
  const channel = (n: number): string => {
    const k = (n + hue / 30) % 12;
    const x = 0.56 - 0.3 * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(255 * x)
      .toString(16)
      .padStart(2, "0");
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}
