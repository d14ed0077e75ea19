/** The three charts on one axis, the cursor through them, and what pointer and wheel do there. */

import "./sections.css";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { at } from "../../draw/at";
import { moved, ticks } from "../../draw/columns";
import { allSteps, selection, settings, shownClasses, shownRuns } from "../../state";
import { useWidth } from "../../ui/drawing";
import { EmptiesChart } from "./empties-chart";
import { columnOf, type Frame, frameOf, layoutRows, xOf } from "./geometry";
import { HeatmapGrid } from "./heatmap-grid";
import { setZoom, zoom } from "./model";
import { heatFrame } from "./place";
import { usePointer } from "./pointer";
import { buildRows, type Row, type RunSeries } from "./rows";
import type { Scale } from "./scale";
import { NumberTable } from "./table";
import { Variants } from "./variants";

interface BodyProps {
  rows: readonly Row[];
  series: readonly RunSeries[];
  scale: Scale;
  /** True while the numbers still answer the question before. */
  stale: boolean;
  /** True before the first answer. */
  first: boolean;
}

export function Body({ rows, series, scale, stale, first }: BodyProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const columns = allSteps.value;
  const frame = useMemo(() => frameOf(width, columns, zoom.value), [width, columns, zoom.value]);
  const layout = useMemo(() => layoutRows(rows), [rows]);
  const emptyRows = useSelectedClass(series);
  useFollowing(frame);
  const heat = useMemo(() => heatFrame(frame, rows), [frame, rows]);
  usePointer(box, { frame, heat, layout, rows, emptyRows });
  const asTable = settings.value.table;
  return (
    <>
      {asTable && <NumberTable rows={rows} layout={layout} frame={heat} />}
      <div class={`body ${stale ? "stale" : ""}`} ref={box}>
        {!asTable && (
          <HeatmapGrid rows={rows} layout={layout} frame={heat} scale={scale} first={first} />
        )}
        <Variants frame={frame} />
        <EmptiesChart frame={frame} rows={emptyRows} />
        <Axis frame={frame} />
        <Cursor frame={frame} />
      </div>
    </>
  );
}

/** The selected class in every shown run, whatever the view is. */
function useSelectedClass(series: readonly RunSeries[]): Row[] {
  const { klass } = selection.value;
  return useMemo(
    () =>
      buildRows({
        view: "dice",
        classes: shownClasses.value.filter((row) => row.name === klass),
        runs: series.filter(({ run }) => shownRuns.value.some((r) => r.name === run.name)),
        columns: allSteps.value,
        a: null,
        b: null,
        stepB: null,
      }),
    [series, klass, shownClasses.value, shownRuns.value, allSteps.value],
  );
}

/** Move the steps in view when the selected one would leave them. */
function useFollowing(frame: Frame): void {
  const { step } = selection.value;
  useEffect(() => {
    const range = zoom.peek();
    const column = columnOf(frame.columns, step);
    if (!range || column < 0 || (column >= range.from && column < range.to)) return;
    const by = column < range.from ? column - range.from : column - range.to + 1;
    setZoom(moved(range, frame.columns.length, by));
  }, [step]);
}

/** Steps below the charts; none under the pill. */
function Axis({ frame }: { frame: Frame }) {
  const here = xOf(frame, columnOf(frame.columns, selection.value.step));
  return (
    <div class="axis num" aria-hidden="true">
      {ticks(frame.columns, frame.range, frame.plot).map((column) => {
        const x = xOf(frame, column) ?? 0;
        const covered = here !== null && Math.abs(x - here) < 26;
        return covered ? null : (
          <span key={column} style={at({ left: x })}>
            {frame.columns[column]}
          </span>
        );
      })}
    </div>
  );
}

function Cursor({ frame }: { frame: Frame }) {
  const { step } = selection.value;
  const column = columnOf(frame.columns, step);
  const x = xOf(frame, column);
  if (x === null) return null;
  return (
    <div class="cursor" style={at({ left: x })} aria-hidden="true">
      <span class="pill num">{frame.columns[column]}</span>
    </div>
  );
}
