/** The samples that two passes share, with both scores. */

import { type Definition, defined, json } from "../../../api";

/** The samples that both passes hold. */
export interface Answer {
  run: string;
  step: number;
  runB: string;
  stepB: number;
  class: string;
  ids: string[];
  a: (number | null)[];
  b: (number | null)[];
  stateA: number[];
  stateB: number[];
  /** Samples with both scores. */
  paired: number;
  /** Of a - b over them. */
  mean: number | null;
  /** Ends of its bootstrap interval. */
  low: number | null;
  high: number | null;
  level: number;
  /** Resamples behind the interval. */
  draws: number;
  better: number;
  worse: number;
  refused: string | null;
}

export const ask = (
  { run, step, runB, stepB }: Pick<Answer, "run" | "step" | "runB" | "stepB">,
  klass: string,
  d: Definition,
  signal: AbortSignal,
): Promise<Answer> =>
  json("a_against_b", { run, step, runB, stepB, class: klass, definition: defined(d) }, signal);
