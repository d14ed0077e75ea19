/** The heatmap with its gutters, rings and keys: a focusable grid over one canvas. */

import "./heatmap.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { at } from "../../draw/at";
import type { Inks } from "../../draw/canvas";
import { plural } from "../../format";
import { openWorst, selection, settings, shownClasses, shownRuns, showOverlay } from "../../state";
import { useDrawing } from "../../ui/drawing";
import { modified } from "../../ui/press";
import { cellWidth, type Frame, type RowLayout } from "./geometry";
import { Left, type PartProps, Right, RunHeads, type Sight } from "./gutters";
import { heatmap, WORDY } from "./heatmap";
import { hover } from "./model";
import { moveColumn, moveRow, selectedIndex, selectedRow, shownView } from "./place";
import { sayAt } from "./readout";
import { Rings } from "./rings";
import type { Row } from "./rows";
import type { Scale } from "./scale";
import { VIEW_NAMES } from "./words";

interface GridProps {
  rows: readonly Row[];
  layout: RowLayout;
  frame: Frame;
  scale: Scale;
  /** True before the first numbers are there. */
  first: boolean;
}

/** The heatmap is drawn anew after so many pixels of scrolling. */
const STRETCH = 256;

export function HeatmapGrid({ rows, layout, frame, scale, first }: GridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [stretch, setStretch] = useState(0);
  useShowSelected(scroller, rows, layout);
  const sight = sightOf(layout, stretch);
  const part = { rows, layout, frame, sight };
  const runs = rows[0]?.runs;
  return (
    <div
      class={runs || cellWidth(frame) >= WORDY ? "grid over" : "grid"}
      ref={scroller}
      onScroll={(event) => setStretch(Math.floor(event.currentTarget.scrollTop / STRETCH))}
    >
      {runs && <RunHeads frame={frame} runs={runs} />}
      <div
        data-plot
        data-area="heatmap"
        class="plot"
        style={at({ height: Math.max(30, layout.height) })}
      >
        <Left {...part} />
        {/* biome-ignore lint/a11y/useSemanticElements: the cells are pixels of one canvas */}
        <div
          class="cells"
          role="grid"
          tabIndex={0}
          {...heatmapName(layout, frame)}
          aria-rowcount={rows.length}
          aria-colcount={frame.columns.length}
          aria-activedescendant="time-cell"
          style={at({ left: frame.left, width: frame.plot, height: layout.height })}
          onKeyDown={(event) => onKey(event, rows, frame)}
        >
          <Canvas {...part} scale={scale} />
          <Rings {...part} />
          <SelectedCell rows={rows} />
        </div>
        <Right {...part} />
        {!rows.length && <p class="sub nothing">{first ? "Reading the log …" : missing()}</p>}
      </div>
    </div>
  );
}

function sightOf(layout: RowLayout, stretch: number): Sight {
  const top = Math.max(0, (stretch - 1) * STRETCH);
  const bottom = Math.min(layout.height, (stretch + 2) * STRETCH + innerHeight);
  const rows = layout.tops.flatMap((y, row) =>
    y + layout.rowHeight > top && y < bottom ? [row] : [],
  );
  return { top, bottom, rows };
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
export function heatmapName(layout: RowLayout, frame: Frame) {
  const [rows, columns] = [layout.groups.length, frame.columns.length];
  const name = VIEW_NAMES[shownView.value];
  const { klass, step } = selection.value;
  const [classes, runs] = [plural(rows, "class", "classes"), plural(columns, "run")];
  const what = {
    steps: `${name} by class and step: ${classes}, ${plural(columns, "step")}, ${plural(shownRuns.value.length, "run")}`,
    samples: `${name} of ${klass} by sample and step: ${plural(rows, "sample")}, ${plural(columns, "step")}`,
    runs: `${name} by class and run, step ${step}: ${classes}, ${runs}`,
  }[settings.value.kind];
  return {
    "data-testid": "heatmap",
    "data-rows": rows,
    "data-columns": columns,
    "aria-label": `${what}. Arrows move the cell, Enter opens its worst sample.`,
  };
}

function missing(): string {
  if (shownView.value === "diff") return "A − B needs two runs that have a class in common.";
  if (!shownRuns.value.length) return "No run is chosen on the left.";
  return shownClasses.value.length ? "Nothing to show." : "No class is chosen on the left.";
}

function Canvas({ rows, layout, frame, sight, scale }: PartProps & { scale: Scale }) {
  const { top, bottom } = sight;
  const draw = (element: HTMLCanvasElement, inks: Inks) =>
    heatmap(
      element,
      {
        rows: sight.rows.map((row) => rows[row] as Row),
        tops: sight.rows.map((row) => (layout.tops[row] ?? 0) - top),
        range: frame.range,
      },
      { width: frame.plot, height: bottom - top, rowHeight: layout.rowHeight, scale, inks },
    );
  const canvas = useDrawing(draw, [rows, layout, frame, scale, top, bottom]);
  return <canvas ref={canvas} style={at({ top })} />;
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

function onKey(event: KeyboardEvent, rows: readonly Row[], frame: Frame): void {
  if (modified(event)) return;
  const by = event.shiftKey ? 10 : 1;
  const moves: Record<string, () => unknown> = {
    ArrowLeft: () => moveColumn(rows, frame, -by),
    ArrowRight: () => moveColumn(rows, frame, by),
    ArrowUp: () => moveRow(rows, -by),
    ArrowDown: () => moveRow(rows, by),
    Home: () => moveColumn(rows, frame, Number.NEGATIVE_INFINITY),
    End: () => moveColumn(rows, frame, Number.POSITIVE_INFINITY),
    Enter: () => (rows[0]?.sample === undefined ? openWorst() : showOverlay()),
  };
  const act = moves[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  hover.value = null; // the read-out follows the keys, wherever the pointer rests
  act();
}
