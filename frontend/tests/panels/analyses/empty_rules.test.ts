import { expect, test } from "vitest";
import {
  chosenRule,
  lacking,
  leader,
  say,
  sheetOf,
  taken,
} from "../../../src/panels/analyses/empty_rules/model";
import type { Answer } from "../../../src/panels/analyses/empty_rules/route";

const A: Answer = {
  classes: ["small", "background"],
  rules: [
    { key: "skip", label: "skipped", words: "" },
    { key: "one", label: "both empty = 1", words: "" },
    { key: "positive", label: "non-empty targets only", words: "" },
  ],
  values: [
    [0.3, 0.9],
    [0.6, 0.9],
    [null, 0.9],
  ],
  scored: [
    [5, 16],
    [16, 16],
    [0, 16],
  ],
  mean: [0.3, 0.6, null],
  mean_of: [1, 1, 0],
  mean_classes: 1,
  refused: null,
};
const B: Answer = { ...A, mean: [0.4, 0.5, 0.5] };
/** Two classes, of which the first has no score under the third rule. */
const TWO: Answer = {
  ...A,
  classes: ["small", "large"],
  mean: [0.2, 0.3, 0.9],
  mean_of: [2, 2, 1],
  mean_classes: 2,
};
const WHOLE: Answer = {
  ...TWO,
  values: TWO.values.map(() => [0.4, 0.4]),
  mean: [0.4, 0.4, 0.4],
  mean_of: [2, 2, 2],
};
const LABELS = ["a", "b"];

test("a definition says four of the rules, variants say the others", () => {
  const known = ["empty_mask.positive"];
  const definition = { variant: "recipe.dice_coef", smooth: 1 };
  expect(taken("one", definition, known)).toEqual({ ...definition, empty: "one" });
  expect(taken("positive", definition, known)).toEqual({ variant: "empty_mask.positive" });
  expect(taken("deletion", definition, known)).toBe(null);
  expect(taken("skip", { variant: "empty_mask.positive" }, known)).toEqual({ empty: "nan" });
});

test("the rule of a definition is found again", () => {
  expect(chosenRule(A.rules, undefined, "one")).toBe(1);
  expect(chosenRule(A.rules, "recipe.dice_coef", "nan")).toBe(0);
  expect(chosenRule(A.rules, "empty_mask.positive", "nan")).toBe(2);
  expect(chosenRule(A.rules, undefined, null)).toBe(-1);
});

test("the leader is told by rule, and not where a mean is undefined", () => {
  expect([0, 1, 2].map((row) => leader({ a: A, b: B }, row))).toEqual([1, 0, null]);
  expect(leader({ a: A, b: null }, 0)).toBe(null);
  expect(leader({ a: A, b: A }, 0)).toBe(null);
});

test("a mean over fewer classes neither leads nor is in the range", () => {
  expect([0, 1, 2].map((row) => leader({ a: TWO, b: WHOLE }, row))).toEqual([1, 1, null]);
  expect([0, 1, 2].map((row) => lacking(TWO, row))).toEqual([null, null, "mean of 1 of 2 classes"]);
  const { claim, evidence } = say({ a: TWO, b: WHOLE }, LABELS);
  expect(claim).toContain("from .20 (skipped) to .30 (both empty = 1)");
  expect(evidence).toBe("b leads under every rule in which both means are over the same classes.");
});

test("the sentence says how far the rule moves the mean, and whom it lets lead", () => {
  const { claim, evidence } = say({ a: A, b: B }, LABELS);
  expect(claim).toBe(
    "The rule alone changes the mean of a from .30 (skipped) to .60 (both empty = 1).",
  );
  expect(evidence).toBe("It decides who leads: a under 1 rule, b under 1.");
  expect(say({ a: A, b: { ...B, mean: [0, 0, 0] } }, LABELS).evidence).toBe(
    "a leads under every rule.",
  );
  expect(say({ a: { ...A, mean: [0.3, 0.3, 0.3] }, b: null }, LABELS).claim).toContain(
    "hardly changes the mean of a: .30",
  );
});

test("the sheet keeps scores and how many samples they are of", () => {
  const { head, rows } = sheetOf({ a: A, b: B }, LABELS, "x");
  expect(head).toHaveLength(rows[0]?.length ?? 0);
  expect(rows[2]).toEqual(["non-empty targets only", null, 0, 0.9, 16, null, 0, 0.5, 0]);
});
