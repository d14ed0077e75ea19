/** The score of one sample and class over the steps, small: lines of A and B, states of A as marks. */

import type { History } from "../../api";
import { STATE } from "../../api";
import { clamp } from "../../clamp";
import { drawMark, hatch, type Inks, prepare } from "../../draw/canvas";
import { indexOfSteps } from "../../draw/columns";

/** One class of one run by column: NaN where undefined or not logged. */
export interface Track {
  values: Float32Array;
  states: Uint8Array;
  color: string;
}

export interface HistoryData {
  a: Track | null;
  b: Track | null;
  columns: number;
  /** The selected column, -1 for none: a dot marks A there. */
  here: number;
}

export interface HistoryOptions {
  width: number;
  height: number;
  inks: Inks;
}

const MARKS_APART = 9;
/** Height that the marks and the hatch of a row take, from its floor. */
const MARK_HEIGHT = 7;

export function sparkline(
  canvas: HTMLCanvasElement,
  data: HistoryData,
  options: HistoryOptions,
): void {
  const { width, height, inks } = options;
  const context = prepare(canvas, width, height);
  const y = (value: number) => height - 1 - clamp(value, 0, 1) * (height - 5);
  rule(context, width, y(1), inks.grid);
  rule(context, width, y(0), inks.border);
  const x = (column: number) => ((column + 0.5) * width) / data.columns;
  if (data.a) drawStates(context, data.a, x, width / data.columns, options);
  if (data.b) drawLine(context, data.b, x, y, 1.2);
  if (!data.a) return;
  drawLine(context, data.a, x, y, 1.8);
  const value = data.a.values[data.here] ?? Number.NaN;
  if (!Number.isNaN(value)) dot(context, x(data.here), y(value), inks);
}

/** A class of a history by column of the shared axis. */
export function trackOf(
  history: History | null,
  column: number | undefined,
  columns: readonly number[],
  color: string,
): Track | null {
  if (!history || column === undefined || !history.steps.length) return null;
  const classes = history.state.length / history.steps.length;
  const places = indexOfSteps(columns, history.steps);
  return {
    values: Float32Array.from(places, (at) =>
      at < 0 ? Number.NaN : (history.value[at * classes + column] ?? Number.NaN),
    ),
    states: Uint8Array.from(places, (at) =>
      at < 0 ? STATE.absent : (history.state[at * classes + column] ?? STATE.absent),
    ),
    color,
  };
}

function rule(context: CanvasRenderingContext2D, width: number, y: number, color: string): void {
  context.fillStyle = color;
  context.fillRect(0, Math.round(y), width, 1);
}

function dot(context: CanvasRenderingContext2D, x: number, y: number, inks: Inks): void {
  context.beginPath();
  context.arc(x, y, 3.2, 0, 2 * Math.PI);
  context.fillStyle = inks.accent;
  context.strokeStyle = inks.card;
  context.lineWidth = 1;
  context.fill();
  context.stroke();
}

/** A line through what is defined; both-empty passes and passes without the sample break it. */
function drawLine(
  context: CanvasRenderingContext2D,
  track: Track,
  x: (column: number) => number,
  y: (value: number) => number,
  lineWidth: number,
): void {
  context.beginPath();
  context.strokeStyle = track.color;
  context.lineWidth = lineWidth;
  context.lineJoin = "round";
  let down = false;
  track.values.forEach((value, column) => {
    const state = track.states[column];
    if (state === STATE.absent) return; // not in that pass: the line goes on
    if (Number.isNaN(value) || state === STATE.bothEmpty) {
      down = false;
      return;
    }
    if (!down) context.moveTo(x(column) - 0.8, y(value));
    context.lineTo(x(column) + 0.01, y(value));
    down = true;
  });
  context.stroke();
}

function drawStates(
  context: CanvasRenderingContext2D,
  track: Track,
  x: (column: number) => number,
  cell: number,
  { height, inks }: HistoryOptions,
): void {
  const hatching = hatch(context, inks);
  let last = -99;
  track.states.forEach((state, column) => {
    if (state === STATE.bothEmpty) {
      context.fillStyle = hatching;
      context.fillRect(x(column) - cell / 2, height * 0.35, cell + 0.3, height * 0.65 - 1);
    }
    if (state !== STATE.missed && state !== STATE.falseAlarm) return;
    if (x(column) - last < MARKS_APART) return;
    last = x(column);
    const mark = state === STATE.missed ? "missed" : "false-alarm";
    drawMark(context, mark, last, height - MARK_HEIGHT, inks.text, 2.6);
  });
}
