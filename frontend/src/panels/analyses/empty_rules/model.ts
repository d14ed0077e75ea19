/** The means under each rule for empties: what to say and which rule is the chosen one. Pure. */

import type { Definition, EmptyRule } from "../../../api";
import { plural, score } from "../../../format";
import type { Sheet } from "../../../ui/sheet";
import type { Saying } from "../frame";
import type { Answer, RuleKey } from "./route";

export interface Data {
  a: Answer;
  b: Answer | null;
}

/** How a definition says a rule. The two others change which samples count: variants of their own. */
const EMPTY: Partial<Record<RuleKey, EmptyRule>> = {
  skip: "nan",
  zero: "zero",
  one: "one",
  formula: "formula",
};

/** The variant that counts other samples, such as only those with a target. */
const variantOf = (rule: RuleKey): string => `empty_mask.${rule}`;

/** The rule of a definition; `empty` is its rule as the definition says it, or null. */
export function chosenRule(
  rules: Answer["rules"],
  variant: string | undefined,
  empty: string | null,
): number {
  const named = rules.findIndex(({ key }) => variantOf(key) === variant);
  return named < 0 ? rules.findIndex(({ key }) => EMPTY[key] === empty) : named;
}

/** What a click on a rule makes of a definition; null where no definition says it. */
export function taken(
  rule: RuleKey,
  { variant, ...rest }: Definition,
  known: readonly string[],
): Definition | null {
  const empty = EMPTY[rule];
  const own = variant !== undefined && !variant.startsWith("empty_mask.") ? { variant } : {};
  if (empty) return { ...own, ...rest, empty };
  return known.includes(variantOf(rule)) ? { variant: variantOf(rule) } : null;
}

/**
 * Which run leads under rule number `row`: 0 for A, 1 for B, null where they tie, one is undefined or
 * they are means over other classes.
 */
export function leader({ a, b }: Data, row: number): 0 | 1 | null {
  const [first, second] = [a.mean[row] ?? null, b?.mean[row] ?? null];
  if (first === null || second === null || Math.abs(first - second) < 1e-9) return null;
  if (unlike({ a, b }, row)) return null;
  return first > second ? 0 : 1;
}

/** Whether the means of the two runs under a rule are over other classes. */
function unlike({ a, b }: Data, row: number): boolean {
  return b !== null && scoredClasses(a, row) !== scoredClasses(b, row);
}

const scoredClasses = ({ classes, values }: Answer, row: number): string =>
  JSON.stringify(classes.filter((_, column) => (values[row]?.[column] ?? null) !== null));

/** "mean of 1 of 3 classes" where a mean lacks some of them, else null. */
export function lacking({ mean, mean_of, mean_classes }: Answer, row: number): string | null {
  const count = mean_of[row] ?? 0;
  if ((mean[row] ?? null) === null || count >= mean_classes) return null;
  return `mean of ${count} of ${plural(mean_classes, "class", "classes")}`;
}

export function say(data: Data, labels: readonly string[]): Saying {
  const { a } = data;
  const most = Math.max(...a.mean_of);
  const means = a.rules.flatMap(({ label }, row) => {
    const mean = a.mean[row] ?? null;
    return mean === null || (a.mean_of[row] ?? 0) < most ? [] : [{ label, mean }];
  });
  const sorted = [...means].sort((x, y) => x.mean - y.mean);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (!low || !high) return { claim: "No rule gives a mean at this step.", evidence: "" };
  const claim =
    score(low.mean) === score(high.mean)
      ? `The rule hardly changes the mean of ${labels[0]}: ${score(low.mean)} under each.`
      : `The rule alone changes the mean of ${labels[0]} from ${score(low.mean)} (${low.label}) to ${score(high.mean)} (${high.label}).`;
  return { claim, evidence: sayLeaders(data, labels) };
}

function sayLeaders(data: Data, labels: readonly string[]): string {
  if (!data.b) return "";
  const leads = data.a.rules.map((_, row) => leader(data, row));
  const under = (side: 0 | 1) => leads.filter((lead) => lead === side).length;
  const [first, second] = [under(0), under(1)];
  if (first && second)
    return `It decides who leads: ${labels[0]} under ${plural(first, "rule")}, ${labels[1]} under ${second}.`;
  if (!first && !second) return "";
  const others = data.a.rules.some((_, row) => data.a.mean[row] !== null && unlike(data, row));
  const where = others ? " in which both means are over the same classes" : "";
  return `${labels[first ? 0 : 1]} leads under every rule${where}.`;
}

export function sheetOf({ a, b }: Data, labels: readonly string[], name: string): Sheet {
  const means = [a, ...(b ? [b] : [])].flatMap((_, side) => [
    `mean ${labels[side]}`,
    `classes in mean ${labels[side]}`,
  ]);
  return {
    name: `empty-rules-${name}`,
    head: ["rule", ...a.classes.flatMap((klass) => [klass, `scored ${klass}`]), ...means],
    rows: a.rules.map(({ label }, row) => [
      label,
      ...a.classes.flatMap((_, column) => [
        a.values[row]?.[column] ?? null,
        a.scored[row]?.[column] ?? null,
      ]),
      a.mean[row] ?? null,
      a.mean_of[row] ?? null,
      ...(b ? [b.mean[row] ?? null, b.mean_of[row] ?? null] : []),
    ]),
  };
}
