import { expect, test } from "vitest";
import { curvesOf, refusals, say, sheetOf } from "../../../src/panels/analyses/batch_size/model";
import type { Answer } from "../../../src/panels/analyses/batch_size/route";

const line = (key: string, form: string, values: number[], refused: string | null = null) => ({
  key,
  label: key,
  form,
  values,
  refused,
});
const ANSWER: Answer = {
  sizes: [1, 2, 4, 6],
  recorded: 4,
  lines: [
    line("chosen definition", "score", [0.5, 0.5, 0.5, 0.5]),
    line("dice_coef", "score", [0.52, 0.67, 0.75, 0.77]),
    line("dice_coef_loss", "one_minus", [0.48, 0.33, 0.25, 0.23]),
    line("dice_loss2", "one_minus", [], "is a map"),
  ],
};

test("scores and losses are drawn apart, refused lines not at all", () => {
  const { scores, losses } = curvesOf(ANSWER, "#123");
  expect(scores?.curves.map(({ key }) => key)).toEqual(["chosen definition", "dice_coef"]);
  expect(losses?.curves.map(({ key }) => key)).toEqual(["dice_coef_loss"]);
  expect(refusals(ANSWER)).toEqual(["dice_loss2 is a map."]);
  const none = curvesOf({ ...ANSWER, lines: ANSWER.lines.slice(0, 1) }, "#123");
  expect(none.losses).toBe(null);
});

test("the recorded size is marked where it is one of them", () => {
  expect(curvesOf(ANSWER, "#123").scores?.marks).toMatchObject([{ share: 2 / 3 }]);
  expect(curvesOf({ ...ANSWER, recorded: 5 }, "#123").scores?.marks).toEqual([]);
});

test("the sentence names what moves most, and what stays", () => {
  const { claim, evidence } = say(ANSWER);
  expect(claim).toBe("dice_coef depends on the batch size: .52 at 1, .77 at 6.");
  expect(evidence).toBe("The chosen definition stays at .50.");
  const flat = { ...ANSWER, lines: ANSWER.lines.slice(0, 1) };
  expect(say(flat).claim).toBe("None of these depends on the batch size.");
});

test("the sheet has a column a line", () => {
  expect(sheetOf(ANSWER, "x").rows[1]).toEqual([2, 0.5, 0.67, 0.33, null]);
});
