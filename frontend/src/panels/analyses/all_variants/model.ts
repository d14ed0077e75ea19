/** The table of all variants: which rows, in which order, and what a click takes. Pure. */

import type { Definition, VariantInfo } from "../../../api";
import { plural, score } from "../../../format";
import type { Sheet } from "../../../ui/sheet";
import type { Saying } from "../frame";
import type { Answer, Row } from "./route";

export interface Data {
  a: Answer;
  b: Answer | null;
}

/** One variant with the numbers of both runs. */
export interface Entry extends Row {
  valueB: number | null;
}

export type Column = "name" | "value" | "valueB" | "class_value" | "form" | "formula" | "empty";

export function entriesOf({ a, b }: Data): Entry[] {
  const others = new Map(b?.rows.map((row) => [row.name, row.value]));
  return a.rows.map((row) => ({ ...row, valueB: others.get(row.name) ?? null }));
}

/** Rows in which every word of the filter occurs. */
export function filtered(entries: readonly Entry[], filter: string): Entry[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const { name, form, formula, empty, refused } = entry;
    const text = [name, formWords(form), formula, empty, refused ?? ""].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Sorted by a column, undefined numbers last either way; unsorted as the catalogue lists them. */
export function sorted(entries: readonly Entry[], column: string, down: boolean): Entry[] {
  if (!isColumn(column)) return [...entries];
  const sign = down ? -1 : 1;
  return [...entries].sort((x, y) => {
    const [p, q] = [x[column], y[column]];
    if (p === null || q === null) return Number(p === null) - Number(q === null);
    const order = typeof p === "number" ? p - Number(q) : p.localeCompare(String(q));
    return sign * order;
  });
}

/** The definition a row stands for; a parameter without a default has the one of the table. */
export function definitionOf(row: Row, variant: VariantInfo | undefined): Definition {
  const missing = Object.entries(variant?.params ?? {}).flatMap(([key, value]) =>
    value === null && row.params[key] !== undefined ? [[key, row.params[key]]] : [],
  );
  return {
    variant: row.name,
    ...(missing.length > 0 && { params: Object.fromEntries(missing) }),
  };
}

export function say(data: Data): Saying {
  const { rows } = data.a;
  const refused = rows.filter((row) => row.refused !== null).length;
  const scored = rows.filter(({ form, value }) => form === "score" && value !== null);
  const scores = scored.flatMap(({ summed, value }) => (summed || value === null ? [] : [value]));
  const sums = scored.length - scores.length;
  const claim = scores.length
    ? `The same predictions score from ${score(Math.min(...scores))} to ${score(Math.max(...scores))}.`
    : "No score can be computed here.";
  const rest = refused ? `, ${refused} cannot be computed from the log` : "";
  const apart = sums ? `; ${plural(sums, "score")} summed over classes left out` : "";
  return { claim, evidence: `${plural(rows.length, "variant")}${rest}${apart}.` };
}

const FORMS: Record<string, string> = {
  score: "score",
  one_minus: "1 − d",
  minus: "−d",
  minus_log: "−log d",
  log_cosh: "log cosh",
};

export const formWords = (form: string): string => FORMS[form] ?? form;

export function sheetOf(entries: readonly Entry[], data: Data): Sheet {
  const { run, step } = data.a;
  const second = data.b ? [data.b.run] : [];
  return {
    name: `all-variants-${run}-step-${step}`,
    of: [], // each row is a definition of its own
    head: ["name", run, ...second, "class_score", "form", "formula", "empty", "refused"],
    rows: entries.map((row) => [
      row.name,
      row.value,
      ...(data.b ? [row.valueB] : []),
      row.class_value,
      row.form,
      row.formula,
      row.empty,
      row.refused,
    ]),
  };
}

const isColumn = (name: string): name is Column =>
  ["name", "value", "valueB", "class_value", "form", "formula", "empty"].includes(name);
