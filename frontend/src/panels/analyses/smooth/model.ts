/** The score over smooth: what to draw and what to say. Pure. */

import type { Definition } from "../../../api";
import { parameter, quantity, score, slug } from "../../../format";
import type { Sheet } from "../../../ui/sheet";
import { indexIn, rangeOf, valueAt } from "../axis";
import type { Curve, CurvesData, Mark } from "../curves";
import type { Saying } from "../frame";
import type { Answer } from "./route";

export interface Data {
  a: Answer;
  b: Answer | null;
}

export interface Named {
  label: string;
  color: string;
}

/** From here on, missing an object whole is no longer punished. */
const FORGIVEN = 0.05;

export function curvesOf(
  { a, b }: Data,
  [runA, runB]: readonly Named[],
  at: number | null,
): CurvesData {
  const curves: Curve[] = [line("a", runA, a.values)];
  if (b && runB) curves.push(line("b", runB, b.values));
  if (a.median !== null)
    curves.push({
      key: "missed",
      label: "median object missed",
      color: null,
      dash: [4, 3],
      values: a.missed,
    });
  const shares = sharesOf(a.smooth);
  const [low, high] = rangeOf(curves.flatMap((curve) => curve.values));
  return { curves, shares, ticks: ticksOf(a.smooth, shares), marks: marksOf(a, at), low, high };
}

/** How far 0 stands from the log scale. */
const APART = 0.1;

/** Equal steps on the log scale, and 0 apart from it. */
export function sharesOf(smooth: readonly number[]): number[] {
  const first = smooth[0] === 0 ? 1 : 0;
  const start = first ? APART : 0;
  const steps = Math.max(1, smooth.length - 1 - first);
  return smooth.map((_, i) => (i < first ? 0 : start + ((1 - start) * (i - first)) / steps));
}

/** Where any value of smooth lies between the values that were computed. */
export function shareAt(smooth: readonly number[], value: number): number {
  return valueAt(sharesOf(smooth), indexIn(smooth, value)) ?? 0;
}

export function say({ a }: Data, at: number | null): Saying {
  const name = a.class;
  if (a.median === null)
    return {
      claim: `No sample has ${name} at this step,`,
      evidence: "so no object can be missed.",
    };
  const object = `the median ${name} object of ${a.median} voxels`;
  const spread = `From smooth 0 to ${parameter(a.smooth.at(-1) ?? 0)} the score changes from ${score(a.values[0])} to ${score(a.values.at(-1))}.`;
  if (at === null) return { claim: spread, evidence: "The definition has no single smooth." };
  const missed = valueAt(a.missed, indexIn(a.smooth, at));
  const still = `Missing it completely still scores ${score(missed)}.`;
  if (at > a.median)
    return { claim: `smooth ${parameter(at)} exceeds ${object}.`, evidence: still };
  if (missed !== null && missed > FORGIVEN)
    return { claim: `smooth ${parameter(at)} is large compared with ${object}.`, evidence: still };
  return {
    claim: `At smooth ${parameter(at)}, missing ${object} scores ${score(missed)}.`,
    evidence: spread,
  };
}

/** Each row is `asked` with the smooth of the row. */
export function sheetOf({ a, b }: Data, [runA, runB]: readonly Named[], asked: Definition): Sheet {
  const second = b && runB ? [runB.label] : [];
  return {
    name: `smooth-${a.class}-${a.run}-step-${a.step}-${slug(asked)}`,
    of: a.smooth.map((smooth) => ({ ...asked, smooth })),
    head: ["smooth", runA?.label ?? "", ...second, "median object missed"],
    rows: a.smooth.map((smooth, index) => [
      parameter(smooth),
      a.values[index] ?? null,
      ...(second.length ? [b?.values[index] ?? null] : []),
      a.missed[index] ?? null,
    ]),
  };
}

function line(key: string, run: Named | undefined, values: readonly (number | null)[]): Curve {
  return { key, label: run?.label ?? "", color: run?.color ?? "", dash: [], values };
}

function ticksOf(smooth: readonly number[], shares: readonly number[]) {
  const wanted = [0, 1e-6, 1e-4, 0.01, 1, 100, 1e4];
  return wanted.flatMap((value) => {
    const index = smooth.findIndex((one) => Math.abs(one - value) <= 1e-9 * value);
    return index < 0
      ? []
      : [{ share: shares[index] ?? 0, text: value < 1e4 ? parameter(value) : "1e4" }];
  });
}

function marksOf(a: Answer, at: number | null): Mark[] {
  const marks: Mark[] = [];
  if (at !== null) marks.push({ share: shareAt(a.smooth, at), text: parameter(at), state: true });
  if (a.median !== null && a.median > 0) {
    const share = shareAt(a.smooth, a.median);
    marks.push({ share, text: `median object, ${quantity(a.median)} voxels`, state: false });
  }
  return marks;
}
