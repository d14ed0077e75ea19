import { expect, test } from "vitest";
import type { VariantInfo } from "../../../src/api";
import {
  definitionOf,
  entriesOf,
  filtered,
  say,
  sheetOf,
  sorted,
} from "../../../src/panels/analyses/all_variants/model";
import type { Answer, Row } from "../../../src/panels/analyses/all_variants/route";

const row = (name: string, value: number | null, more: Partial<Row> = {}): Row => ({
  name,
  family: name.split(".")[0] ?? "",
  form: "score",
  value,
  summed: false,
  class_value: null,
  refused: null,
  formula: "2 TP / (2 TP + FP + FN)",
  empty: "1",
  params: {},
  ...more,
});
const A: Answer = {
  run: "a/dice",
  step: 3,
  rows: [
    row("recipe.dice_coef", 0.8),
    row("monai.DiceLoss", 0.3, { form: "one_minus" }),
    row("recipe.dice_loss2", null, { form: "one_minus", refused: "it is a map" }),
    row("keras.Dice", 0.1),
  ],
};
const DATA = { a: A, b: { ...A, rows: A.rows.slice(0, 1) } };
const names = (rows: { name: string }[]) => rows.map(({ name }) => name);

test("rows carry the number of B where B has one", () => {
  expect(entriesOf(DATA).map(({ valueB }) => valueB)).toEqual([0.8, null, null, null]);
});

test("the filter takes words in any order, of any column", () => {
  const entries = entriesOf(DATA);
  expect(names(filtered(entries, "Coef RECIPE"))).toEqual(["recipe.dice_coef"]);
  expect(names(filtered(entries, "1 − d"))).toEqual(["monai.DiceLoss", "recipe.dice_loss2"]);
  expect(names(filtered(entries, "map"))).toEqual(["recipe.dice_loss2"]);
  expect(filtered(entries, "  ")).toHaveLength(4);
});

test("sorting keeps undefined numbers last both ways", () => {
  const entries = entriesOf(DATA);
  expect(names(sorted(entries, "value", false))).toEqual([
    "keras.Dice",
    "monai.DiceLoss",
    "recipe.dice_coef",
    "recipe.dice_loss2",
  ]);
  expect(names(sorted(entries, "value", true)).at(-1)).toBe("recipe.dice_loss2");
  expect(names(sorted(entries, "name", false))[0]).toBe("keras.Dice");
  expect(names(sorted(entries, "nonsense", true))).toEqual(names(A.rows));
});

test("a row is taken with the parameters that have no default", () => {
  const info = { params: { weights: null, smooth: 1 } } as unknown as VariantInfo;
  const taken = row("r.weighted", 1, { params: { weights: [1, 2], smooth: 1 } });
  expect(definitionOf(taken, info)).toEqual({ variant: "r.weighted", params: { weights: [1, 2] } });
  expect(definitionOf(taken, undefined)).toEqual({ variant: "r.weighted" });
});

test("the sentence gives the range of the scores", () => {
  const { claim, evidence } = say(DATA);
  expect(claim).toBe("The same predictions score from .10 to .80.");
  expect(evidence).toBe("4 variants, 1 cannot be computed from the log.");
});

test("a sum over classes is not in the range of the scores", () => {
  const rows = [...A.rows, row("recipe.dice_coef_multilabel", 2.48, { summed: true })];
  const { claim, evidence } = say({ a: { ...A, rows }, b: null });
  expect(claim).toBe("The same predictions score from .10 to .80.");
  expect(evidence).toContain("; 1 score summed over classes left out.");
});

test("the sheet has the rows shown", () => {
  const { head, rows } = sheetOf(entriesOf(DATA).slice(0, 1), DATA);
  expect(rows).toHaveLength(1);
  expect(head).toHaveLength(rows[0]?.length ?? 0);
});
