import { describe, expect, it } from "vitest";
import {
  adjust,
  countErrors,
  decodeMap,
  ERROR,
  errorMap,
  maskOf,
  namesAt,
  thresholded,
  where,
} from "../../src/draw/maps";

/** One row of pixels from red, green, blue triples. */
const row = (...colors: [number, number, number][]) => ({
  width: colors.length,
  height: 1,
  data: Uint8Array.from(colors.flatMap((color) => [...color, 255])),
});
const grey = (...values: number[]) =>
  row(...values.map((v): [number, number, number] => [v, v, v]));

describe("decodeMap", () => {
  it("reads labels8: grey is the class, 255 is ignored", () => {
    const map = decodeMap(grey(0, 7, 254, 255), "labels8");
    expect([map.kind, ...map.values]).toEqual(["labels", 0, 7, 254, -1]);
  });

  it("reads labels24 with red as the lowest byte", () => {
    const map = decodeMap(row([1, 2, 3], [255, 0, 0], [255, 255, 255]), "labels24");
    expect([...map.values]).toEqual([1 + 256 * 2 + 65536 * 3, 255, -1]);
  });

  it("reads bits8: 255 is eight classes, not ignored", () => {
    expect([...decodeMap(grey(0, 5, 255), "bits8").values]).toEqual([0, 5, 255]);
  });

  it("reads bits24", () => {
    expect([...decodeMap(row([0, 1, 128]), "bits24").values]).toEqual([(1 << 8) | (1 << 23)]);
  });

  it("refuses pixels that do not fill the map", () => {
    expect(() => decodeMap({ width: 2, height: 1, data: new Uint8Array(4) }, "labels8")).toThrow(
      "expected 8 bytes of pixels. Received: 4",
    );
  });
});

describe("thresholded", () => {
  it("has the classes of which at least so many 256th were recorded, also several at a voxel", () => {
    const chances = [grey(0, 127, 128, 255), grey(255, 128, 64, 0)].map((p) =>
      decodeMap(p, "bits8"),
    );
    const map = thresholded(chances, 128);
    expect([map.kind, map.width, map.height]).toEqual(["bits", 4, 1]);
    expect([...map.values]).toEqual([0b10, 0b10, 0b01, 0b01]);
    expect([...thresholded(chances, 64).values]).toEqual([0b10, 0b11, 0b11, 0b01]);
  });
});

describe("maskOf", () => {
  it("marks one class, a region of several, and what is ignored", () => {
    const map = decodeMap(grey(0, 1, 2, 255), "labels8");
    expect([...maskOf(map, [1])]).toEqual([0, 1, 0, 255]);
    expect([...maskOf(map, [1, 2])]).toEqual([0, 1, 1, 255]);
    expect([...maskOf(map, [])]).toEqual([0, 0, 0, 255]);
  });

  it("finds a class among bits, also the 24th", () => {
    expect([...maskOf(decodeMap(grey(1, 2, 3, 4), "bits8"), [1])]).toEqual([0, 1, 1, 0]);
    expect([...maskOf(decodeMap(row([0, 0, 128]), "bits24"), [23])]).toEqual([1]);
  });
});

describe("errorMap", () => {
  const target = Uint8Array.of(0, 0, 1, 1, 255, 255);
  const prediction = Uint8Array.of(0, 1, 0, 1, 0, 1);

  it("names the four cases and leaves out what the target ignores", () => {
    expect([...errorMap(target, prediction)]).toEqual([
      ERROR.none,
      ERROR.tooMuch,
      ERROR.missing,
      ERROR.hit,
      ERROR.none,
      ERROR.none,
    ]);
  });

  it("is counted", () => {
    const map = errorMap(Uint8Array.of(1, 1, 1, 0, 0, 0), Uint8Array.of(1, 0, 0, 1, 0, 0));
    expect(countErrors(map)).toEqual({ hit: 1, tooMuch: 1, missing: 2 });
    expect([...where(map, ERROR.missing)]).toEqual([0, 1, 1, 0, 0, 0]);
  });

  it("refuses masks of two sizes", () => {
    expect(() => errorMap(target, Uint8Array.of(1))).toThrow("Received: 1");
  });
});

it("names what lies at a voxel", () => {
  const names = ["background", "small"];
  const labels = decodeMap(grey(1, 255, 9), "labels8");
  expect([0, 1, 2, 3].map((i) => namesAt(labels, i, names))).toEqual([
    "small",
    "ignored",
    "class 9",
    "none",
  ]);
  expect(namesAt(decodeMap(grey(3), "bits8"), 0, ["a", "b", "c"])).toBe("a + b");
  expect(namesAt(decodeMap(grey(0), "bits8"), 0, ["a", "b", "c"])).toBe("none");
});

describe("adjust", () => {
  it("changes nothing at brightness 0 and contrast 1", () => {
    expect([...adjust(grey(0, 100, 255), 0, 1)]).toEqual([...grey(0, 100, 255).data]);
  });

  it("shifts and stretches, and stays in range", () => {
    expect([...adjust(grey(100), 0.2, 1)].slice(0, 3)).toEqual([151, 151, 151]);
    expect(adjust(grey(200), 0, 4)[0]).toBe(255);
    expect(adjust(grey(50), 0, 4)[0]).toBe(0);
  });
});
