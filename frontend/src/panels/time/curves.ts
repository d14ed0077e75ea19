/** From the server's lines to what the charts draw: dashes, colours, axes, labels. Pure. */

import type { Line } from "../../api";
import { clamp } from "../../clamp";
import { indexOfSteps, pushApart } from "../../draw/columns";
import { dashOf } from "../../draw/dashes";
import type { Line as Drawn } from "../../draw/lines";
import { niceRange } from "../../draw/ticks";
import type { RunLines } from "./use";

/** A line with what its label and its legend say. */
export interface Curve extends Drawn {
  key: string;
  run: string;
  label: string;
  runLabel: string;
  isScore: boolean;
}

/** An entry of the legend: one variant over all runs. */
export interface LegendEntry {
  key: string;
  label: string;
  dash: readonly number[];
  isScore: boolean;
  /** Why there is no such line, if there is none. */
  refused: string | null;
  /** True for a variant that the reader added. */
  removable: boolean;
}

export interface Label {
  curve: Curve;
  value: number;
  y: number;
}

export interface Plot {
  height: number;
  top: number;
  low: number;
  high: number;
}

const LINE_HEIGHT = 13;

/** One entry a key, in the order of the server, over all runs. */
export function legendOf(loaded: readonly RunLines[], chosen: readonly string[]): LegendEntry[] {
  const entries = new Map<string, LegendEntry>();
  for (const { answer } of loaded)
    for (const line of answer.lines) {
      const old = entries.get(line.key);
      if (old) {
        if (!line.refused) old.refused = null;
        continue;
      }
      entries.set(line.key, {
        key: line.key,
        label: line.label,
        dash: dashOf(entries.size),
        isScore: line.form === "score",
        refused: line.refused,
        removable: chosen.includes(line.key),
      });
    }
  return [...entries.values()];
}

export function curvesOf(
  loaded: readonly RunLines[],
  legend: readonly LegendEntry[],
  columns: readonly number[],
  color: (run: RunLines["run"]) => string,
): Curve[] {
  return loaded.flatMap(({ run, answer }) => {
    const places = indexOfSteps(columns, answer.steps);
    return legend.flatMap((entry, rank) => {
      const line = answer.lines.find(({ key }) => key === entry.key);
      if (!line || line.refused) return [];
      return {
        key: entry.key,
        run: run.name,
        label: entry.label,
        runLabel: run.label,
        isScore: entry.isScore,
        values: byColumn(line, places),
        color: color(run),
        dash: entry.dash,
        width: rank === 0 ? 2 : rank === 2 ? 1.4 : 1.6,
      };
    });
  });
}

function byColumn(line: Line, places: Int32Array): (number | null | undefined)[] {
  return Array.from(places, (index) => (index < 0 ? undefined : (line.values[index] ?? null)));
}

/** The height a chart needs for its labels, within bounds, and its y-axis over the columns in view. */
export function plotOf(curves: readonly Curve[], from: number, to: number, least: number): Plot {
  const values = curves.flatMap((curve) =>
    curve.values.slice(from, to).filter((v): v is number => typeof v === "number"),
  );
  const [low, high] = niceRange(values);
  const height = clamp(curves.length * LINE_HEIGHT + 4, least, 240);
  return { height, top: 8, low, high };
}

/** Labels at a column, pushed apart; those of the runs in `first` stay when there is no room for all. */
export function labelsOf(
  curves: readonly Curve[],
  column: number,
  plot: Plot,
  first: readonly (string | null)[],
): Label[] {
  const room = Math.floor((plot.height + LINE_HEIGHT) / LINE_HEIGHT);
  const rank = (curve: Curve) =>
    first.includes(curve.run) ? first.indexOf(curve.run) : first.length;
  const here = curves
    .flatMap((curve) => {
      const value = curve.values[column];
      return typeof value === "number" ? [{ curve, value }] : [];
    })
    .sort((a, b) => rank(a.curve) - rank(b.curve))
    .slice(0, room)
    .sort((a, b) => b.value - a.value);
  const wanted = here.map(({ value }) => yOf(plot, value));
  const placed = pushApart(wanted, LINE_HEIGHT, plot.top - 2, plot.top + plot.height + 2);
  return here.map((entry, index) => ({ ...entry, y: placed[index] ?? 0 }));
}

/** Height of a value from the top of the chart. */
export function yOf(plot: Plot, value: number): number {
  const inside = Number.isFinite(value) ? value : value > 0 ? plot.high : plot.low;
  return plot.top + ((plot.high - inside) / (plot.high - plot.low)) * plot.height;
}

/** The curve closest to height `y` at a column, or null. */
export function nearestCurve(
  curves: readonly Curve[],
  column: number,
  y: number,
  plot: Plot,
): Curve | null {
  let best: Curve | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const curve of curves) {
    const value = curve.values[column];
    if (typeof value !== "number") continue;
    const distance = Math.abs(yOf(plot, value) - y);
    if (distance < least) [best, least] = [curve, distance];
  }
  return best;
}
