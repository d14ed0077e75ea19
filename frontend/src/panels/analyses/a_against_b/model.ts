/** Two runs sample by sample: dots, what to draw and what to say. Pure. */

import { STATE } from "../../../api";
import { count, difference, plural, score } from "../../../format";
import type { Sheet } from "../../../ui/sheet";
import { type Point, rangeOf } from "../axis";
import type { Saying } from "../frame";
import type { Answer } from "./route";

/** A sample that both runs score. */
export interface Pair {
  id: string;
  a: number;
  b: number;
  /** The states in A and in B. */
  states: readonly [number, number];
}

export function pairsOf({ ids, a, b, stateA, stateB }: Answer): Pair[] {
  const pairs = ids.flatMap((id, row) => {
    const [x, y] = [a[row] ?? null, b[row] ?? null];
    if (x === null || y === null) return [];
    const states = [stateA[row] ?? STATE.absent, stateB[row] ?? STATE.absent] as const;
    return { id, a: x, b: y, states };
  });
  return pairs.sort((x, y) => x.a - x.b - (y.a - y.b)); // what A loses most first
}

/** One axis for both runs, so that the diagonal is the diagonal. */
export const axisOf = (pairs: readonly Pair[]): [number, number] =>
  rangeOf(pairs.flatMap(({ a, b }) => [a, b]));

/** A to the right, B upwards, on a square of `side` pixels. */
export function placesOf(pairs: readonly Pair[], side: number): Point[] {
  const [low, high] = axisOf(pairs);
  const share = (value: number) => ((value - low) / (high - low)) * side;
  return pairs.map(({ a, b }) => ({ x: share(a), y: side - share(b) }));
}

/** So many pairs must differ before an interval says anything. */
const ENOUGH = 6;

/** Whether the interval is worth showing. */
export const telling = ({ better, worse }: Answer): boolean => better + worse >= ENOUGH;

/** One run alone, over all samples that it scores. */
export interface Side {
  mean: number | null;
  scored: number;
  missed: number;
  alarms: number;
}

export const sidesOf = ({ a, b, stateA, stateB }: Answer): [Side, Side] => [
  sideOf(a, stateA),
  sideOf(b, stateB),
];

function sideOf(scores: readonly (number | null)[], states: readonly number[]): Side {
  const known = scores.filter((x) => x !== null);
  const sum = known.reduce((x, y) => x + y, 0);
  const among = (state: number): number => states.filter((x) => x === state).length;
  return {
    mean: known.length ? sum / known.length : null,
    scored: known.length,
    missed: among(STATE.missed),
    alarms: among(STATE.falseAlarm),
  };
}

/** What one run alone scores and the pairs leave out, in words; "" where there is nothing. */
function leftOut({ a, b, stateA, stateB }: Answer, [first, second]: Labels): string {
  const of = (x: typeof a, y: typeof a, states: readonly number[], who: string, other: string) => {
    const rows = x.flatMap((value, row) => (value !== null && y[row] === null ? [row] : []));
    const alarms = rows.filter((row) => states[row] === STATE.falseAlarm).length;
    const more = rows.length - alarms;
    return [
      alarms && `${plural(alarms, "false alarm")} of ${who}, where ${other} rightly drew nothing`,
      more && `${plural(more, "sample")} that only ${who} scores`,
    ];
  };
  const parts = [...of(a, b, stateA, first, second), ...of(b, a, stateB, second, first)];
  return parts.filter(Boolean).join("; ");
}

type Labels = readonly [string, string];

export function say(answer: Answer, labels: Labels): Saying {
  const [a, b] = labels;
  const { mean, paired, better, worse } = answer;
  const out = leftOut(answer, labels);
  const rest = out && ` Left out: ${out}.`;
  if (mean === null)
    return {
      claim: "No sample has a score in both runs.",
      evidence: `Both hold ${plural(answer.ids.length, "sample")}.${rest}`,
    };
  const apart = score(Math.abs(mean));
  const side = Number(apart) ? `${apart} ${mean < 0 ? "lower" : "higher"} than` : "the same as";
  const about = plural(paired, "sample");
  const verdict = `${chance(answer)} Higher on ${better}, lower on ${worse}.`;
  if (!out)
    return {
      claim: `${a} scores ${side} ${b} on ${answer.class},`,
      evidence: `on average over ${about} that both score; ${verdict}`,
    };
  const pairs = `n the ${about} that both score, ${a} is ${side} ${b}`;
  const [one, other] = sidesOf(answer).map((x) => x.mean);
  if (sign((one ?? 0) - (other ?? 0)) === sign(mean))
    return {
      claim: `O${pairs} on ${answer.class}; left out: ${out}.`,
      evidence: `Of the pairs: ${verdict}`,
    };
  return {
    claim: `On ${answer.class}, ${a} has ${score(one)} over all its samples with a score, ${b} ${score(other)} over all of its; o${pairs}.`,
    evidence: `These differ because the pairs leave out ${out}. Of the pairs: ${verdict}`,
  };
}

/** Of what is shown of `x`. */
const sign = (x: number): number => Math.sign(Math.round(100 * x));

function chance(answer: Answer): string {
  const { low, high, level, draws, paired, better, worse } = answer;
  if (low === null || high === null || !telling(answer))
    return `too few samples to tell (${better + worse} of ${paired} differ).`;
  const zero = low <= 0 && high >= 0 ? "includes 0, so this may be chance" : "excludes 0";
  const how = `bootstrap over these images, ${count(draws)} draws; it does not cover training again`;
  return `${100 * level} % interval ${difference(low)} to ${difference(high)}, which ${zero} (${how}).`;
}

export function sheetOf(answer: Answer, labels: readonly string[]): Sheet {
  const words = ["both empty", "only target", "only prediction", "both present"];
  return {
    name: `a-against-b-${answer.class}-${answer.run}-${answer.runB}-step-${answer.step}`,
    head: ["sample", ...labels, "difference", ...labels.map((label) => `state ${label}`)],
    rows: answer.ids.map((id, row) => {
      const [x, y] = [answer.a[row] ?? null, answer.b[row] ?? null];
      const apart = x === null || y === null ? null : x - y;
      const states = [answer.stateA[row], answer.stateB[row]].map((s) => words[s ?? 4] ?? "");
      return [id, x, y, apart, ...states];
    }),
  };
}
