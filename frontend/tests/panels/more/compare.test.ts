import { expect, it } from "vitest";
import {
  axisOf,
  compareSheet,
  pairsOf,
  placesOf,
  sayCompare,
} from "../../../src/panels/more/compare";
import type { CompareAnswer } from "../../../src/panels/more/routes";

const answer: CompareAnswer = {
  run: "a/dice",
  step: 3,
  runB: "b/dice",
  stepB: 3,
  class: "small",
  ids: ["p", "q", "r", "s"],
  a: [0.5, 1, null, 0.2],
  b: [0.75, 0.5, 0, 0.2],
  stateA: [3, 3, 0, 3],
  stateB: [3, 3, 2, 3],
  paired: 3,
  mean: 0.0833,
  low: -0.25,
  high: 0.5,
  level: 0.95,
  better: 1,
  worse: 1,
  refused: null,
};
const labels = ["a", "b"];

it("pairs the samples that both runs score, what A loses most first", () => {
  expect(pairsOf(answer).map(({ id }) => id)).toEqual(["p", "s", "q"]);
  expect(pairsOf(answer)[0]).toEqual({ id: "p", a: 0.5, b: 0.75, states: [3, 3] });
});

it("puts A to the right and B upwards on one axis", () => {
  const pairs = pairsOf(answer);
  expect(axisOf(pairs)).toEqual([0, 1]);
  expect(placesOf(pairs, 200)[0]).toEqual({ x: 100, y: 50 });
  const equal = placesOf(pairs, 200)[1];
  expect(equal && equal.x + equal.y).toBeCloseTo(200); // on the diagonal
});

it("says who is better, and whether that may be chance", () => {
  expect(sayCompare(answer, labels)).toEqual({
    claim: "a scores .08 higher than b on small,",
    evidence:
      "in the mean of 3 samples that both score; 95 % interval −.25 to +.50, which includes 0, so this may be chance. Higher on 1, lower on 1. 1 with a score in one run only are left out.",
  });
  const sure = sayCompare({ ...answer, mean: -0.2, low: -0.3, high: -0.1 }, labels);
  expect(sure.claim).toBe("a scores .20 lower than b on small,");
  expect(sure.evidence).toContain("−.30 to −.10, which excludes 0.");
});

it("says when there is nothing to compare", () => {
  const none = { ...answer, paired: 0, mean: null, low: null, high: null };
  expect(sayCompare(none, labels).claim).toBe("No sample has a score in both runs.");
  expect(sayCompare({ ...answer, low: null, high: null }, labels).evidence).toMatch(
    /^in the mean of 3 samples that both score\. Higher/,
  );
});

it("keeps every sample in the file", () => {
  const { head, rows } = compareSheet(answer, labels);
  expect(head).toEqual(["sample", "a", "b", "difference", "state a", "state b"]);
  expect(rows[0]).toEqual(["p", 0.5, 0.75, -0.25, "both present", "both present"]);
  expect(rows[2]).toEqual(["r", null, 0, null, "both empty", "only prediction"]);
});
