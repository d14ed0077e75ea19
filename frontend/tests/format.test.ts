import { describe, expect, test } from "vitest";
import {
  count,
  difference,
  parameter,
  percent,
  plural,
  quantity,
  score,
  unbroken,
} from "../src/format";

describe("score", () => {
  test.each([
    [0.4, ".40"],
    [0, ".00"],
    [1, "1.00"],
    [0.999, "1.00"],
    [-0.125, "−.13"],
    [-0.001, ".00"],
    [12.345, "12.35"],
    [Number.NaN, "–"],
    [null, "–"],
    [undefined, "–"],
    [Number.POSITIVE_INFINITY, "∞"],
    [Number.NEGATIVE_INFINITY, "−∞"],
  ])("%s is %s", (x, text) => expect(score(x)).toBe(text));
});

describe("the others", () => {
  test.each([
    [0.034, "+.03"],
    [-0.12, "−.12"],
    [0.001, ".00"],
    [0, ".00"],
    [Number.NaN, "–"],
  ])("a difference of %s is %s", (x, text) => expect(difference(x)).toBe(text));

  test.each([
    [0.127, "12.7 %"],
    [0.0034, "0.34 %"],
    [0, "0 %"],
    [0.00001, "< 0.01 %"],
    [1, "100.0 %"],
    [null, "–"],
  ])("a share of %s is %s", (x, text) => expect(percent(x)).toBe(text));

  test.each([
    [1e-6, "1e-6"],
    [3e-8, "3e-8"],
    [1.7782794100389227e-6, "1.778e-6"],
    [0, "0"],
    [0.5, "0.5"],
    [100, "100"],
    [0.3333333, "0.3333"],
  ])("a parameter of %s is %s", (x, text) => expect(parameter(x)).toBe(text));

  test.each([
    [3.52, "3.52"],
    [0.0000123, "1.2e-5"],
    [123.456, "123"],
    [1234567, "1.2e+6"],
    [null, "–"],
  ])("a quantity of %s is %s", (x, text) => expect(quantity(x)).toBe(text));

  test("counts have thin spaces, and one is singular", () => {
    expect(count(1234567)).toBe("1\u2009234\u2009567");
    expect([plural(1, "run"), plural(2, "run"), plural(0, "false alarm")]).toEqual([
      "1 run",
      "2 runs",
      "0 false alarms",
    ]);
    expect(plural(2, "run has", "runs have")).toBe("2 runs have");
  });

  test("a number and its % stay together", () =>
    expect(unbroken("a 95 % interval")).toBe("a 95\u00a0% interval"));
});
