/** One line on the cell under the pointer, or else on the selected one. */

import { allSteps, runB, selection, settings, view } from "../../state";
import { columnOf } from "./geometry";
import { hover, meaning } from "./model";
import type { Row } from "./rows";
import { COUNT_TITLES, type Context, type Saying, say, VALUE_TITLES } from "./words";

export function Readout({ rows }: { rows: readonly Row[] }) {
  const pointed = hover.value?.area === "heatmap" ? hover.value : null;
  const said = pointed ? sayAt(rows[pointed.row], pointed.column) : sayAt(selectedRow(rows), -1);
  return (
    <div class="readout num">
      {/* Announced when the selection changes; a moving pointer is not read aloud. */}
      <span class="clip" data-testid="readout" role="status" aria-live={pointed ? "off" : "polite"}>
        <b>{said?.claim ?? ""}</b> {said?.evidence && <small>{said.evidence}</small>}
      </span>
      <span class="titles" hidden={settings.value.table}>
        <span>{VALUE_TITLES[view.value]}</span>
        <span>
          {meaning.value.unit === "batch" && view.value === "dice"
            ? "scored"
            : COUNT_TITLES[view.value]}
        </span>
      </span>
    </div>
  );
}

/** The row of the selected run and class. */
export function selectedRow(rows: readonly Row[]): Row | undefined {
  return rows[selectedIndex(rows)];
}

export function selectedIndex(rows: readonly Row[]): number {
  const { run, klass } = selection.value;
  return rows.findIndex((row) => row.klass === klass && row.run.name === run);
}

/** What the page says about a row at a column; -1 means the selected step. */
export function sayAt(row: Row | undefined, column: number): Saying | null {
  const steps = allSteps.value;
  const at = column < 0 ? columnOf(steps, selection.value.step) : column;
  const step = steps[at];
  return row && step !== undefined ? say(row, at, step, context()) : null;
}

export function context(): Context {
  return {
    view: view.value,
    unit: meaning.value.unit,
    labelB: runB.value?.label ?? "B",
    stepB: selection.value.stepB,
  };
}
