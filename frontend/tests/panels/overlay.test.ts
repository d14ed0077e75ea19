import { describe, expect, it } from "vitest";
import { WHOLE } from "../../src/choices";
import { chancesOf, chosenPrediction, chosenSlice } from "../../src/panels/overlay/frame";
import { trackOf } from "../../src/panels/overlay/history";
import { isDrawn, numbersOf, toggled } from "../../src/panels/overlay/layers";
import { Shelf } from "../../src/panels/overlay/pictures";
import { panBy, place, voxelAt, zoomAt } from "../../src/panels/overlay/viewport";

const pane = { width: 200, height: 100 };
const image = { width: 64, height: 64 };

describe("the viewport", () => {
  it("fits the whole image into the pane and centres it", () => {
    const at = place(WHOLE, pane, image);
    expect(at).toEqual({ scale: 100 / 64, left: 50, top: 0 });
    expect(voxelAt(at, image, 50, 0)).toEqual({ x: 0, y: 0 });
    expect(voxelAt(at, image, 149.9, 99.9)).toEqual({ x: 63, y: 63 });
    expect(voxelAt(at, image, 49, 50)).toBe(null);
  });

  it("keeps the voxel under the pointer while zooming", () => {
    const before = voxelAt(place(WHOLE, pane, image), image, 110, 40);
    const view = zoomAt(WHOLE, 4, pane, image, 110, 40);
    expect(view.zoom).toBe(4);
    expect(voxelAt(place(view, pane, image), image, 110, 40)).toEqual(before);
  });

  it("never zooms out beyond the image nor pans past its edge", () => {
    expect(zoomAt(WHOLE, 0.1, pane, image, 0, 0)).toEqual(WHOLE);
    const view = panBy({ zoom: 2, x: 0.5, y: 0.5 }, pane, image, 9999, 0);
    expect(view).toEqual({ zoom: 2, x: 0.25, y: 0.5 });
  });

  it("pans with the pointer", () => {
    const view = panBy({ zoom: 4, x: 0.5, y: 0.5 }, pane, image, 100, 0);
    expect(view.x).toBeCloseTo(0.5 - 100 / 400);
  });
});

describe("which picture", () => {
  const slice = (number: number) => ({
    slice: number,
    depth: 9,
    shape: [4, 4] as [number, number],
    window: [0, 1] as [number, number],
    image: [0, 1] as [number, number],
    target: [0, 2] as [number, number],
    predictions: [
      [0, 3],
      [10, 1],
    ] as [number, number][],
    probabilities: [null, [[10, 4] as [number, number]]],
    reasons: [],
  });
  const images = {
    run: "a",
    sample: "s",
    encoding: "labels8" as const,
    classes: ["background", "small", "large"],
    regions: { whole: [1, 2] },
    slices: [slice(2), slice(5), slice(7)],
  };

  it("is the slice asked for, or the middle one", () => {
    expect(chosenSlice(images, 7)?.slice).toBe(7);
    expect(chosenSlice(images, null)?.slice).toBe(5);
    expect(chosenSlice({ ...images, slices: [] }, 7)).toBe(null);
  });

  it("is the prediction logged closest to the step", () => {
    expect(chosenPrediction(slice(2), 10)).toEqual([10, 1]);
    expect(chosenPrediction(slice(2), 4)).toEqual([0, 3]);
    expect(chosenPrediction(slice(2), 99)).toEqual([10, 1]);
    expect(chosenPrediction(null, 4)).toBe(null);
  });

  it("has probabilities where that pass wrote them", () => {
    expect(chancesOf(slice(2), [10, 1])).toEqual([[10, 4]]);
    expect(chancesOf(slice(2), [0, 3])).toBe(null);
    expect(chancesOf(slice(2), [5, 0])).toBe(null);
  });

  it("knows the numbers of classes and of regions", () => {
    expect(["small", "whole", "other"].map((name) => numbersOf(images, name))).toEqual([
      [1],
      [1, 2],
      [],
    ]);
  });
});

it("draws classes unless switched off, background and regions only when switched on", () => {
  const small = { name: "small", background: false, region: false };
  const background = { name: "background", background: true, region: false };
  expect([isDrawn(small, []), isDrawn(background, [])]).toEqual([true, false]);
  expect(isDrawn(small, toggled(small, []))).toBe(false);
  expect(isDrawn(background, toggled(background, []))).toBe(true);
  expect(toggled(small, toggled(small, ["x"]))).toEqual(["x"]);
});

it("puts a history on the shared columns", () => {
  const history = {
    run: "a",
    sample: "s",
    steps: [0, 4],
    refused: null,
    value: Float32Array.of(0.1, Number.NaN, 0.3, 0.4),
    state: Uint8Array.of(3, 0, 3, 1),
  };
  const track = trackOf(history, 1, [0, 2, 4], "#000");
  expect([...(track?.states ?? [])]).toEqual([0, 255, 1]);
  expect(track?.values[0]).toBeNaN();
  expect(track?.values[1]).toBeNaN();
  expect(track?.values[2]).toBeCloseTo(0.4);
  expect(trackOf(null, 1, [0], "#000")).toBe(null);
});

describe("Shelf", () => {
  const sized = (bytes: number) => async () => ({ bytes });

  it("makes a value once, also when asked twice at the same time", async () => {
    const shelf = new Shelf<{ bytes: number }>(100, (value) => value.bytes);
    let made = 0;
    const make = async () => {
      made += 1;
      return { bytes: 1 };
    };
    await Promise.all([shelf.get("a", make), shelf.get("a", make)]);
    await shelf.get("a", make);
    expect(made).toBe(1);
  });

  it("lets the least recently used go when it is full", async () => {
    const shelf = new Shelf<{ bytes: number }>(100, (value) => value.bytes);
    await shelf.get("a", sized(60));
    await shelf.get("b", sized(30));
    await shelf.get("a", sized(60));
    await shelf.get("c", sized(40));
    expect(["a", "b", "c"].map((key) => shelf.peek(key) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("asks again after a failure", async () => {
    const shelf = new Shelf<{ bytes: number }>(100, (value) => value.bytes);
    await expect(shelf.get("a", () => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
    await expect(shelf.get("a", sized(1))).resolves.toEqual({ bytes: 1 });
  });
});
