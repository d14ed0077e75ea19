import { expect, it } from "vitest";
import { csv } from "../../src/draw/csv";

it("writes six digits, and whole numbers whole", () => {
  expect(csv([[0.1 + 0.2, 2 / 3, 12_345_678, 1e-7, -0.25]])).toBe(
    "0.3,0.666667,12345678,1e-7,-0.25\r\n",
  );
});

it("quotes what needs quotes", () => {
  expect(csv([["a,b", 'say "x"', "line\nbreak", "plain"]])).toBe(
    `"a,b","say ""x""","line\nbreak",plain\r\n`,
  );
});

it("leaves undefined numbers empty", () => {
  expect(csv([[0.5, null, Number.NaN, -2]])).toBe("0.5,,,-2\r\n");
});

it("disarms text that a spreadsheet would run", () => {
  expect(csv([["=1+1", "@sum", "-x"]])).toBe("'=1+1,'@sum,'-x\r\n");
});
