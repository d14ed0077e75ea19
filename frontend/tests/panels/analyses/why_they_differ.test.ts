import { expect, test } from "vitest";
import { say, sheetOf, spanOf, stepsOf } from "../../../src/panels/analyses/why_they_differ/model";
import type { Answer } from "../../../src/panels/analyses/why_they_differ/route";

const ANSWER: Answer = {
  a: { label: "Default", value: 0.3 },
  b: { label: "recipe.dice_coef", value: 0.75 },
  path: [
    {
      axis: "compare",
      label: "what is compared",
      from: "hard",
      to: "soft",
      value: 0.28,
      delta: -0.02,
    },
    { axis: "over", label: "what is summed", from: "space", to: "all", value: 0.7, delta: 0.42 },
    { axis: "smooth", label: "smooth", from: "0", to: "100", value: 0.75, delta: 0.05 },
  ],
  alone: [
    { axis: "over", delta: 0.4 },
    { axis: "smooth", delta: 0.2 },
  ],
  first: "compare",
  refused: null,
  note: null,
};

test("each step starts where the one before ended", () => {
  expect(stepsOf(ANSWER).map(({ before, after, alone }) => [before, after, alone])).toEqual([
    [0.3, 0.28, null],
    [0.28, 0.7, 0.4],
    [0.7, 0.75, 0.2],
  ]);
});

test("a step without a value is passed over", () => {
  const path = ANSWER.path.map((one, index) =>
    index ? one : { ...one, value: null, delta: null },
  );
  const [first, second] = stepsOf({ ...ANSWER, path });
  expect([first?.before, first?.after, second?.before]).toEqual([0.3, null, 0.3]);
});

test("the axis is 0 to 1 for scores and holds all values otherwise", () => {
  expect(spanOf(ANSWER)).toEqual([0, 1]);
  expect(spanOf({ ...ANSWER, b: { label: "", value: -0.5 } })).toEqual([-0.5, 0.75]);
});

test("the sentence names the first axis and the one that moves most", () => {
  const { claim, evidence } = say(ANSWER);
  expect(claim).toBe("They differ first in “what is compared”,");
  expect(evidence).toBe(
    "which changes the score by −.02; the whole difference is +.45. The largest change is “what is summed”: +.42.",
  );
  expect(say({ ...ANSWER, path: [], first: null }).claim).toBe(
    "Default and recipe.dice_coef are the same definition.",
  );
});

test("the sheet starts and ends with the two", () => {
  const { name, rows, of } = sheetOf(ANSWER, "x", [{}, { variant: "recipe.dice_coef" }]);
  expect(rows).toHaveLength(5);
  expect(name).toBe("why-they-differ-x-default-to-recipe.dice_coef");
  expect(of).toEqual([{}, null, null, null, { variant: "recipe.dice_coef" }]);
  expect(rows[1]).toEqual(["what is compared", "hard", "soft", 0.28, -0.02, null]);
});
