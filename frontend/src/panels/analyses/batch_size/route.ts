/** One class and named variants over the batch size. */

import { type Definition, defined, json, type Line } from "../../../api";

export interface Answer {
  sizes: number[];
  /** The size of most recorded batches. */
  recorded: number | null;
  lines: Line[];
}

export const ask = (
  run: string,
  step: number,
  klass: string,
  d: Definition,
  variant: readonly string[],
  signal: AbortSignal,
): Promise<Answer> =>
  json("batch_size", { run, step, class: klass, definition: defined(d), variant }, signal);
