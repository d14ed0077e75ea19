/** Where the gradient of a definition goes. */

import { type Definition, defined, json } from "../../../api";

export interface Answer {
  variant: string;
  classes: string[];
  share: (number | null)[];
  /** [4][C] in the order of `STATE`. */
  cases: (number | null)[][];
  refused: string | null;
  words: string;
}

export const ask = (
  run: string,
  step: number,
  d: Definition,
  variant: string | undefined,
  signal: AbortSignal,
): Promise<Answer> =>
  json(
    "gradient",
    variant === undefined ? { run, step, definition: defined(d) } : { run, step, variant },
    signal,
  );
