/** From one definition to another, one axis after the other. */

import { type Definition, json } from "../../../api";

interface Change {
  axis: string;
  label: string;
  from: string;
  to: string;
  /** The score once this axis and all before it are changed. */
  value: number | null;
  delta: number | null;
}

export interface Answer {
  a: { label: string; value: number | null };
  b: { label: string; value: number | null };
  path: Change[];
  /** Each axis changed alone. */
  alone: { axis: string; delta: number | null }[];
  first: string | null;
  refused: string | null;
  note: string | null;
}

export const ask = (
  run: string,
  step: number,
  a: Definition,
  b: Definition,
  signal: AbortSignal,
): Promise<Answer> =>
  json("why_they_differ", { run, step, a: JSON.stringify(a), b: JSON.stringify(b) }, signal);
