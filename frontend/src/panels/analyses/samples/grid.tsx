/** Sample x class grid. Only the columns in sight are in the document, so 10 000 samples are no burden. */

import { useEffect, useRef, useState } from "preact/hooks";
import { imageUrl, type Samples, STATE } from "../../../api";
import { classColor } from "../../../colors";
import { colorAt, css, inkOn } from "../../../draw/colormap";
import { score } from "../../../format";
import {
  type ClassRow,
  classOf,
  moveClass,
  moveSample,
  runA,
  select,
  selection,
  settings,
  shownClasses,
  showOverlay,
} from "../../../state";
import { MarkIcon } from "../../../ui/mark";
import { modified } from "../../../ui/press";
import { type Column, cellOf, inSight, type Layout, layOut, left } from "./rows";

/** Heights of the thumbnails and of a row of scores, as in the style sheet. */
const HEAD = 70;
const ROW = 22;
/** Space at both ends of the columns, for the ring of a selected cell. */
const PAD = 4;

const px = (x: number): string => `${x.toFixed(1)}px`;

interface GridProps {
  answer: Samples;
  list: Column[];
  /** The answer is of the question before. */
  dim: boolean;
}

export function SamplesGrid({ answer, list, dim }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const { room, from, measure } = useSight(box);
  const layout = layOut(list, room);
  const [first, last] = inSight(layout, list.length, from, from + room);
  const shown = list
    .slice(first, last)
    .map((column, i) => ({ column, x: left(layout, first + i) }));
  const rows = shownClasses.value.filter(({ name }) => classOf(runA.value, name));
  const { sample, klass } = selection.value;
  useShow(box, list, layout, room, sample);
  return (
    <div class={dim ? "grid-frame dim" : "grid-frame"}>
      <div class="labels">
        <div class="what sub">
          <span class="clip">run A</span>
          <span class="num">step {answer.step}</span>
        </div>
        {rows.map((row) => (
          <RowLabel key={row.name} row={row} chosen={row.name === klass} />
        ))}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hands arrow keys to the buttons in it */}
      <div class="scroll" ref={box} onScroll={measure} onKeyDown={arrows}>
        <div class="wide" style={{ width: px(layout.total), height: px(HEAD + rows.length * ROW) }}>
          {shown.map(({ column, x }) => (
            <Thumbnail
              key={column.id}
              answer={answer}
              column={column}
              x={x}
              width={layout.width}
              chosen={column.id === sample}
            />
          ))}
          {rows.map((row, i) => (
            <div key={row.name} class="scores" style={{ top: px(HEAD + i * ROW) }}>
              {shown.map(({ column, x }) => (
                <ScoreCell
                  key={column.id}
                  answer={answer}
                  column={column}
                  row={row}
                  x={x}
                  width={layout.width}
                  chosen={column.id === sample && row.name === klass}
                />
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

function RowLabel({ row, chosen }: { row: ClassRow; chosen: boolean }) {
  return (
    <button
      type="button"
      class={chosen ? "label current" : "label"}
      title={`${row.name}: order by this class`}
      onClick={() => select({ klass: row.name, sample: selection.peek().sample })}
    >
      <span class="swatch" style={{ background: classColor(row.name) }} />
      <span class="clip">{row.name}</span>
    </button>
  );
}

interface ColumnProps {
  answer: Samples;
  column: Column;
  x: number;
  width: number;
  chosen: boolean;
}

function Thumbnail({ answer, column, x, width, chosen }: ColumnProps) {
  const ref = answer.thumbnails[column.row];
  const size = Math.min(44, width - 6);
  return (
    <button
      type="button"
      class={chosen ? "thumb current" : "thumb"}
      style={{ left: px(x), width: px(width) }}
      tabIndex={-1}
      title={ref ? column.id : `${column.id}, no image was kept`}
      onClick={() => open({ sample: column.id })}
    >
      {ref ? (
        <img alt="" src={imageUrl(answer.run, ref)} width={size} height={size} loading="lazy" />
      ) : (
        <span class="no-image" style={{ width: px(size), height: px(size) }} />
      )}
      <span class="clip">{column.id}</span>
    </button>
  );
}

function ScoreCell({ answer, column, row, x, width, chosen }: ColumnProps & { row: ClassRow }) {
  const info = classOf(runA.value, row.name);
  if (!info) return null;
  const { value, state } = cellOf(answer, column.row, info.index);
  const colour = state === STATE.bothEmpty || Number.isNaN(value) ? null : colorOf(value);
  const style = colour && { background: css(colour), color: inkOn(colour) };
  return (
    <button
      type="button"
      class={`cell num ${state === STATE.bothEmpty ? "hatch" : ""} ${chosen ? "chosen" : ""}`}
      style={{ left: px(x + 1), width: px(width - 2), ...style }}
      tabIndex={chosen ? 0 : -1}
      data-state={state}
      aria-label={spoken(column.id, row.name, value, state)}
      aria-pressed={chosen}
      onClick={() => open({ sample: column.id, klass: row.name })}
    >
      <CellText value={value} state={state} />
    </button>
  );
}

/** One-sided cells carry a mark, and their score where it is not the plain 0 of a miss. */
function CellText({ value, state }: { value: number; state: number }) {
  const number = Number.isNaN(value) ? "" : score(value);
  if (state === STATE.bothEmpty) return number ? <span class="on-hatch">{number}</span> : null;
  if (state === STATE.bothPresent) return <>{number || score(null)}</>;
  return (
    <>
      <MarkIcon mark={state === STATE.missed ? "missed" : "false-alarm"} />
      {Math.abs(value) >= 0.005 && number}
    </>
  );
}

const STATES = ["both empty", "missed: only target", "false alarm: only prediction", ""];

function spoken(id: string, klass: string, value: number, state: number): string {
  const words = [Number.isNaN(value) ? "" : score(value), STATES[state] ?? ""].filter(Boolean);
  return `${id}, ${klass}, ${words.join(", ") || "undefined"}`;
}

const colorOf = (value: number) => colorAt(settings.value.colormap, value);

/** Selects, and on a narrow page brings the overlay into sight. */
function open(change: { sample: string; klass?: string }): void {
  select({ klass: change.klass ?? selection.peek().klass, sample: change.sample });
  showOverlay();
}

const ARROWS: Record<string, () => void> = {
  ArrowLeft: () => moveSample(-1),
  ArrowRight: () => moveSample(1),
  ArrowUp: () => keepSample(() => moveClass(-1)),
  ArrowDown: () => keepSample(() => moveClass(1)),
};

function keepSample(move: () => void): void {
  const { sample } = selection.peek();
  move();
  select({ sample });
}

/** Arrows move through the grid, and the focus goes along with the selected cell. */
function arrows(event: KeyboardEvent): void {
  const move = ARROWS[event.key];
  if (!move || modified(event)) return;
  event.preventDefault();
  move();
  const frame = event.currentTarget as HTMLElement;
  requestAnimationFrame(() => {
    frame.querySelector<HTMLElement>(".cell.chosen")?.focus({ preventScroll: true });
  });
}

// ---- what is in sight ----

function useSight(box: { current: HTMLDivElement | null }) {
  const [sight, setSight] = useState({ room: 800, from: 0 });
  const measure = (): void => {
    const element = box.current;
    if (!element) return;
    const next = { room: element.clientWidth - 2 * PAD, from: element.scrollLeft };
    setSight((old) => (old.room === next.room && old.from === next.from ? old : next));
  };
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return { ...sight, measure };
}

/** Scrolls the selected sample into sight when it changes, never against the reader's own scrolling. */
function useShow(
  box: { current: HTMLDivElement | null },
  list: Column[],
  layout: Layout,
  room: number,
  sample: string | null,
): void {
  const at = list.findIndex((column) => column.id === sample);
  useEffect(() => {
    const element = box.current;
    if (!element || at < 0) return;
    const x = left(layout, at);
    if (x < element.scrollLeft) element.scrollLeft = x - 8;
    else if (x + layout.width > element.scrollLeft + room)
      element.scrollLeft = x + layout.width - room + 8;
  }, [at, sample]);
}
