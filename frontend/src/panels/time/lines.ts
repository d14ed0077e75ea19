/** Lines over the shared time axis, drawn by uPlot; labels and cursor belong to the panel. */

import uPlot from "uplot";
import type { Inks } from "../../draw/canvas";
import type { Range } from "../../draw/columns";
import { quantity } from "../../format";
import { niceTicks } from "./scale";

/** One line: a variant (its dash) of a run (its colour). */
export interface ChartLine {
  key: string;
  run: string;
  /** By column: undefined where the run has no such step, null where the number is undefined. */
  values: (number | null | undefined)[];
  color: string;
  dash: number[];
  width: number;
}

export interface LinesOptions {
  width: number;
  height: number;
  /** Gutters left and right of the plot. */
  left: number;
  right: number;
  /** Space above and below the plot. */
  top: number;
  bottom: number;
  range: Range;
  /** Ends of the y-axis. */
  low: number;
  high: number;
  inks: Inks;
}

/** Draw `lines` into `element`, in place of what is there. Returns how to remove them. */
export function lineChart(
  element: HTMLElement,
  lines: readonly ChartLine[],
  options: LinesOptions,
): () => void {
  const count = Math.max(options.range.to, ...lines.map((line) => line.values.length));
  const data = [
    Array.from({ length: count }, (_, column) => column),
    ...lines.map((l) => l.values),
  ];
  const plot = new uPlot(settings(lines, options), data as uPlot.AlignedData, element);
  return () => plot.destroy();
}

function settings(lines: readonly ChartLine[], options: LinesOptions): uPlot.Options {
  const { inks, range, low, high } = options;
  return {
    width: options.width,
    height: options.height,
    padding: [options.top, options.right, options.bottom, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: [range.from - 0.5, range.to - 0.5] },
      y: { range: [low, high] },
    },
    axes: [
      { show: false },
      {
        size: options.left,
        gap: 6,
        stroke: inks.muted,
        font: `11px ${getComputedStyle(document.documentElement).fontFamily}`,
        ticks: { show: false },
        grid: { stroke: inks.grid, width: 1 },
        splits: () => niceTicks(low, high),
        values: (_, ticks) => ticks.map(axisText),
      },
    ],
    series: [{}, ...lines.map(series)],
  };
}

function series(line: ChartLine): uPlot.Series {
  return {
    stroke: line.color,
    width: line.width,
    dash: line.dash,
    points: {
      show: true,
      size: 2 * line.width + 1,
      fill: line.color,
      filter: () => isolated(line.values),
    },
  };
}

/** Columns whose neighbours on both sides are undefined numbers: no line reaches them, so a point must. */
export function isolated(values: readonly (number | null | undefined)[]): number[] {
  const known = values.flatMap((value, column) => (value === undefined ? [] : [column]));
  return known.filter((column, index) => {
    const before = known[index - 1];
    const after = known[index + 1];
    const alone = (other: number | undefined) => other === undefined || values[other] === null;
    return values[column] !== null && alone(before) && alone(after);
  });
}

/** .2, 1, 0: without zeros that say nothing. */
function axisText(value: number): string {
  if (value === 0) return "0";
  const text = quantity(value);
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : text;
}
