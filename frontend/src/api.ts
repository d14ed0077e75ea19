/** The server's routes as typed functions. Answers are cached until the host reloads its data. */

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

export interface SeriesHeader {
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

export interface ImageSlice {
  slice: number | null;
  depth: number | null;
  shape: [number, number];
  window: [number, number];
  image: ImageRef;
  target: ImageRef;
  predictions: ImageRef[];
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
  } | null;
  label: string;
}

/** States of a sample and class, from the hard counts. */
export const STATE = {
  bothEmpty: 0,
  missed: 1,
  falseAlarm: 2,
  bothPresent: 3,
  absent: 255,
} as const;

type TypedArray = Float32Array | Int32Array | Uint8Array;
type Params = Record<string, string | number | readonly string[] | undefined>;

/** An answer that is not 200: `message` is the server's own sentence. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

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

/** Forgets every answer, so that the next question reaches the server. */
export function clearCache(): void {
  cache.clear();
  flights.clear(); // answers under way still reach who waits, and are not kept
}

/** Decodes a Grid answer: a length, a JSON header, then little-endian arrays at multiples of 4. */
export function decodeGrid<T>(buffer: ArrayBuffer): T {
  if (buffer.byteLength < 4) throw new Error("The server's answer is cut short.");
  const length = new DataView(buffer).getUint32(0, true);
  if (4 + length > buffer.byteLength) throw new Error("The server's answer is cut short.");
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  const { arrays, ...header } = JSON.parse(text) as { arrays: ArrayHeader[] };
  const out: Record<string, unknown> = header;
  let at = aligned(4 + length);
  for (const { name, dtype, shape } of arrays) {
    const size = shape.reduce((product, n) => product * n, 1);
    const bytes = size * (dtype === "u1" ? 1 : 4);
    if (at + bytes > buffer.byteLength) throw new Error("The server's answer is cut short.");
    out[name] = view(buffer, at, dtype, size);
    at = aligned(at + bytes);
  }
  return out as T;
}

interface ArrayHeader {
  name: string;
  dtype: "f4" | "i4" | "u1";
  shape: number[];
}

function view(buffer: ArrayBuffer, at: number, dtype: string, size: number): TypedArray {
  if (dtype === "f4") return new Float32Array(buffer, at, size);
  if (dtype === "i4") return new Int32Array(buffer, at, size);
  return new Uint8Array(buffer, at, size);
}

const aligned = (n: number): number => Math.ceil(n / 4) * 4;

const CACHE_SIZE = 256;
const cache = new Map<string, unknown>();

/** A question under way: it is called off when nobody waits for it any more. */
interface Flight {
  promise: Promise<unknown>;
  controller: AbortController;
  waiting: number;
}
const flights = new Map<string, Flight>();

const json = <T>(route: string, params: Params, signal?: AbortSignal): Promise<T> =>
  ask(address(route, params), (response) => response.json(), signal) as Promise<T>;

const grid = <T>(route: string, params: Params, signal?: AbortSignal): Promise<T> =>
  ask(
    address(route, params),
    async (response) => decodeGrid<T>(await response.arrayBuffer()),
    signal,
  ) as Promise<T>;

async function ask(
  url: string,
  decode: (response: Response) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<unknown> {
  if (cache.has(url)) {
    const hit = cache.get(url);
    cache.delete(url);
    cache.set(url, hit); // the most recently used comes last
    return hit;
  }
  let flight = flights.get(url);
  if (!flight) {
    flight = start(url, decode);
    flights.set(url, flight);
  }
  return share(flight, signal);
}

function start(url: string, decode: (response: Response) => Promise<unknown>): Flight {
  const controller = new AbortController();
  const promise = get(url, controller.signal)
    .then(decode)
    .then((answer) => {
      if (flights.get(url)?.controller === controller) remember(url, answer);
      return answer;
    })
    .finally(() => {
      if (flights.get(url)?.controller === controller) flights.delete(url);
    });
  promise.catch(() => undefined); // whoever waits hears of it; with nobody waiting it is no news
  return { promise, controller, waiting: 0 };
}

function share(flight: Flight, signal?: AbortSignal): Promise<unknown> {
  flight.waiting += 1;
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      flight.waiting -= 1;
      if (flight.waiting === 0) {
        flight.controller.abort();
        for (const [url, other] of flights) if (other === flight) flights.delete(url);
      }
      reject(new DOMException("No longer asked for.", "AbortError"));
    };
    if (signal?.aborted) return leave();
    signal?.addEventListener("abort", leave, { once: true });
    flight.promise.then(resolve, reject).finally(() => {
      signal?.removeEventListener("abort", leave);
    });
  });
}

function remember(url: string, answer: unknown): void {
  cache.set(url, answer);
  if (cache.size <= CACHE_SIZE) return;
  const oldest = cache.keys().next().value;
  if (oldest !== undefined) cache.delete(oldest);
}

async function get(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal, credentials: "same-origin" }).catch((error) => {
    if (signal.aborted) throw error;
    throw new ApiError(0, "TensorBoard does not answer. Is it still running?");
  });
  if (response.ok) return response;
  const sentence = (await response.text()).trim();
  const short = sentence && sentence.length < 500 && !sentence.startsWith("<");
  throw new ApiError(
    response.status,
    short ? sentence : `The server answered with status ${response.status}.`,
  );
}

function address(route: string, params: Params): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(key, String(one));
  }
  const text = query.toString();
  return text ? `./${route}?${text}` : `./${route}`;
}

/** A definition as the server's parameter; the default one is left out. */
function defined(d: Definition): string | undefined {
  const text = JSON.stringify(d);
  return text === "{}" ? undefined : text;
}
