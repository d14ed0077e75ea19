/** Why two definitions differ: the steps from one to the other, and what to say. Pure. */

import type { Definition } from "../../../api";
import { difference, quantity, slug } from "../../../format";
import type { Sheet } from "../../../ui/sheet";
import type { Saying } from "../frame";
import type { Answer } from "./route";

/** One row of the waterfall. */
export interface Step {
  axis: string;
  label: string;
  from: string;
  to: string;
  /** The value before and after; null where it is undefined. */
  before: number | null;
  after: number | null;
  delta: number | null;
  /** The difference if this axis alone is changed. */
  alone: number | null;
}

export function stepsOf({ a, path, alone }: Answer): Step[] {
  const single = new Map(alone.map(({ axis, delta }) => [axis, delta]));
  let before = a.value;
  return path.map(({ value, ...change }) => {
    const step = { ...change, before, after: value, alone: single.get(change.axis) ?? null };
    before = value ?? before;
    return step;
  });
}

/** The ends of the axis: all values with a little room, within 0 to 1 where they are scores. */
export function spanOf(answer: Answer): [number, number] {
  const values = [answer.a.value, answer.b.value, ...answer.path.map(({ value }) => value)];
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  if (known.every((value) => value >= 0 && value <= 1)) return [0, 1];
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  return high > low ? [low, high] : [low, low + 1];
}

export function say(answer: Answer): Saying {
  const { a, b, path } = answer;
  const first = path.find(({ axis }) => axis === answer.first) ?? path[0];
  if (!first) {
    const same = `${a.label} and ${b.label} are the same definition.`;
    return { claim: same, evidence: `Both give ${quantity(a.value)}.` };
  }
  const all = a.value !== null && b.value !== null ? b.value - a.value : null;
  const largest = [...path].sort((x, y) => Math.abs(y.delta ?? 0) - Math.abs(x.delta ?? 0))[0];
  const moves = `which changes the score by ${difference(first.delta)}; the whole difference is ${difference(all)}.`;
  const most =
    largest && largest !== first && Math.abs(largest.delta ?? 0) > Math.abs(first.delta ?? 0)
      ? ` The largest change is “${largest.label}”: ${difference(largest.delta)}.`
      : "";
  return { claim: `They differ first in “${first.label}”,`, evidence: moves + most };
}

/** Its first row is the one definition, its last the other. */
export function sheetOf(
  answer: Answer,
  name: string,
  ends: readonly [Definition, Definition],
): Sheet {
  const { a, b } = answer;
  const between = stepsOf(answer);
  return {
    name: `why-they-differ-${name}-${slug(ends[0])}-to-${slug(ends[1])}`,
    of: [ends[0], ...between.map(() => null), ends[1]],
    head: ["axis", "from", "to", "value", "delta", "alone"],
    rows: [
      [a.label, "", "", a.value, null, null],
      ...between.map((s) => [s.label, s.from, s.to, s.after, s.delta, s.alone]),
      [b.label, "", "", b.value, null, null],
    ],
  };
}
