import { expect, it } from "vitest";
import {
  axisOf,
  pairsOf,
  placesOf,
  say,
  sheetOf,
  sidesOf,
  telling,
} from "../../../src/panels/analyses/a_against_b/model";
import type { Answer } from "../../../src/panels/analyses/a_against_b/route";

const answer: Answer = {
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
  draws: 2000,
  better: 1,
  worse: 1,
  refused: null,
};
const labels = ["a", "b"] as const;

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

/** As `answer`, without the sample that only b scores and with enough pairs that differ. */
const paired = {
  ...answer,
  a: [0.5, 1, null, 0.2],
  b: [0.75, 0.5, null, 0.2],
  better: 4,
  worse: 5,
};

it("says who is better, how the interval was found and whether it may be chance", () => {
  expect(say(paired, labels)).toEqual({
    claim: "a scores .08 higher than b on small,",
    evidence:
      "on average over 3 samples that both score; 95 % interval −.25 to +.50, which includes 0, so this may be chance (bootstrap over these images, 2\u2009000 draws; it does not cover training again). Higher on 4, lower on 5.",
  });
  const sure = say({ ...paired, mean: -0.2, low: -0.3, high: -0.1 }, labels);
  expect(sure.claim).toBe("a scores .20 lower than b on small,");
  expect(sure.evidence).toContain("−.30 to −.10, which excludes 0 (bootstrap");
});

it("gives no interval where fewer than 6 pairs differ", () => {
  expect(telling({ ...answer, better: 5, worse: 1 })).toBe(true);
  expect(telling({ ...answer, better: 4, worse: 1 })).toBe(false);
  const { evidence } = say({ ...paired, better: 1, worse: 2 }, labels);
  expect(evidence).toContain("too few samples to tell (3 of 3 differ).");
  expect(evidence).not.toContain("interval");
});

it("names what one run alone scores beside what both score", () => {
  const more = { ...answer, b: [0.75, 0.5, 0.1, 0.2], mean: -0.08 };
  expect(say({ ...more, a: [0.25, 0.6, null, 0.2] }, labels).claim).toBe(
    "On the 3 samples that both score, a is .08 lower than b on small; left out: 1 false alarm of b, where a rightly drew nothing.",
  );
  const other = { ...more, a: [0.25, 0.6, null, 0.2], stateB: [3, 3, 3, 3] };
  expect(say(other, labels).claim).toContain("left out: 1 sample that only b scores.");
});

it("never says higher alone where the means say lower", () => {
  const alarms = {
    ...answer,
    ids: ["p", "q", "r", "s"],
    a: [0.6, 0.5, 0, 0],
    b: [0.5, 0.4, null, null],
    stateA: [3, 3, 2, 2],
    stateB: [3, 3, 0, 0],
    mean: 0.1,
  };
  const { claim, evidence } = say(alarms, labels);
  expect(claim).toBe(
    "On small, a has .28 over all its samples with a score, b .45 over all of its; on the 3 samples that both score, a is .10 higher than b.",
  );
  expect(evidence).toMatch(
    /^These differ because the pairs leave out 2 false alarms of a, where b rightly drew nothing\./,
  );
});

it("counts what each run misses and draws where nothing is", () => {
  expect(sidesOf({ ...answer, stateA: [1, 3, 0, 2] })).toEqual([
    { mean: 1.7 / 3, scored: 3, missed: 1, alarms: 1 },
    { mean: 1.45 / 4, scored: 4, missed: 0, alarms: 1 },
  ]);
});

it("says when there is nothing to compare", () => {
  const none = { ...answer, paired: 0, mean: null, low: null, high: null };
  expect(say(none, labels).claim).toBe("No sample has a score in both runs.");
});

it("keeps every sample in the file", () => {
  const { head, rows } = sheetOf(answer, labels);
  expect(head).toEqual(["sample", "a", "b", "difference", "state a", "state b"]);
  expect(rows[0]).toEqual(["p", 0.5, 0.75, -0.25, "both present", "both present"]);
  expect(rows[2]).toEqual(["r", null, 0, null, "both empty", "only prediction"]);
});
