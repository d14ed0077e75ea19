/** The routes behind the tabs of the lower card, as typed functions. */

import { type Definition, defined, json } from "../../api";

export interface TableRow {
  name: string;
  family: string;
  form: string;
  /** Over all channels, as Keras logs it. */
  value: number | null;
  /** The value is a sum over classes and may be above 1. */
  summed: boolean;
  /** The score of the class asked for. */
  class_value: number | null;
  refused: string | null;
  formula: string;
  empty: string;
  params: Record<string, unknown>;
}

export interface TableAnswer {
  run: string;
  step: number;
  rows: TableRow[];
}

export interface SmoothAnswer {
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

export interface SizeLine {
  key: string;
  label: string;
  form: string;
  /** One a batch size. */
  values: (number | null)[];
  refused: string | null;
}

export interface BatchAnswer {
  sizes: number[];
  /** The size of most recorded batches. */
  recorded: number | null;
  lines: SizeLine[];
}

export type RuleKey = "skip" | "zero" | "one" | "formula" | "positive" | "deletion";

export interface RulesAnswer {
  classes: string[];
  rules: { key: RuleKey; label: string; words: string }[];
  /** One row a rule, one column a class. */
  values: (number | null)[][];
  scored: number[][];
  mean: (number | null)[];
  /** Over how many classes each mean is, those with a score. */
  mean_of: number[];
  /** Over how many it is where all have one. */
  mean_classes: number;
  refused: string | null;
}

export interface Change {
  axis: string;
  label: string;
  from: string;
  to: string;
  /** The score once this axis and all before it are changed. */
  value: number | null;
  delta: number | null;
}

export interface DifferAnswer {
  a: { label: string; value: number | null };
  b: { label: string; value: number | null };
  path: Change[];
  /** Each axis changed alone. */
  alone: { axis: string; delta: number | null }[];
  first: string | null;
  refused: string | null;
  note: string | null;
}

export interface GradientAnswer {
  variant: string;
  classes: string[];
  share: (number | null)[];
  /** [4][C] in the order of `STATE`. */
  cases: (number | null)[][];
  refused: string | null;
  words: string;
}

/** The samples that both passes hold. */
export interface CompareAnswer {
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

export const compare = (
  { run, step, runB, stepB }: Pick<CompareAnswer, "run" | "step" | "runB" | "stepB">,
  klass: string,
  d: Definition,
  signal: AbortSignal,
): Promise<CompareAnswer> =>
  json("compare", { run, step, runB, stepB, class: klass, definition: defined(d) }, signal);

export const table = (
  run: string,
  step: number,
  klass: string,
  signal: AbortSignal,
): Promise<TableAnswer> => json("table", { run, step, class: klass }, signal);

export const smooth = (
  run: string,
  step: number,
  klass: string,
  d: Definition,
  signal: AbortSignal,
): Promise<SmoothAnswer> =>
  json("smooth", { run, step, class: klass, definition: defined(d) }, signal);

export const batchSize = (
  run: string,
  step: number,
  klass: string,
  d: Definition,
  variant: readonly string[],
  signal: AbortSignal,
): Promise<BatchAnswer> =>
  json("batch_size", { run, step, class: klass, definition: defined(d), variant }, signal);

export const emptyRules = (
  run: string,
  step: number,
  d: Definition,
  signal: AbortSignal,
): Promise<RulesAnswer> => json("empty_rules", { run, step, definition: defined(d) }, signal);

export const differ = (
  run: string,
  step: number,
  a: Definition,
  b: Definition,
  signal: AbortSignal,
): Promise<DifferAnswer> =>
  json("differ", { run, step, a: JSON.stringify(a), b: JSON.stringify(b) }, signal);

export const gradients = (
  run: string,
  step: number,
  d: Definition,
  variant: string | undefined,
  signal: AbortSignal,
): Promise<GradientAnswer> =>
  json(
    "gradients",
    variant === undefined ? { run, step, definition: defined(d) } : { run, step, variant },
    signal,
  );
