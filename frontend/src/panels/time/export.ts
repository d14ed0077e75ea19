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

/** A line for each class, run and recorded step; an undefined number is an empty field. */
export function sheetOf(rows: readonly Row[], steps: readonly number[], view: View): Sheet {
  const lines = rows.flatMap((row) =>
    steps.flatMap((step, column) => {
      const p = row.point(column);
      if (!p) return [];
      const counts = [p.bothPresent, p.missed, p.falseAlarms, p.bothEmpty];
      const shown = row.values[column] ?? Number.NaN;
      const numbers = [
        shown,
        p.value,
        p.scored,
        p.samples,
        ...counts,
        p.missRate,
        p.falseAlarmRate,
      ];
      return [[row.klass, row.run.name, step, ...numbers]];
    }),
  );
  return { name: `dice-${view}`, head: HEADER, rows: lines };
}
