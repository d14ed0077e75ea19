/** The heatmap as a table of numbers, for reading and for screen readers. */

import { SheetTable } from "../../ui/sheet-table";
import type { Frame, RowLayout } from "./geometry";
import { heatmapName } from "./heatmap-grid";
import { selectedColumn, selectedIndex, shownView } from "./place";
import type { Row } from "./rows";
import { sayCell } from "./words";

/** More cells than this are thinned out: a page of a million cells helps nobody. */
const MOST_CELLS = 12_000;

interface NumberTableProps {
  rows: readonly Row[];
  layout: RowLayout;
  frame: Frame;
}

export function NumberTable({ rows, layout, frame }: NumberTableProps) {
  const chosen = selectedColumn(rows[0], frame);
  const { columns, every } = shownColumns(frame, rows.length, chosen);
  const { runs, sample } = rows[0] ?? {};
  const names = runs || sample !== undefined ? 1 : 2;
  return (
    <div {...heatmapName(layout, frame)}>
      {every > 1 && <p class="sub">Every {every}th step; the CSV file has them all.</p>}
      <SheetTable
        names={names}
        head={[
          ...[sample === undefined ? "class" : "sample", "run"].slice(0, names),
          ...columns.map((column) => runs?.[column]?.label ?? frame.columns[column] ?? null),
        ]}
        rows={rows.map((row) => [
          ...[row.sample ?? row.klass, row.other ? "A − B" : row.run.label].slice(0, names),
          ...columns.map((column) => sayCell(row, column, shownView.value)),
        ])}
        row={selectedIndex(rows)}
        column={names + columns.indexOf(chosen)}
      />
    </div>
  );
}

function shownColumns(
  { range }: Frame,
  rows: number,
  chosen: number,
): { columns: number[]; every: number } {
  const all = Array.from({ length: range.to - range.from }, (_, i) => range.from + i);
  const every = Math.max(1, Math.ceil((all.length * rows) / MOST_CELLS));
  const kept = all.filter((column, i) => i % every === 0 || column === chosen);
  return { columns: kept, every };
}
