/** How many samples of a pass were empty, missed, drawn in vain or present, for each run. */

import { runColor } from "../../colors";
import { at } from "../../draw/at";
import type { Inks } from "../../draw/canvas";
import { selection } from "../../state";
import { useDrawing } from "../../ui/drawing";
import { empties } from "./empties";
import { columnOf, type Frame } from "./geometry";
import { hover } from "./model";
import type { Row } from "./rows";
import { sayCases, sayCount } from "./words";

const BAR = 28;
/** Distance from one bar to the next. */
const PITCH = 35;

export function EmptiesChart({ frame, rows }: { frame: Frame; rows: readonly Row[] }) {
  const { klass, step } = selection.value;
  const column = columnOf(frame.columns, step);
  const samples = rows.map((row) => row.point(column)?.samples ?? 0);
  return (
    <div data-testid="empties" data-area="empties" class="section">
      <div class="parts" style={at({ paddingLeft: frame.left })}>
        <h2 class="clip">Empties, {klass ?? ""}</h2>
        <Keys />
        <span class="num">samples of {Math.max(0, ...samples)}</span>
      </div>
      <div
        data-plot
        data-row-height={PITCH}
        class="plot"
        style={at({ height: rows.length * PITCH })}
      >
        <Bars rows={rows} frame={frame} />
        {rows.map((row, index) => (
          <RunLine key={row.run.name} row={row} column={column} frame={frame} top={index * PITCH} />
        ))}
        <Tip rows={rows} frame={frame} />
      </div>
    </div>
  );
}

function Keys() {
  return (
    <>
      <i class="swatch" style={{ background: "var(--tp)" }} />
      <span>both present</span>
      <i class="swatch" style={{ background: "var(--fn)", outline: "1px solid var(--fn-line)" }} />
      <span>missed</span>
      <i class="swatch" style={{ background: "var(--fp)" }} />
      <span>false alarm</span>
      <i class="swatch hatch" />
      <span class="grow">both empty</span>
    </>
  );
}

function Bars({ rows, frame }: { rows: readonly Row[]; frame: Frame }) {
  const draw = (element: HTMLCanvasElement, inks: Inks) =>
    empties(
      element,
      { rows, tops: rows.map((_, index) => index * PITCH), range: frame.range },
      { width: frame.plot, height: Math.max(1, rows.length * PITCH), barHeight: BAR, inks },
    );
  const canvas = useDrawing(draw, [rows, frame]);
  return <canvas ref={canvas} style={at({ left: frame.left, top: 0 })} />;
}

interface RunLineProps {
  row: Row;
  column: number;
  frame: Frame;
  top: number;
}

function RunLine({ row, column, frame, top }: RunLineProps) {
  const point = row.point(column);
  return (
    <>
      <span
        class="run name"
        style={at({ top, height: BAR, width: frame.left - 8 })}
        title={row.run.name}
      >
        <i class="dot" style={{ background: runColor(row.run) }} />
        <span class="clip">{row.run.label}</span>
      </span>
      {point && (
        <dl class="rates num" style={at({ top })} data-run={row.run.name}>
          <dt>missed q</dt>
          <dd>{sayCount(point, { view: "q", unit: "sample" })}</dd>
          <dt>false alarm r₀</dt>
          <dd>{sayCount(point, { view: "r0", unit: "sample" })}</dd>
        </dl>
      )}
    </>
  );
}

function Tip({ rows, frame }: { rows: readonly Row[]; frame: Frame }) {
  const spot = hover.value?.area === "empties" ? hover.value : null;
  const row = spot && rows[spot.row];
  const point = row?.point(spot?.column ?? -1);
  if (!spot || !row || !point) return null;
  return (
    <div class="tip num" style={at({ left: frame.left + 4, top: spot.row * PITCH - 19 })}>
      {row.run.label}, step {frame.columns[spot.column]}: <b>{sayCases(point)}</b>
    </div>
  );
}
