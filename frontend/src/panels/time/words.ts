/** What the read-out, the gutters and the table say about a cell. Pure. */

import { difference, plural, score } from "../../format";
import type { View } from "../../state";
import type { Meaning } from "./model";
import { CELL, type Point, type Row } from "./rows";

export interface Saying {
  /** "small, dice_ce, step 42: .24" */
  claim: string;
  /** "mean of 10 samples, 6 both empty" */
  evidence: string;
}

export interface Context {
  view: View;
  /** What a class value is a mean of. */
  unit: Meaning["unit"];
  /** Label of run B and its step where pinned, for the view A - B. */
  labelB: string;
  stepB: number | null;
}

export const VIEW_NAMES: Record<View, string> = {
  dice: "Dice",
  diff: "A − B",
  q: "missed q",
  r0: "false alarm r₀",
};

export function say(row: Row, column: number, step: number, context: Context): Saying {
  const { view } = context;
  const { label } = row.runs?.[column] ?? row.run;
  const run =
    view === "diff"
      ? `${label} − ${context.labelB}${context.stepB === null ? "" : ` at step ${context.stepB}`}`
      : label;
  const about = view === "q" || view === "r0" ? `${VIEW_NAMES[view]} ` : "";
  const sample = row.sample === undefined ? "" : `${row.sample}, `;
  const claim = `${row.klass}, ${sample}${run}, step ${step}: ${about}${sayCell(row, column, view)}`;
  const point = row.point(column);
  const other = row.other?.(column) ?? null;
  if (view === "diff") return { claim, evidence: sides(point, other) };
  if (point && sample) return { claim, evidence: stateOf(point) };
  return { claim, evidence: point ? evidence(point, row.cells[column], context) : "" };
}

/** The cell in a word or a number. */
export function sayCell(row: Row, column: number, view: View): string {
  const value = row.values[column];
  switch (row.cells[column]) {
    case CELL.blank:
      return "not logged";
    case CELL.bothEmpty:
      return "both empty";
    case CELL.undefined:
      return "undefined";
    default:
      return view === "diff" ? difference(value) : score(value);
  }
}

function stateOf(point: Point): string {
  if (point.missed) return "missed: only the target has it";
  if (point.falseAlarms) return "false alarm: only the prediction has it";
  return point.bothPresent ? "" : "neither target nor prediction has it";
}

/** Both sides of a difference. */
function sides(a: Point | null, b: Point | null): string {
  const side = (name: string, point: Point | null) =>
    point
      ? `${name} ${score(point.value)} of ${plural(point.scored, "sample")}`
      : `${name} not logged`;
  return `${side("A", a)}, ${side("B", b)}`;
}

/** The second number of the right gutter; in the view A - B, both scores. */
export function sayCount(
  point: Point | null,
  { view, unit }: Pick<Context, "view" | "unit">,
  other: Point | null = null,
): string {
  if (!point) return "";
  if (view === "diff") return `${score(point.value)}, ${score(other?.value)}`;
  const { missed, falseAlarms, bothPresent, bothEmpty } = point;
  if (view === "q") return `${missed} of ${missed + bothPresent}`;
  if (view === "r0") return `${falseAlarms} of ${falseAlarms + bothEmpty}`;
  if (unit === "batch") return plural(point.scored, "batch", "batches");
  return `${point.scored} of ${point.samples}`;
}

/** The titles of the right gutter. */
export const VALUE_TITLES: Record<View, string> = { ...VIEW_NAMES, r0: "r₀" };
export const COUNT_TITLES: Record<View, string> = {
  dice: "samples scored",
  diff: "A, B",
  q: "of present",
  r0: "of absent",
};

function evidence(point: Point, cell: number | undefined, context: Context): string {
  const { view, unit } = context;
  if (view === "q")
    return `missed on ${sayCount(point, context)} samples that have it, ${point.bothEmpty + point.falseAlarms} without it`;
  if (view === "r0")
    return `drawn on ${sayCount(point, context)} samples without it, ${point.bothPresent + point.missed} with it`;
  if (cell === CELL.bothEmpty && Number.isNaN(point.value)) return "undefined, skipped";
  const parts = [meanOf(point, unit)];
  if (cell === CELL.bothEmpty) parts[0] = `${score(point.value)} by the rule for empty masks`;
  if (point.bothEmpty) parts.push(`${point.bothEmpty} both empty`);
  if (point.missed) parts.push(`${point.missed} missed`);
  if (point.falseAlarms) parts.push(plural(point.falseAlarms, "false alarm"));
  return parts.join(", ");
}

function meanOf(point: Point, unit: Context["unit"]): string {
  if (unit === "pooled") return `pooled over ${plural(point.samples, "sample")}`;
  if (unit === "batch") return `mean of ${plural(point.scored, "batch", "batches")}`;
  return `mean of ${plural(point.scored, "sample")}`;
}

/** "5 both present, 2 missed, 1 false alarm, 8 both empty" */
export function sayCases(point: Point): string {
  return [
    `${point.bothPresent} both present`,
    `${point.missed} missed`,
    plural(point.falseAlarms, "false alarm"),
    `${point.bothEmpty} both empty`,
  ].join(", ");
}
