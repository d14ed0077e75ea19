/** The heatmap as a table of numbers, for reading and for screen readers. */

import { useEffect, useRef } from "preact/hooks";
import { selection, view } from "../../state";
import type { Frame } from "./geometry";
import { heatmapName } from "./heatmap-grid";
import type { Row } from "./rows";
import { sayCell } from "./words";

/** More cells than this are thinned out: a page of a million cells helps nobody. */
const MOST_CELLS = 12_000;

export function NumberTable({ rows, frame }: { rows: readonly Row[]; frame: Frame }) {
  const { step, klass, run } = selection.value;
  const here = useRef<HTMLTableCellElement>(null);
  useEffect(() => here.current?.scrollIntoView({ block: "nearest", inline: "nearest" }), [step]);
  const { columns, every } = shownColumns(frame, rows.length, step);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keys
    <section class="numbers" tabIndex={0} {...heatmapName(frame)}>
      {every > 1 && <p class="sub">Every {every}th step; the CSV file has them all.</p>}
      <table class="table">
        <thead>
          <tr>
            <th scope="col">class</th>
            <th scope="col">run</th>
            {columns.map((column) => (
              <th
                key={column}
                scope="col"
                class={frame.columns[column] === step ? "here" : ""}
                ref={frame.columns[column] === step ? here : undefined}
              >
                {frame.columns[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={`${row.klass} ${row.run.name}`}
              class={row.klass === klass && row.run.name === run ? "sel" : ""}
            >
              <th scope="row" title={row.klass}>
                {row.klass}
              </th>
              <th scope="row" title={row.run.name}>
                {row.other ? "A − B" : row.run.label}
              </th>
              {columns.map((column) => (
                <td key={column}>{sayCell(row, column, view.value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
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
