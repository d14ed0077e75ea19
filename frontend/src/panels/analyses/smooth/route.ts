/** One class over `smooth`. */

import { type Definition, defined, json } from "../../../api";

export interface Answer {
  run: string;
  step: number;
  class: string;
  /** Ascending, 0 first. */
  smooth: number[];
  values: (number | null)[];
  /** The score of an object of median size of which nothing was drawn. */
  missed: (number | null)[];
  /** Target voxels of the median object; null where no sample has the class. */
  median: number | null;
  /** The smooth of the definition, null where it has none of its own. */
  at: number | null;
  refused: string | null;
}

export const ask = (
  run: string,
  step: number,
  klass: string,
  d: Definition,
  signal: AbortSignal,
): Promise<Answer> => json("smooth", { run, step, class: klass, definition: defined(d) }, signal);
