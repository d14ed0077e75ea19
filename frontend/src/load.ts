/** A hook that asks the server, drops answers that are no longer wanted, and keeps the last one meanwhile. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "./api";
import { pending, reloads } from "./state";

export interface Loaded<T> {
  /** The latest answer; while a newer one is awaited, still the one before. */
  data: T | null;
  /** A sentence for the reader, or null. */
  error: string | null;
  /** True while an answer is awaited. */
  busy: boolean;
  /** True while `data` still answers the question before. */
  stale: boolean;
  retry: () => void;
}

/**
 * Asks again whenever `key` changes or the host reloads its data. `key` names the question; null asks nothing.
 * With `rest`, a changed question waits until it has been the same for so many ms: what is looked at while a
 * slider moves is answered first.
 */
export function useLoad<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  rest = 0,
): Loaded<T> {
  const [state, setState] = useState<{ data: T | null; error: string | null; key: string | null }>({
    data: null,
    error: null,
    key: null,
  });
  const [tries, setTries] = useState(0);
  const [busy, setBusy] = useState(false);
  const latest = useRef(load);
  latest.current = load;
  const reload = reloads.value;

  // not after the next frame, as effects are: the question is on its way before it is drawn
  useLayoutEffect(() => {
    if (key === null) {
      setState({ data: null, error: null, key });
      return;
    }
    const controller = new AbortController();
    const ask = () => {
      pending.value += 1;
      latest
        .current(controller.signal)
        .then(
          (data) => controller.signal.aborted || setState({ data, error: null, key }),
          (error) =>
            controller.signal.aborted ||
            setState((old) => ({ data: old.data, error: sentence(error), key })),
        )
        .finally(() => {
          pending.value -= 1;
          if (!controller.signal.aborted) setBusy(false);
        });
    };
    setBusy(true);
    const timer = rest && state.data !== null ? setTimeout(ask, rest) : undefined;
    if (timer === undefined) ask();
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [key, reload, tries]);

  return {
    data: key === null ? null : state.data,
    error: state.error,
    busy,
    stale: state.key !== key,
    retry: () => setTries((n) => n + 1),
  };
}

/** What went wrong, in the server's words where it has some. */
export function sentence(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return `The answer could not be read: ${error instanceof Error ? error.message : String(error)}`;
}
