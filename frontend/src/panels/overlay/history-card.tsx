/** How the sample fared through the training: a row for each class, run A and run B. */

import "./history.css";
import { useMemo, useRef } from "preact/hooks";
import * as api from "../../api";
import { classColor, runColor } from "../../colors";
import { at } from "../../draw/at";
import { columnAt, middle, ticks, unionOfSteps } from "../../draw/columns";
import { score } from "../../format";
import { useLoad } from "../../load";
import { definition, runA, runB, select, selection, shownClasses } from "../../state";
import { Trouble } from "../../ui/controls";
import { useDrawing, useWidth } from "../../ui/drawing";
import { columnOf } from "../time/geometry";
import { sparkline, type Track, trackOf } from "./history";

const LEFT = 62;
const RIGHT = 34;
const ROW = 34;
/** More classes than this are not drawn at once; the selected one always is. */
const MOST = 6;

function useHistory(run: api.RunInfo | null, sure: boolean) {
  const { sample } = selection.value;
  const asked = run && sample !== null ? { run, sample } : null;
  const key = asked && JSON.stringify([asked.run.name, sample, definition.value]);
  return useLoad(key, async (signal) => {
    if (!asked || !(sure || (await hasSample(asked.run, asked.sample, signal)))) return null;
    return api.history(asked.run.name, asked.sample, definition.value, signal);
  });
}

/** Whether a run saw a sample in its last pass: B may have been validated on others. */
export async function hasSample(
  run: api.RunInfo,
  sample: string,
  signal: AbortSignal,
): Promise<boolean> {
  const [step, klass] = [run.steps.at(-1), run.classes[0]];
  if (step === undefined || !klass) return false;
  const { ids } = await api.samples(run.name, step, klass.name, {}, signal);
  return ids.includes(sample);
}

export function HistoryCard() {
  return selection.value.sample === null ? null : <Tracks />;
}

function Tracks() {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box) - LEFT - RIGHT;
  const [first, second] = [useHistory(runA.value, true), useHistory(runB.value, false)];
  const other = runB.value === runA.value ? null : second.data;
  const columns = useMemo(
    () => unionOfSteps([first.data?.steps ?? [], other?.steps ?? []]),
    [first.data, other],
  );
  return (
    <section class="history" aria-label="History of this sample">
      <div class="head">
        <h2>History of this sample</h2>
        <span class="grow" />
        <RunKey tag="A" run={runA.value} />
        {other && <RunKey tag="B" run={runB.value} />}
      </div>
      {first.error && <Trouble text={first.error} retry={first.retry} />}
      <div class="tracks num" ref={box}>
        {shownRows().map((name) => (
          <TrackRow
            key={name}
            name={name}
            a={trackOf(first.data, indexIn(runA.value, name), columns, runColor(runA.value))}
            b={trackOf(other, indexIn(runB.value, name), columns, runColor(runB.value))}
            columns={columns}
            width={width}
          />
        ))}
        <StepAxis columns={columns} width={width} />
      </div>
    </section>
  );
}

function RunKey({ tag, run }: { tag: string; run: api.RunInfo | null }) {
  return (
    <span class="legend" title={run?.name}>
      <i class="dot" style={{ background: runColor(run) }} /> {tag}
    </span>
  );
}

/** Run A's classes without the background, the selected one among them. */
function shownRows(): string[] {
  const { klass } = selection.value;
  const names = shownClasses.value
    .filter((row) => !row.background || row.name === klass)
    .map((row) => row.name)
    .filter((name) => indexIn(runA.value, name) !== undefined);
  const kept = names.slice(0, MOST);
  if (klass !== null && names.includes(klass) && !kept.includes(klass)) kept[MOST - 1] = klass;
  return kept;
}

const indexIn = (run: api.RunInfo | null, name: string): number | undefined =>
  run?.classes.find((klass) => klass.name === name)?.index;

interface TrackRowProps {
  name: string;
  a: Track | null;
  b: Track | null;
  columns: readonly number[];
  width: number;
}

function TrackRow({ name, a, b, columns, width }: TrackRowProps) {
  const { klass, step } = selection.value;
  const column = columnOf(columns, step);
  const here = columns[column] === step ? column : -1;
  const data = { a, b, columns: columns.length, here };
  const canvas = useDrawing(
    (element, inks) => {
      if (width > 0 && columns.length) sparkline(element, data, { width, height: ROW, inks });
    },
    [a?.values, b?.values, a?.color, b?.color, here, width],
  );
  const value = a?.values[column];
  const choose = (event: MouseEvent) => {
    const chosen = columns[columnAt(event.offsetX, { from: 0, to: columns.length }, width)];
    if (chosen !== undefined) select({ step: chosen });
  };
  return (
    <div class={name === klass ? "track sel" : "track"} data-class={name}>
      <span class="clip" title={name}>
        <i class="swatch" style={{ background: classColor(name) }} />
        {name}
      </span>
      <canvas ref={canvas} onClick={choose} />
      <span>{here < 0 ? "" : sayValue(value, a?.states[column])}</span>
    </div>
  );
}

function sayValue(value: number | undefined, state: number | undefined): string {
  if (state === undefined || state === api.STATE.absent) return "";
  return score(value);
}

function StepAxis({ columns, width }: { columns: readonly number[]; width: number }) {
  if (width <= 0 || !columns.length) return null;
  const range = { from: 0, to: columns.length };
  const x = (column: number) => LEFT + middle(column, range, width);
  const here = columnOf(columns, selection.value.step);
  return (
    <>
      <div class="axis" aria-hidden="true">
        {ticks(columns, range, width, 32).map((column) => (
          <span key={column} style={at({ left: x(column) })}>
            {columns[column]}
          </span>
        ))}
      </div>
      {here >= 0 && <i class="cursor" style={at({ left: x(here) })} />}
    </>
  );
}
