/** The rings on the heatmap: around the selected cell, B's, and the one under the pointer. */

import { at } from "../../draw/at";
import { selection, view } from "../../state";
import { cellWidth, columnOf, type Frame, type RowLayout, xOf } from "./geometry";
import type { PartProps } from "./gutters";
import { hover } from "./model";
import { selectedColumn, selectedIndex } from "./place";

/** Orange around the selected cell, dashed around B's, thin around the one under the pointer. */
export function Rings({ rows, layout, frame }: Omit<PartProps, "sight">) {
  const { klass, runB: other, stepB } = selection.value;
  const pointed = hover.value?.area === "heatmap" ? hover.value : null;
  const ring = (kind: string, row: number, column: number) => (
    <Ring kind={kind} row={row} column={column} layout={layout} frame={frame} />
  );
  const own = selectedIndex(rows);
  const runs = rows[own]?.runs;
  const second = rows.findIndex((row) => row.klass === klass && row.run.name === other);
  return (
    <>
      {runs &&
        ring(
          "pinned",
          own,
          runs.findIndex(({ name }) => name === other),
        )}
      {!runs &&
        view.value !== "diff" &&
        stepB !== null &&
        ring(
          "pinned",
          rows[own]?.sample && other === rows[own]?.run.name ? own : second,
          columnOf(frame.columns, stepB),
        )}
      {ring("selected", own, selectedColumn(rows[own], frame))}
      {pointed && ring("pointed", pointed.row, pointed.column)}
    </>
  );
}

interface RingProps {
  kind: string;
  row: number;
  column: number;
  layout: RowLayout;
  frame: Frame;
}

function Ring({ kind, row, column, layout, frame }: RingProps) {
  const middle = xOf(frame, column);
  const top = layout.tops[row];
  if (middle === null || top === undefined) return null;
  const width = Math.max(4, cellWidth(frame));
  const left = middle - frame.left - width / 2;
  const height = Math.max(4, layout.rowHeight - 1);
  return <i class={`ring ${kind}`} style={at({ left, top, width: width - 1, height })} />;
}
