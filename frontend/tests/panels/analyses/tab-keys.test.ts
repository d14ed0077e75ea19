import { expect, test } from "vitest";
import { tabByKey } from "../../../src/panels/analyses/tab-keys";
import { ANALYSES, LABELS } from "../../../src/state";

test("arrow keys go round the tabs, Home and End to the ends", () => {
  expect(tabByKey("samples", "ArrowRight")).toBe("a_against_b");
  expect(tabByKey("samples", "ArrowLeft")).toBe("gradient");
  expect(tabByKey("gradient", "ArrowRight")).toBe("samples");
  expect(tabByKey("batch_size", "Home")).toBe("samples");
  expect(tabByKey("batch_size", "End")).toBe("gradient");
  expect(tabByKey("batch_size", "ArrowUp")).toBe(null);
});

test("an analysis is named as it is labelled", () => {
  const names = ANALYSES.map((name) => LABELS[name].split(",")[0]);
  expect(names.map((label) => label?.toLowerCase().replaceAll(" ", "_"))).toEqual(ANALYSES);
});
