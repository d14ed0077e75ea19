/** The heatmap as a table of numbers, for reading and for screen readers. */

import { selection, view } from "../../state";
import { SheetTable } from "../../ui/sheet";
import type { Frame } from "./geometry";
import { heatmapName } from "./heatmap-grid";
import { selectedIndex } from "./readout";
import type { Row } from "./rows";
import { sayCell } from "./words";

/** More cells than this are thinned out: a page of a million cells helps nobody. */
const MOST_CELLS = 12_000;

export function NumberTable({ rows, frame }: { rows: readonly Row[]; frame: Frame }) {
  const { columns, every } = shownColumns(frame, rows.length, selection.value.step);
  const steps = columns.map((column) => frame.columns[column] ?? null);
  return (
    <div {...heatmapName(frame)}>
      {every > 1 && <p class="sub">Every {every}th step; the CSV file has them all.</p>}
      <SheetTable
        names={2}
        head={["class", "run", ...steps]}
        rows={rows.map((row) => [
          row.klass,
          row.other ? "A − B" : row.run.label,
          ...columns.map((column) => sayCell(row, column, view.value)),
        ])}
        row={selectedIndex(rows)}
        column={2 + steps.indexOf(selection.value.step)}
      />
    </div>
  );
}

function shownColumns(
  { range, columns }: Frame,
  rows: number,
  step: number | null,
): { columns: number[]; every: number } {
  const all = Array.from({ length: range.to - range.from }, (_, i) => range.from + i);
  const every = Math.max(1, Math.ceil((all.length * rows) / MOST_CELLS));
  const kept = all.filter((column, i) => i % every === 0 || columns[column] === step);
  return { columns: kept, every };
}
