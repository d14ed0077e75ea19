/** What the time card shows, as rows of a file. */

import type { View } from "../../state";
import type { Sheet } from "../../ui/sheet";
import type { Row } from "./rows";

const HEADER = [
  "class",
  "run",
  "step",
  "shown",
  "value",
  "scored",
  "samples",
  "both_present",
  "missed",
  "false_alarm",
  "both_empty",
  "miss_rate",
  "false_alarm_rate",
];

/** A line for each cell with its numbers; an undefined number is an empty field. */
export function sheetOf(
  rows: readonly Row[],
  steps: readonly number[],
  view: View,
  step: number | null = null,
): Sheet {
  const ofSamples = rows[0]?.sample !== undefined;
  const lines = rows.flatMap((row) =>
    Array.from(row.values, (shown, column) => {
      const p = row.point(column);
      if (!p) return [];
      const names = ofSamples ? [row.klass, row.sample ?? ""] : [row.klass];
      const run = row.runs?.[column] ?? row.run;
      const counts = [p.bothPresent, p.missed, p.falseAlarms, p.bothEmpty];
      const numbers = [
        shown,
        p.value,
        p.scored,
        p.samples,
        ...counts,
        p.missRate,
        p.falseAlarmRate,
      ];
      return [...names, run.name, (row.runs ? step : steps[column]) ?? null, ...numbers];
    }).filter((line) => line.length),
  );
  const [first = "", ...rest] = HEADER;
  return {
    name: `dice-${view}`,
    head: [first, ...(ofSamples ? ["sample"] : []), ...rest],
    rows: lines,
  };
}
