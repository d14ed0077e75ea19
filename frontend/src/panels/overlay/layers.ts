/** Which masks a pane shows, with their colours and dashes; the masks' outlines are made once. */

import type { ImagesAnswer } from "../../api";
import {
  type ClassMap,
  countErrors,
  ERROR,
  type ErrorCounts,
  errorMap,
  maskOf,
  where,
} from "../../draw/maps";
import { contours, toPath } from "../../draw/outline";
import type { ClassRow } from "../../state";

/** One mask to draw. */
export interface Layer {
  path: Path2D;
  color: string;
  /** In CSS pixels. */
  dash: number[];
}

/** Hits, too much, missing: each with its colour (tokens of the theme) and its dash. */
export const ERRORS = [
  { state: ERROR.hit, color: "#0072b2", dash: [], word: "TP hit", key: "hit" },
  { state: ERROR.tooMuch, color: "#d55e00", dash: [5, 3], word: "FP too much", key: "tooMuch" },
  { state: ERROR.missing, color: "#f0e442", dash: [2, 2], word: "FN missing", key: "missing" },
] as const satisfies readonly {
  state: number;
  color: string;
  dash: readonly number[];
  word: string;
  key: keyof ErrorCounts;
}[];

const paths = new WeakMap<ClassMap, Map<string, Path2D>>();

/** Numbers of the classes that a name stands for in the maps: one, or those of a region. */
export function numbersOf(
  images: Pick<ImagesAnswer, "classes" | "regions">,
  name: string,
): number[] {
  const region = images.regions[name];
  if (region) return region;
  const index = images.classes.indexOf(name);
  return index < 0 ? [] : [index];
}

/** Whether a class is drawn: `off` takes one away, "+name" in it adds one that is off by default. */
export function isDrawn(row: ClassRow, off: readonly string[]): boolean {
  return row.background || row.region ? off.includes(`+${row.name}`) : !off.includes(row.name);
}

/** `off` after a click on a class. */
export function toggled(row: ClassRow, off: readonly string[]): string[] {
  const key = row.background || row.region ? `+${row.name}` : row.name;
  return off.includes(key) ? off.filter((name) => name !== key) : [...off, key];
}

export function classLayers(
  map: ClassMap,
  images: ImagesAnswer,
  rows: readonly ClassRow[],
  colorOf: (name: string) => string,
): Layer[] {
  return rows.flatMap((row) => {
    const numbers = numbersOf(images, row.name);
    if (!numbers.length) return [];
    return [{ path: classPath(map, numbers), color: colorOf(row.name), dash: [] }];
  });
}

export interface Errors {
  layers: Layer[];
  counts: ErrorCounts;
}

/** The error of one class as three layers, and how many voxels of this picture are in each. */
export function errorLayers(target: ClassMap, prediction: ClassMap, numbers: number[]): Errors {
  const map = errorMap(maskOf(target, numbers), maskOf(prediction, numbers));
  const layers = ERRORS.map(({ state, color, dash }) => ({
    path: toPath(contours(where(map, state), target.width, target.height)),
    color,
    dash: [...dash],
  }));
  return { layers, counts: countErrors(map) };
}

function classPath(map: ClassMap, numbers: readonly number[]): Path2D {
  let known = paths.get(map);
  if (!known) {
    known = new Map();
    paths.set(map, known);
  }
  const key = numbers.join();
  let path = known.get(key);
  if (!path) {
    path = toPath(contours(maskOf(map, numbers), map.width, map.height));
    known.set(key, path);
  }
  return path;
}
