import { expect, test } from "vitest";
import { LABELS, tabByKey } from "../../../src/panels/more/tabs";
import { TAB_NAMES } from "../../../src/state";

test("arrow keys go round the tabs, Home and End to the ends", () => {
  expect(tabByKey("samples", "ArrowRight")).toBe("compare");
  expect(tabByKey("samples", "ArrowLeft")).toBe("gradient");
  expect(tabByKey("gradient", "ArrowRight")).toBe("samples");
  expect(tabByKey("batch", "Home")).toBe("samples");
  expect(tabByKey("batch", "End")).toBe("gradient");
  expect(tabByKey("batch", "ArrowUp")).toBe(null);
});

test("every tab has a label", () => {
  expect(TAB_NAMES.map((name) => LABELS[name]).every(Boolean)).toBe(true);
});
