/** All classes under each rule for empty masks. */

import { type Definition, defined, json } from "../../../api";

export type RuleKey = "skip" | "zero" | "one" | "formula" | "positive" | "deletion";

export interface Answer {
  classes: string[];
  rules: { key: RuleKey; label: string; words: string }[];
  /** One row per rule, one column per class. */
  values: (number | null)[][];
  scored: number[][];
  mean: (number | null)[];
  /** Over how many classes each mean is, those with a score. */
  mean_of: number[];
  /** Over how many it is where all have one. */
  mean_classes: number;
  refused: string | null;
}

export const ask = (
  run: string,
  step: number,
  d: Definition,
  signal: AbortSignal,
): Promise<Answer> => json("empty_rules", { run, step, definition: defined(d) }, signal);
