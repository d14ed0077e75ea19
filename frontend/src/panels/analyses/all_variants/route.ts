/** Every variant of the catalogue on one pass. */

import { json } from "../../../api";

export interface Row {
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

export interface Answer {
  run: string;
  step: number;
  rows: Row[];
}

export const ask = (
  run: string,
  step: number,
  klass: string,
  signal: AbortSignal,
): Promise<Answer> => json("all_variants", { run, step, class: klass }, signal);
