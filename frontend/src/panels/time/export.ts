/** What the time card shows, as files. */

import { csv, download } from "../../draw/csv";
import { snapshot } from "../../draw/snapshot";
import { allSteps, view } from "../../state";
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

export function saveCsv(rows: readonly Row[]): void {
  download(`dice-${view.peek()}.csv`, tableOf(rows, allSteps.peek()));
}

export async function savePng(element: HTMLElement): Promise<void> {
  download(`dice-${view.peek()}.png`, await snapshot(element));
}

/** A line for each class, run and recorded step; an undefined number is an empty field. */
export function tableOf(rows: readonly Row[], steps: readonly number[]): string {
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
  return csv([HEADER, ...lines]);
}
