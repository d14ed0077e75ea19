import { expect, it } from "vitest";
import { csv } from "../../src/draw/csv";

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
