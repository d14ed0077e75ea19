/** Where the tabs look: run A and class at the step, and run B where it can be compared with it. */

import type { RunInfo } from "../../api";
import { classOf, runA, runB, selection } from "../../state";

export interface Place {
  run: RunInfo;
  step: number;
}

export interface Spot {
  a: Place;
  b: Place | null;
  klass: string;
}

/** Null while run A has no such class or no pass at the step. */
export function spot(): Spot | null {
  const { step, stepB, klass } = selection.value;
  const a = place(runA.value, step, klass);
  if (!a || klass === null) return null;
  const b = place(runB.value, stepB ?? step, klass);
  const same = b?.run.name === a.run.name && b.step === a.step;
  return { a, b: same ? null : b, klass };
}

function place(run: RunInfo | null, step: number | null, klass: string | null): Place | null {
  if (!run || step === null || !run.steps.includes(step) || !classOf(run, klass)) return null;
  return { run, step };
}

/** Names a question about both places. */
export const placesKey = ({ a, b }: Spot): unknown[] => [
  a.run.name,
  a.step,
  b?.run.name ?? null,
  b?.step ?? null,
];

/** The answer for A, and for B where there is one; that B fails is no reason to hide A. */
export async function both<T>(
  { a, b }: Spot,
  ask: (run: string, step: number) => Promise<T>,
): Promise<{ a: T; b: T | null }> {
  const [first, second] = await Promise.all([
    ask(a.run.name, a.step),
    b ? ask(b.run.name, b.step).catch(() => null) : null,
  ]);
  return { a: first, b: second };
}

/** "dice_1e-6", with the step where the two places differ in it. */
export function labelOf(place: Place, { a, b }: Spot): string {
  return b && a.step !== b.step ? `${place.run.label}, step ${place.step}` : place.run.label;
}
