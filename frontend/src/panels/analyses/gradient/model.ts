/** Who gets the gradient: shares by class and by case, and what to say. Pure. */

import { percent } from "../../../format";
import type { Sheet } from "../../../ui/sheet";
import type { Saying } from "../frame";
import type { Answer } from "./route";

/** One class: its share of the whole, and how that divides into the four cases. */
export interface Share {
  name: string;
  share: number;
  /** In the order of `STATE`, adding up to `share`. */
  cases: readonly [number, number, number, number];
}

export const CASES = ["both empty", "missed", "false alarm", "both present"] as const;

/** As many words for "in samples ..." */
const WHERE = [
  "where both are empty",
  "that miss it",
  "with a false alarm",
  "where both are present",
] as const;

export function sharesOf({ classes, share, cases }: Answer): Share[] {
  return classes.map((name, column) => {
    const whole = share[column] ?? 0;
    const parts = CASES.map((_, state) => cases[state]?.[column] ?? 0);
    const sum = parts.reduce((x, y) => x + y, 0);
    const scaled = parts.map((part) => (sum > 0 ? (part / sum) * whole : 0));
    return { name, share: whole, cases: scaled as unknown as Share["cases"] };
  });
}

export function say(shares: readonly Share[], klass: string): Saying {
  const own = shares.find(({ name }) => name === klass);
  const most = [...shares].sort((x, y) => y.share - x.share)[0];
  if (!own || !most || most.share === 0)
    return { claim: "There is no gradient at this step.", evidence: "" };
  const first = own.cases.indexOf(Math.max(...own.cases));
  const where =
    own.share > 0
      ? `${percent((own.cases[first] ?? 0) / own.share)} of that on samples ${WHERE[first]}.`
      : "";
  const rest = most === own ? "" : ` Most goes to ${most.name}, ${percent(most.share)}.`;
  return { claim: `${klass} gets ${percent(own.share)} of the gradient,`, evidence: where + rest };
}

export function sheetOf(shares: readonly Share[], name: string): Sheet {
  return {
    name: `gradient-${name}`,
    head: ["class", "share", ...CASES],
    rows: shares.map(({ name: klass, share, cases }) => [klass, share, ...cases]),
  };
}
