/** The answer of the server as columns of the samples grid, worst first. Pure: no drawing. */

import { type Samples, STATE } from "../../../api";
import { clamp } from "../../../clamp";

export interface Column {
  id: string;
  /** Row of the answer's arrays. */
  row: number;
  /** The score of the selected class is undefined here. */
  undefined: boolean;
}

export interface Cell {
  value: number;
  state: number;
}

/** Samples from the worst to the best for the class in column `klass` of the arrays, undefined last. */
export function columns(answer: Samples, klass: number): Column[] {
  const width = classCount(answer);
  return [...answer.order].map((row) => ({
    id: answer.ids[row] ?? "",
    row,
    undefined: Number.isNaN(answer.value[row * width + klass] ?? Number.NaN),
  }));
}

export function cellOf(answer: Samples, row: number, klass: number): Cell {
  const at = row * classCount(answer) + klass;
  return { value: answer.value[at] ?? Number.NaN, state: answer.state[at] ?? STATE.absent };
}

/** How many samples are in each state, in the order both empty, missed, false alarm, both present. */
export function countStates(answer: Samples, klass: number): [number, number, number, number] {
  const width = classCount(answer);
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  for (let row = 0; row < answer.ids.length; row += 1) {
    const state = answer.state[row * width + klass];
    if (state !== undefined && state < 4) counts[state as 0 | 1 | 2 | 3] += 1;
  }
  return counts;
}

function classCount(answer: Samples): number {
  return answer.ids.length ? answer.state.length / answer.ids.length : 0;
}

/** Where the columns lie: all of one width, with a gap before the first undefined one. */
export interface Layout {
  width: number;
  gapAt: number;
  total: number;
}

export const GAP = 6;
const NARROWEST = 46;
const WIDEST = 76;

export function layOut(list: readonly Column[], room: number): Layout {
  const first = list.findIndex((column) => column.undefined);
  const gapAt = first > 0 ? first : Number.POSITIVE_INFINITY;
  const gap = first > 0 ? GAP : 0;
  const width = clamp((room - gap) / Math.max(1, list.length), NARROWEST, WIDEST);
  return { width, gapAt, total: width * list.length + gap };
}

export const left = (layout: Layout, at: number): number =>
  at * layout.width + (at >= layout.gapAt ? GAP : 0);

/** The columns within [from, to) pixels, with `spare` more on both sides. */
export function inSight(
  layout: Layout,
  count: number,
  from: number,
  to: number,
  spare = 4,
): [number, number] {
  const first = Math.floor(from / layout.width) - spare - 1;
  const last = Math.ceil(to / layout.width) + spare;
  return [Math.max(0, first), clamp(last, 0, count)];
}
