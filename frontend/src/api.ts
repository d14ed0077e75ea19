/** The server's routes as typed functions; `http_api.md` in the plugin describes them. */

import type { Analysis } from "./choices";
import { address, grid, json } from "./request";

export { ApiError, clearCache, json } from "./request";

export interface ClassInfo {
  name: string;
  /** Column of this class in every array of the answers. */
  index: number;
  background: boolean;
  region: boolean;
  /** Share of the target voxels at the last step. */
  frequency: number | null;
  /** Number of samples without the class at the last step. */
  empty: number;
}

export interface RunInfo {
  name: string;
  label: string;
  /** Index into TensorBoard's palette. */
  color: number;
  steps: number[];
  wall_times: number[];
  image_steps: number[];
  classes: ClassInfo[];
  samples: number;
  total: number;
  reading: string;
  notices: string[];
}

export interface RunsAnswer {
  runs: RunInfo[];
  others: string[];
}

export type EmptyRule = "nan" | "zero" | "one" | "formula";
export type Axis = "space" | "class" | "batch";

/** A Dice definition; a key left out has the default of the server. */
export interface Definition {
  variant?: string;
  params?: Record<string, unknown>;
  compare?: "hard" | "soft";
  over?: Axis[];
  smooth?: number;
  empty?: EmptyRule;
  alpha?: number;
  beta?: number;
  pooled?: boolean;
  background?: boolean;
}

export interface VariantInfo {
  name: string;
  family: string;
  form: string;
  summary: string;
  formula: string;
  params: Record<string, unknown>;
  empty: string;
  fault: string;
}

export interface DefinitionAnswer {
  formula: string;
  words: string;
  axes: {
    compare?: string;
    over?: string[];
    smooth?: number | null;
    empty?: string;
    alpha?: number;
    beta?: number;
  };
  form: string;
}

interface SeriesHeader {
  run: string;
  steps: number[];
  refused: string | null;
}

export interface Series extends SeriesHeader {
  /** [S, C], like every array below unless said. */
  value: Float32Array;
  scored: Int32Array;
  /** [S] */
  samples: Int32Array;
  /** [S, 4, C] in the order of `STATES`. */
  cases: Int32Array;
  miss_rate: Float32Array;
  false_alarm_rate: Float32Array;
  /** [S] */
  mean: Float32Array;
}

export interface Line {
  key: string;
  label: string;
  form: string;
  values: (number | null)[];
  refused: string | null;
}

export interface LinesAnswer {
  run: string;
  class: string;
  steps: number[];
  lines: Line[];
}

/** Where one recorded PNG lies. */
export type ImageRef = [step: number, element: number];

export interface Samples {
  run: string;
  step: number;
  ids: string[];
  thumbnails: (ImageRef | null)[];
  refused: string | null;
  /** [N] rows, worst first, undefined last. */
  order: Int32Array;
  /** [N, C], like `state`, `true`, `pred` and `hit`. */
  value: Float32Array;
  state: Uint8Array;
  true: Int32Array;
  pred: Int32Array;
  hit: Int32Array;
  /** [N] 0 no image of this sample, 1 at other steps only, 2 at this step. */
  imaged: Uint8Array;
  batch: Int32Array;
}

export interface History {
  run: string;
  sample: string;
  steps: number[];
  refused: string | null;
  /** [S, C] */
  value: Float32Array;
  /** [S, C]; 255 where the sample was not in that pass. */
  state: Uint8Array;
}

/** One class of all samples at all steps. */
export interface SampleSteps {
  run: string;
  class: string;
  steps: number[];
  /** The worst on average first; fewer than `total` where there are very many. */
  ids: string[];
  total: number;
  refused: string | null;
  /** [S, N] */
  value: Float32Array;
  /** [S, N]; 255 where the sample was not in that pass. */
  state: Uint8Array;
}

export interface ImageSlice {
  slice: number | null;
  depth: number | null;
  shape: [number, number];
  window: [number, number];
  image: ImageRef;
  target: ImageRef;
  predictions: ImageRef[];
  /** For each of `predictions` one PNG per class, or null where that pass wrote none. */
  probabilities: (ImageRef[] | null)[];
  reasons: string[];
}

export type MapEncoding = "labels8" | "labels24" | "bits8" | "bits24";

export interface ImagesAnswer {
  run: string;
  sample: string;
  encoding: MapEncoding;
  classes: string[];
  regions: Record<string, number[]>;
  slices: ImageSlice[];
}

export interface Finding {
  id: string;
  level: "bad" | "warn" | "note";
  claim: string;
  evidence: string;
  link: {
    run: string | null;
    class?: string | null;
    step?: number | null;
    sample?: string | null;
    definition?: Definition | null;
  } | null;
  label: string;
  /** The analysis that shows it; null where none does. */
  analysis: Analysis | null;
}

/** States of a sample and class, from the hard counts. */
export const STATE = {
  bothEmpty: 0,
  missed: 1,
  falseAlarm: 2,
  bothPresent: 3,
  absent: 255,
} as const;

export const runs = (signal?: AbortSignal): Promise<RunsAnswer> => json("runs", {}, signal);

export const variants = (signal?: AbortSignal): Promise<{ variants: VariantInfo[] }> =>
  json("variants", {}, signal);

export const definition = (d: Definition, signal?: AbortSignal): Promise<DefinitionAnswer> =>
  json("definition", { definition: defined(d) }, signal);

export const series = (run: string, d: Definition, signal?: AbortSignal): Promise<Series> =>
  grid("series", { run, definition: defined(d) }, signal);

export const lines = (
  run: string,
  klass: string,
  d: Definition,
  variant: readonly string[],
  signal?: AbortSignal,
): Promise<LinesAnswer> =>
  json("lines", { run, class: klass, definition: defined(d), variant }, signal);

export const samples = (
  run: string,
  step: number,
  klass: string,
  d: Definition,
  signal?: AbortSignal,
): Promise<Samples> => grid("samples", { run, step, class: klass, definition: defined(d) }, signal);

export const history = (
  run: string,
  sample: string,
  d: Definition,
  signal?: AbortSignal,
): Promise<History> => grid("history", { run, sample, definition: defined(d) }, signal);

export const sampleSteps = (
  run: string,
  klass: string,
  d: Definition,
  signal?: AbortSignal,
): Promise<SampleSteps> =>
  grid("sample_steps", { run, class: klass, definition: defined(d) }, signal);

export const images = (run: string, sample: string, signal?: AbortSignal): Promise<ImagesAnswer> =>
  json("images", { run, sample }, signal);

export const findings = (
  run: readonly string[],
  d: Definition,
  signal?: AbortSignal,
): Promise<{ findings: Finding[] }> => json("findings", { run, definition: defined(d) }, signal);

/** Address of one recorded PNG, relative to the page, for `<img src>` or `fetch`. */
export function imageUrl(run: string, [step, element]: ImageRef): string {
  return address("image", { run, step, element });
}

/** A definition as the server's parameter; the default one is left out. */
export function defined(d: Definition): string | undefined {
  const text = JSON.stringify(d);
  return text === "{}" ? undefined : text;
}
