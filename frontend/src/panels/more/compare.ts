/** Two runs sample by sample: dots, what to draw and what to say. Pure. */

import { STATE } from "../../api";
import { difference, plural, score } from "../../format";
import type { Sheet } from "../../ui/sheet";
import type { Point } from "./axis";
import type { Saying } from "./frame";
import type { CompareAnswer } from "./routes";
import { rangeOf } from "./smooth";

/** A sample that both runs score. */
export interface Pair {
  id: string;
  a: number;
  b: number;
  /** The states in A and in B. */
  states: readonly [number, number];
}

export function pairsOf({ ids, a, b, stateA, stateB }: CompareAnswer): Pair[] {
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

export function sayCompare(answer: CompareAnswer, [a, b]: readonly string[]): Saying {
  const { mean, low, high, level, paired, better, worse } = answer;
  if (mean === null)
    return {
      claim: "No sample has a score in both runs.",
      evidence: `${answer.ids.length} in both.`,
    };
  const apart = score(Math.abs(mean));
  const side = `${apart} ${mean < 0 ? "lower" : "higher"} than`;
  const claim = `${a} scores ${Number(apart) ? side : "the same as"} ${b} on ${answer.class},`;
  const alone = answer.ids.filter(
    (_, row) => (answer.a[row] === null) !== (answer.b[row] === null),
  );
  const rest = alone.length ? ` ${alone.length} with a score in one run only are left out.` : "";
  const counts = `Higher on ${better}, lower on ${worse}.${rest}`;
  const about = `in the mean of ${plural(paired, "sample")} that both score`;
  if (low === null || high === null) return { claim, evidence: `${about}. ${counts}` };
  const chance = low <= 0 && high >= 0 ? "includes 0, so this may be chance" : "excludes 0";
  const interval = `${100 * level} % interval ${difference(low)} to ${difference(high)}`;
  return { claim, evidence: `${about}; ${interval}, which ${chance}. ${counts}` };
}

export function compareSheet(answer: CompareAnswer, labels: readonly string[]): Sheet {
  const words = ["both empty", "only target", "only prediction", "both present"];
  return {
    name: `compare-${answer.class}-${answer.run}-${answer.runB}-step-${answer.step}`,
    head: ["sample", ...labels, "difference", ...labels.map((label) => `state ${label}`)],
    rows: answer.ids.map((id, row) => {
      const [x, y] = [answer.a[row] ?? null, answer.b[row] ?? null];
      const apart = x === null || y === null ? null : x - y;
      const states = [answer.stateA[row], answer.stateB[row]].map((s) => words[s ?? 4] ?? "");
      return [id, x, y, apart, ...states];
    }),
  };
}
