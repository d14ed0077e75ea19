/** Recorded maps: from PNG pixels to class masks, and what a target and a prediction have in common. */

import type { MapEncoding } from "../api";

/** Pixels of a PNG as the browser gives them: red, green, blue, alpha for each. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8ClampedArray | Uint8Array;
}

/** One number per voxel: the class (-1 where ignored), or a set of classes as bits. */
export interface ClassMap {
  kind: "labels" | "bits";
  width: number;
  height: number;
  values: Int32Array;
}

/** What a voxel is in a mask of one class. */
export const VOXEL = { outside: 0, inside: 1, ignored: 255 } as const;

/** What a voxel is when target and prediction of one class are compared. */
export const ERROR = { none: 0, hit: 1, tooMuch: 2, missing: 3 } as const;

export interface ErrorCounts {
  hit: number;
  tooMuch: number;
  missing: number;
}

/** The numbers that the channels of a PNG stand for; see `image` in http_api.md. */
export function decodeMap(pixels: Pixels, encoding: MapEncoding): ClassMap {
  const { width, height, data } = pixels;
  if (data.length !== 4 * width * height)
    throw new Error(`expected ${4 * width * height} bytes of pixels. Received: ${data.length}`);
  const wide = encoding.endsWith("24");
  const kind = encoding.startsWith("bits") ? "bits" : "labels";
  const ignored = kind === "bits" ? -1 : wide ? 0xffffff : 255;
  const values = new Int32Array(width * height);
  for (let i = 0, at = 0; i < values.length; i++, at += 4) {
    let value = data[at] as number;
    if (wide) value += ((data[at + 1] as number) << 8) + ((data[at + 2] as number) << 16);
    values[i] = kind === "labels" && value === ignored ? -1 : value;
  }
  return { kind, width, height, values };
}

/** The classes of which more than `threshold` / 256 was recorded, as bits; one map of probabilities a class. */
export function thresholded(chances: readonly ClassMap[], threshold: number): ClassMap {
  const [{ width, height, values }] = chances as [ClassMap];
  const bits = new Int32Array(values.length);
  chances.forEach((chance, index) => {
    chance.values.forEach((value, i) => {
      if (value >= threshold) (bits[i] as number) |= 1 << index;
    });
  });
  return { kind: "bits", width, height, values: bits };
}

/** The voxels of `map` that belong to any of `classes` (numbers of classes; a region has several). */
export function maskOf(map: ClassMap, classes: readonly number[]): Uint8Array {
  const mask = new Uint8Array(map.values.length);
  if (map.kind === "bits") {
    const wanted = classes.reduce((bits, index) => bits | (1 << index), 0);
    map.values.forEach((value, i) => {
      mask[i] = value & wanted ? VOXEL.inside : VOXEL.outside;
    });
    return mask;
  }
  const wanted = new Set(classes);
  map.values.forEach((value, i) => {
    mask[i] = value < 0 ? VOXEL.ignored : wanted.has(value) ? VOXEL.inside : VOXEL.outside;
  });
  return mask;
}

/** Hits, too much and missing, voxel by voxel; what the target ignores is none of them. */
export function errorMap(target: Uint8Array, prediction: Uint8Array): Uint8Array {
  if (target.length !== prediction.length)
    throw new Error(
      `expected two masks of ${target.length} voxels. Received: ${prediction.length}`,
    );
  return target.map((want, i) => {
    if (want === VOXEL.ignored) return ERROR.none;
    const drawn = prediction[i] === VOXEL.inside;
    if (want === VOXEL.inside) return drawn ? ERROR.hit : ERROR.missing;
    return drawn ? ERROR.tooMuch : ERROR.none;
  });
}

export function countErrors(map: Uint8Array): ErrorCounts {
  const counts = [0, 0, 0, 0];
  for (const state of map) counts[state] = (counts[state] as number) + 1;
  const [, hit = 0, tooMuch = 0, missing = 0] = counts;
  return { hit, tooMuch, missing };
}

/** Where `states` has the value `state`, as a mask. */
export function where(states: Uint8Array, state: number): Uint8Array {
  return states.map((value) => (value === state ? VOXEL.inside : VOXEL.outside));
}

/** The names of the classes at a voxel, "ignored", or "none". */
export function namesAt(map: ClassMap, index: number, names: readonly string[]): string {
  const value = map.values[index];
  if (value === undefined) return "none";
  if (map.kind === "labels") return value < 0 ? "ignored" : (names[value] ?? `class ${value}`);
  return names.filter((_, i) => value & (1 << i)).join(" + ") || "none";
}

/** Spread the grey values around: `brightness` shifts by a share of the range, `contrast` is the slope at its middle. */
export function adjust(
  pixels: Pixels,
  brightness: number,
  contrast: number,
): Uint8ClampedArray<ArrayBuffer> {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, value) =>
    Math.round(((value / 255 - 0.5) * contrast + 0.5 + brightness) * 255),
  );
  const out = new Uint8ClampedArray(pixels.data.length);
  for (let at = 0; at < out.length; at += 4) {
    for (let k = 0; k < 3; k++) out[at + k] = table[pixels.data[at + k] as number] as number;
    out[at + 3] = 255;
  }
  return out;
}
