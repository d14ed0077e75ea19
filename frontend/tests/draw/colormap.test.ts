import { describe, expect, it } from "vitest";
import {
  type ColorMapName,
  colorAt,
  css,
  inkOn,
  luminance,
  parseHex,
  table,
} from "../../src/draw/colormap";

describe("cividis", () => {
  it.each([
    // matplotlib.colormaps["cividis"](i, bytes=True), three of 256
    [0, [0, 34, 78]],
    [128, [125, 124, 120]],
    [255, [254, 232, 56]],
  ])("is matplotlib's at %i", (index, rgb) => {
    const found = table("cividis")[index] as readonly number[];
    const off = found.map((value, k) => Math.abs(value - (rgb[k] as number)));
    expect(Math.max(...off)).toBeLessThanOrEqual(2);
  });

  it("gets lighter all the way", () => {
    const light = table("cividis").map(luminance);
    const rises = light.slice(1).map((value, i) => value - (light[i] as number));
    expect(Math.min(...rises)).toBeGreaterThan(-0.002);
  });
});

it("clamps outside [0, 1] and refuses NaN", () => {
  expect(colorAt("cividis", -3)).toEqual(table("cividis")[0]);
  expect(colorAt("cividis", 3)).toEqual(table("cividis")[255]);
  expect(() => colorAt("cividis", Number.NaN)).toThrow(RangeError);
});

it.each<ColorMapName>(["difference", "difference-dark"])("%s is neutral in the middle", (name) => {
  const [red, green, blue] = colorAt(name, 0.5);
  expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThanOrEqual(6);
});

it("chooses an ink with a contrast of at least 3.5 on every colour", () => {
  for (const name of ["cividis", "viridis"] as const)
    for (const color of table(name)) {
      const [a, b] = [luminance(color), luminance(parseHex(inkOn(color)))];
      expect((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)).toBeGreaterThan(3.5);
    }
});

it("writes and reads CSS", () => {
  expect(css([1, 2, 3])).toBe("rgb(1,2,3)");
  expect(css([1, 2, 3], 0.5)).toBe("rgba(1,2,3,0.5)");
  expect(parseHex("#0af")).toEqual([0, 170, 255]);
  expect(() => parseHex("red")).toThrow("expected a colour as #rrggbb. Received: red");
});
