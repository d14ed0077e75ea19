import { expect, test } from "vitest";
import { say, sharesOf, sheetOf } from "../../../src/panels/analyses/gradient/model";
import type { Answer } from "../../../src/panels/analyses/gradient/route";

const ANSWER: Answer = {
  variant: "recipe.dice_loss",
  classes: ["background", "small"],
  share: [0.8, 0.2],
  cases: [
    [0, 0.3],
    [0, 0.6],
    [0, 0],
    [1, 0.1],
  ],
  refused: null,
  words: "",
};

test("the cases of a class add up to its share, however they are scaled", () => {
  const [background, small] = sharesOf(ANSWER);
  expect(background?.cases).toEqual([0, 0, 0, 0.8]);
  expect(small?.cases.map((x) => Number(x.toFixed(6)))).toEqual([0.06, 0.12, 0, 0.02]);
});

test("the sentence says what a class gets, from where, and who gets most", () => {
  const { claim, evidence } = say(sharesOf(ANSWER), "small");
  expect(claim).toBe("small gets 20.0 % of the gradient,");
  expect(evidence).toBe("60.0 % of that on samples that miss it. Most goes to background, 80.0 %.");
  expect(say([], "small").claim).toBe("There is no gradient at this step.");
});

test("the sheet has a line a class", () => {
  expect(sheetOf(sharesOf(ANSWER), "x").rows[0]).toEqual(["background", 0.8, 0, 0, 0, 0.8]);
});
