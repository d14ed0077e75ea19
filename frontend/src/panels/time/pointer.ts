/** What pointer and wheel do on the time card: point, select, pin, zoom. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { clamp } from "../../clamp";
import { columnAt, moved, zoomed } from "../../draw/columns";
import { select, showOverlay } from "../../state";
import { listen } from "../../ui/listen";
import { type Frame, type RowLayout, rowAt } from "./geometry";
import { type Hover, hover, setZoom, zoom } from "./model";
import { choose } from "./place";
import type { Row } from "./rows";

/** A press that moves further than this, in CSS pixels, is a drag. */
const DRAG = 8;

/** What lies where. */
export interface Plan {
  frame: Frame;
  /** Of the heatmap, whose columns may be runs. */
  heat: Frame;
  layout: RowLayout;
  rows: readonly Row[];
  emptyRows: readonly Row[];
}

/** Pointer and wheel over the charts: hover, select, pin, zoom by dragging or Ctrl and wheel. */
export function usePointer(box: RefObject<HTMLElement | null>, plan: Plan): void {
  const now = useRef(plan);
  now.current = plan;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let start: { x: number; column: number } | null = null;
    const brush = document.createElement("div");
    brush.className = "brush";
    const find = (event: MouseEvent) => locate(event, element, now.current);
    return listen(
      element,
      {
        pointermove(event) {
          hover.value = find(event);
          if (start) drawBrush(brush, element, start.x, event.clientX);
        },
        pointerdown(event) {
          const at = find(event);
          if (event.button === 0 && at) start = { x: event.clientX, column: at.column };
        },
        pointerup(event) {
          const from = start;
          start = null;
          brush.remove();
          const at = find(event);
          if (!from || !at) return;
          const { frame, heat } = now.current;
          if (Math.abs(event.clientX - from.x) < DRAG) click(at, event.shiftKey, now.current);
          else if (at.area !== "heatmap" || heat === frame)
            setZoom({
              from: Math.min(from.column, at.column),
              to: Math.max(from.column, at.column) + 1,
            });
        },
        pointerleave() {
          hover.value = null;
          start = null;
          brush.remove();
        },
        dblclick: () => setZoom(null),
        wheel: (event) => spin(event, element, now.current.frame),
      },
      { passive: false },
    );
  }, []);
}

/** What lies under the pointer, null where it is in a gutter or between the charts. */
function locate(
  event: MouseEvent,
  element: HTMLElement,
  { frame, heat, layout }: Plan,
): Hover | null {
  const plot = (event.target as Element).closest<HTMLElement>("[data-plot]");
  const area = plot?.closest<HTMLElement>("[data-area]");
  const name = area?.dataset.area as Hover["area"] | undefined;
  if (!plot || !name) return null;
  const x = event.clientX - element.getBoundingClientRect().left - frame.left;
  const column = columnAt(x, (name === "heatmap" ? heat : frame).range, frame.plot);
  if (column < 0) return null;
  const y = event.clientY - plot.getBoundingClientRect().top;
  if (name === "heatmap") {
    const row = rowAt(layout, y);
    return row < 0 ? null : { area: name, column, row, y };
  }
  const height = Number(plot.dataset.rowHeight ?? 0);
  return { area: name, column, row: height ? Math.floor(y / height) : -1, y };
}

function click(at: Hover, shift: boolean, { frame, rows, emptyRows }: Plan): void {
  const step = frame.columns[at.column];
  const of = { heatmap: rows, empties: emptyRows, variants: [] }[at.area];
  const row = of[at.row];
  if (row) {
    choose(row, at.column, step, shift);
    if (at.area === "heatmap" && !shift) showOverlay();
  } else if (step !== undefined) select({ step });
}

function drawBrush(brush: HTMLElement, element: HTMLElement, from: number, to: number): void {
  if (Math.abs(to - from) < DRAG) {
    brush.remove();
    return;
  }
  const { left } = element.getBoundingClientRect();
  brush.style.left = `${Math.min(from, to) - left}px`;
  brush.style.width = `${Math.abs(to - from)}px`;
  if (!brush.isConnected) element.append(brush);
}

/** Ctrl and wheel zoom around the pointer; Shift or a sideways wheel moves along. */
function spin(event: WheelEvent, element: HTMLElement, frame: Frame): void {
  const all = frame.columns.length;
  const x = event.clientX - element.getBoundingClientRect().left - frame.left;
  const share = clamp(x / frame.plot, 0, 1);
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    setZoom(zoomed(frame.range, all, event.deltaY > 0 ? 1.25 : 0.8, share));
    return;
  }
  const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
  if (!zoom.peek() || !sideways) return;
  event.preventDefault();
  const by = Math.max(1, Math.round((frame.range.to - frame.range.from) / 20));
  setZoom(moved(frame.range, all, Math.sign(sideways) * by));
}
