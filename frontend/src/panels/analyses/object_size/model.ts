/** The score over the size of the object: points, axis, and what to say. Pure. */

import { type Samples, STATE } from "../../../api";
import { count, plural, score } from "../../../format";
import type { Sheet } from "../../../ui/sheet";
import { logShare, logTicks, rangeOf } from "../axis";
import type { Saying } from "../frame";

/** One sample of one run. */
export interface Dot {
  id: string;
  /** 0 for run A, 1 for run B. */
  side: number;
  /** Target voxels; 0 where the target has none. */
  size: number;
  drawn: number;
  score: number;
  state: number;
}

export interface Data {
  dots: readonly Dot[];
  /** Of A: samples without a number, because both are empty. */
  skipped: number;
  /** Of the targets of A that are there. */
  median: number | null;
}

/** The samples that have a score, by size; of several runs one behind the other. */
export function dotsOf(answer: Samples, klass: number, side: number): Dot[] {
  const width = answer.ids.length ? answer.value.length / answer.ids.length : 0;
  const dots = answer.ids.map((id, row) => {
    const at = row * width + klass;
    return {
      id,
      side,
      size: answer.true[at] ?? 0,
      drawn: answer.pred[at] ?? 0,
      score: answer.value[at] ?? Number.NaN,
      state: answer.state[at] ?? STATE.absent,
    };
  });
  return dots.filter((dot) => !Number.isNaN(dot.score)).sort((x, y) => x.size - y.size);
}

export function dataOf(a: Samples, b: Samples | null, column: number, columnB: number): Data {
  const dots = dotsOf(a, column, 0);
  const sizes = dots.flatMap(({ size }) => (size ? [size] : []));
  return {
    dots: [...dots, ...(b ? dotsOf(b, columnB, 1) : [])],
    skipped: a.ids.length - dots.length,
    median: median(sizes),
  };
}

/** Where the sizes lie, 0 to 1; samples without a target stand apart at the left. */
export interface Axis {
  /** End of the stretch for samples without a target, 0 if there are none. */
  apart: number;
  low: number;
  high: number;
  ticks: { share: number; text: string }[];
  scores: [number, number];
}

export function axisOf(dots: readonly Dot[], width: number): Axis {
  const sizes = dots.flatMap(({ size }) => (size ? [size] : []));
  const apart = Math.min(0.3, roomFor(absentIds(dots).length) / Math.max(1, width));
  const [low, high] = padded(sizes);
  const axis: Axis = { apart, low, high, ticks: [], scores: rangeOf(dots.map((d) => d.score)) };
  axis.ticks = logTicks(low, high, 44 / Math.max(88, width)).map((size) => ({
    share: shareOf(axis, size),
    text: count(size),
  }));
  return axis;
}

/** Where a size lies along the axis; a little inside the ends. */
export function shareOf({ apart, low, high }: Axis, size: number): number {
  return apart + (0.02 + 0.96 * logShare(size, low, high)) * (1 - apart);
}

/** Half of the distance between the two runs of a sample, so that none hides the other. */
const ASIDE = 3;

/** Places of all dots in pixels of a plot; those without a target side by side in their stretch. */
export function placed(
  dots: readonly Dot[],
  axis: Axis,
  width: number,
  height: number,
): { x: number; y: number }[] {
  const [low, high] = axis.scores;
  const absent = absentIds(dots);
  const lane = new Map(absent.map((id, index) => [id, (index + 1) / (absent.length + 1)]));
  const aside = dots.some(({ side }) => side) ? ASIDE : 0;
  return dots.map(({ id, side, size, score: value }) => {
    const share = size ? shareOf(axis, size) : axis.apart * (lane.get(id) ?? 0.5) * 0.9;
    return {
      x: share * width + (side ? aside : -aside),
      y: (1 - (value - low) / (high - low)) * height,
    };
  });
}

/** Samples without a target, of both runs. */
const absentIds = (dots: readonly Dot[]): string[] => [
  ...new Set(dots.filter(({ size }) => !size).map(({ id }) => id)),
];

/** Pixels for as many samples side by side. */
const roomFor = (count: number): number => (count ? Math.max(90, 20 * (count + 1)) : 0);

export function say({ dots, median: middle, skipped }: Data, klass: string): Saying {
  const own = dots.filter(({ side, size }) => side === 0 && size > 0);
  if (middle === null)
    return {
      claim: `No sample has ${klass} at this step.`,
      evidence: `${plural(skipped, "sample is", "samples are")} empty in both.`,
    };
  const small = mean(own.filter(({ size }) => size <= middle));
  const large = mean(own.filter(({ size }) => size > middle));
  const rest = [
    plural(own.filter(({ state }) => state === STATE.missed).length, "missed", "missed"),
    `${dots.filter(({ side, size }) => side === 0 && !size).length} without a target`,
    ...(skipped ? [`${skipped} empty in both and skipped`] : []),
  ].join(", ");
  if (large === null || small === null)
    return {
      claim: `${klass}: objects score ${score(small ?? large)} on average,`,
      evidence: rest,
    };
  return {
    claim: `${klass}: objects of up to ${count(middle)} voxels score ${score(small)} on average, larger ones ${score(large)}.`,
    evidence: rest,
  };
}

export function sheetOf({ dots }: Data, labels: readonly string[], name: string): Sheet {
  return {
    name: `object-size-${name}`,
    head: ["run", "sample", "target", "prediction", "score"],
    rows: dots.map((dot) => [labels[dot.side] ?? "", dot.id, dot.size, dot.drawn, dot.score]),
  };
}

function padded(sizes: readonly number[]): [number, number] {
  if (!sizes.length) return [1, 10];
  const [low, high] = [
    sizes.reduce((x, y) => Math.min(x, y)),
    sizes.reduce((x, y) => Math.max(x, y)),
  ];
  return low === high ? [low / 2, high * 2] : [low, high];
}

function median(sorted: readonly number[]): number | null {
  const half = sorted.length >> 1;
  const [low, high] = [sorted[half - 1], sorted[half]];
  if (high === undefined) return null;
  return sorted.length % 2 || low === undefined ? high : (low + high) / 2;
}

function mean(dots: readonly Dot[]): number | null {
  return dots.length ? dots.reduce((sum, dot) => sum + dot.score, 0) / dots.length : null;
}
