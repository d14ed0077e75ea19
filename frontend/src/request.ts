/** Asks the server: one flight per question, answers kept until the host reloads its data. */

import { decodeGrid } from "./grid";

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

const CACHE_SIZE = 256;
const cache = new Map<string, unknown>();

/** A question under way: it is called off when nobody waits for it any more. */
interface Flight {
  promise: Promise<unknown>;
  controller: AbortController;
  waiting: number;
}
const flights = new Map<string, Flight>();

export const json = <T>(route: string, params: Params, signal?: AbortSignal): Promise<T> =>
  ask(address(route, params), (response) => response.json(), signal) as Promise<T>;

export const grid = <T>(route: string, params: Params, signal?: AbortSignal): Promise<T> =>
  ask(
    address(route, params),
    async (response) => decodeGrid<T>(await response.arrayBuffer()),
    signal,
  ) as Promise<T>;

/** Forgets every answer, so the next question reaches the server. */
export function clearCache(): void {
  cache.clear();
  flights.clear(); // answers under way still reach who waits, and are not kept
}

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

/** Address of a route, relative to the page. */
export function address(route: string, params: Params): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(key, String(one));
  }
  const text = query.toString();
  return text ? `./${route}?${text}` : `./${route}`;
}
