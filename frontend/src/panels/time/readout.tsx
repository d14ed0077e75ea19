/** One line on the cell under the pointer, or else on the selected one. */

import { allSteps, runB, selection, settings } from "../../state";
import { columnOf } from "./geometry";
import { hover, meaning } from "./model";
import { selectedRow, shownView } from "./place";
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
        <span>{VALUE_TITLES[shownView.value]}</span>
        <span>
          {meaning.value.unit === "batch" && shownView.value === "dice"
            ? "scored"
            : settings.value.kind === "samples"
              ? ""
              : COUNT_TITLES[shownView.value]}
        </span>
      </span>
    </div>
  );
}

/** What the page says about a row at a column; -1 means the selected one. */
export function sayAt(row: Row | undefined, column: number): Saying | null {
  const steps = allSteps.value;
  const { step, run } = selection.value;
  if (row?.runs) {
    const at = column < 0 ? row.runs.findIndex(({ name }) => name === run) : column;
    return at < 0 || step === null ? null : say(row, at, step, context());
  }
  const at = column < 0 ? columnOf(steps, step) : column;
  const here = steps[at];
  return row && here !== undefined ? say(row, at, here, context()) : null;
}

export function context(): Context {
  return {
    view: shownView.value,
    unit: meaning.value.unit,
    labelB: runB.value?.label ?? "B",
    stepB: selection.value.stepB,
  };
}
