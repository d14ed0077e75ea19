/** The heatmap with its gutters, rings and keys: a focusable grid over one canvas. */

import { useEffect, useRef } from "preact/hooks";
import { classColor, runColor } from "../../colors";
import { at } from "../../draw/at";
import type { Inks } from "../../draw/canvas";
import { plural } from "../../format";
import {
  drawer,
  moveStep,
  runB,
  select,
  selection,
  shownClasses,
  shownRuns,
  view,
} from "../../state";
import { useDrawing } from "../../ui/drawing";
import { cellWidth, columnOf, type Frame, type RowLayout, xOf } from "./geometry";
import { heatmap } from "./heatmap";
import { hover } from "./model";
import { context, sayAt, selectedIndex, selectedRow } from "./readout";
import type { Row } from "./rows";
import type { Scale } from "./scale";
import { sayCell, sayCount, VIEW_NAMES } from "./words";

interface GridProps {
  rows: readonly Row[];
  layout: RowLayout;
  frame: Frame;
  scale: Scale;
  /** True before the first numbers are there. */
  first: boolean;
}

export function HeatmapGrid({ rows, layout, frame, scale, first }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  useShowSelected(scroller, rows, layout);
  return (
    <div class="grid" ref={scroller}>
      <div
        data-plot
        data-area="heatmap"
        class="plot"
        style={at({ height: Math.max(30, layout.height) })}
      >
        <Left rows={rows} layout={layout} frame={frame} />
        {/* biome-ignore lint/a11y/useSemanticElements: the cells are pixels of one canvas */}
        <div
          class="cells"
          role="grid"
          tabIndex={0}
          {...heatmapName(frame)}
          aria-rowcount={rows.length}
          aria-colcount={frame.columns.length}
          aria-activedescendant="time-cell"
          style={at({ left: frame.left, width: frame.plot, height: layout.height })}
          onKeyDown={(event) => onKey(event, rows)}
        >
          <Canvas rows={rows} layout={layout} frame={frame} scale={scale} />
          <Rings rows={rows} layout={layout} frame={frame} />
          <SelectedCell rows={rows} />
        </div>
        <Right rows={rows} layout={layout} frame={frame} />
        {!rows.length && <p class="sub nothing">{first ? "Reading the log …" : missing()}</p>}
      </div>
    </div>
  );
}

/** The selected cell for screen readers: the canvas has no elements for them to name. */
function SelectedCell({ rows }: { rows: readonly Row[] }) {
  const words = sayAt(selectedRow(rows), -1)?.claim ?? "no cell";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table row cannot stand outside a table
    <span role="row" tabIndex={-1} class="sr-only">
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <span role="gridcell" tabIndex={-1} id="time-cell" aria-selected="true">
        {words}
      </span>
    </span>
  );
}

/** What tests and screen readers know the heatmap by, drawn or as a table. */
export function heatmapName(frame: Frame) {
  const [classes, runs] = [shownClasses.value.length, shownRuns.value.length];
  const steps = frame.columns.length;
  const what = `${plural(classes, "class", "classes")}, ${plural(steps, "step")}, ${plural(runs, "run")}`;
  return {
    "data-testid": "heatmap",
    "data-rows": classes,
    "data-columns": steps,
    "aria-label": `${VIEW_NAMES[view.value]} by class and step: ${what}. Arrows move the cell, Enter opens its worst sample.`,
  };
}

function missing(): string {
  if (view.value === "diff") return "A − B needs two runs that have a class in common.";
  return shownRuns.value.length
    ? "No class is chosen on the left."
    : "No run is chosen on the left.";
}

function Canvas({ rows, layout, frame, scale }: Omit<GridProps, "first">) {
  const draw = (element: HTMLCanvasElement, inks: Inks) =>
    heatmap(
      element,
      { rows, tops: layout.tops, range: frame.range },
      { width: frame.plot, height: layout.height, rowHeight: layout.rowHeight, scale, inks },
    );
  const canvas = useDrawing(draw, [rows, layout, frame, scale]);
  return <canvas ref={canvas} />;
}

function Left({ rows, layout, frame }: Pick<GridProps, "rows" | "layout" | "frame">) {
  const { klass, run } = selection.value;
  const difference = view.value === "diff";
  return (
    <div class="names" style={at({ width: frame.left - 8 })} aria-hidden="true">
      {layout.groups.map((group) => (
        <button
          key={group.klass}
          type="button"
          tabIndex={-1}
          class={group.klass === klass ? "class sel" : "class"}
          style={at({ top: group.top, height: layout.rowHeight })}
          title={group.klass}
          onClick={() => select({ klass: group.klass })}
        >
          <i class="swatch" style={{ background: classColor(group.klass) }} />
          <span class="clip">{group.klass}</span>
        </button>
      ))}
      {rows.map((row, index) => (
        <span
          key={`${row.klass} ${row.run.name}`}
          class={row.klass === klass && (difference || row.run.name === run) ? "run sel" : "run"}
          style={at({ top: layout.tops[index] ?? 0, height: layout.rowHeight })}
          title={difference ? `${row.run.label} − ${runB.value?.label}` : row.run.name}
        >
          {difference ? (
            <span class="clip">A − B</span>
          ) : (
            <>
              <i class="dot" style={{ background: runColor(row.run) }} />
              <span class="clip">{row.run.label}</span>
            </>
          )}
        </span>
      ))}
    </div>
  );
}

/** The number of each row at the selected step. */
function Right({ rows, layout, frame }: Pick<GridProps, "rows" | "layout" | "frame">) {
  const { klass, run, step } = selection.value;
  const column = columnOf(frame.columns, step);
  return (
    <div class="values num" style={at({ width: frame.right })} aria-hidden="true">
      {rows.map((row, index) => {
        const text = sayCell(row, column, view.value);
        const logged = text !== "not logged" && row.point(column);
        return (
          <span
            key={`${row.klass} ${row.run.name}`}
            class={row.klass === klass && row.run.name === run ? "sel" : ""}
            style={at({ top: layout.tops[index] ?? 0, height: layout.rowHeight })}
            data-class={row.klass}
            data-run={row.run.name}
          >
            {logged && <b class={/\d/.test(text) ? "" : "state"}>{text}</b>}
            {logged && <small>{sayCount(row.point(column), context(), row.other?.(column))}</small>}
          </span>
        );
      })}
    </div>
  );
}

/** Orange around the selected cell, dashed around B's, thin around the one under the pointer. */
function Rings({ rows, layout, frame }: Pick<GridProps, "rows" | "layout" | "frame">) {
  const { klass, runB: other, step, stepB } = selection.value;
  const pointed = hover.value?.area === "heatmap" ? hover.value : null;
  const second = rows.findIndex((row) => row.klass === klass && row.run.name === other);
  const pinned = view.value !== "diff" && stepB !== null;
  return (
    <>
      {pinned && (
        <Ring
          kind="pinned"
          row={second}
          column={columnOf(frame.columns, stepB)}
          layout={layout}
          frame={frame}
        />
      )}
      <Ring
        kind="selected"
        row={selectedIndex(rows)}
        column={columnOf(frame.columns, step)}
        layout={layout}
        frame={frame}
      />
      {pointed && (
        <Ring
          kind="pointed"
          row={pointed.row}
          column={pointed.column}
          layout={layout}
          frame={frame}
        />
      )}
    </>
  );
}

interface RingProps {
  kind: "selected" | "pinned" | "pointed";
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
  const style = { left, top, width: width - 1, height: layout.rowHeight - 1 };
  return <i class={`ring ${kind}`} style={at(style)} />;
}

/** Keep the selected row in view where the heatmap scrolls. */
function useShowSelected(
  scroller: { current: HTMLDivElement | null },
  rows: readonly Row[],
  layout: RowLayout,
): void {
  const index = selectedIndex(rows);
  useEffect(() => {
    const element = scroller.current;
    const top = layout.tops[index];
    if (!element || top === undefined) return;
    const bottom = top + layout.rowHeight + 8;
    if (top - 8 < element.scrollTop) element.scrollTop = top - 8;
    else if (bottom > element.scrollTop + element.clientHeight)
      element.scrollTop = bottom - element.clientHeight;
  }, [index, layout]);
}

function onKey(event: KeyboardEvent, rows: readonly Row[]): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const by = event.shiftKey ? 10 : 1;
  const moves: Record<string, () => unknown> = {
    ArrowLeft: () => moveStep(-by),
    ArrowRight: () => moveStep(by),
    ArrowUp: () => moveRow(rows, -by),
    ArrowDown: () => moveRow(rows, by),
    Home: () => moveStep(Number.NEGATIVE_INFINITY),
    End: () => moveStep(Number.POSITIVE_INFINITY),
    Enter: openWorst,
  };
  const act = moves[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/** The worst sample of the cell, in the drawer where the overlay is one. */
function openWorst(): void {
  select({ sample: null });
  drawer.value = "right";
}

function moveRow(rows: readonly Row[], by: number): void {
  const next = Math.max(0, Math.min(rows.length - 1, selectedIndex(rows) + by));
  const row = rows[next];
  if (!row) return;
  select(view.peek() === "diff" ? { klass: row.klass } : { klass: row.klass, run: row.run.name });
}
