/** Hooks of the time card: the numbers it draws, and the width it has. */

import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import * as api from "../../api";
import { onPixelRatio, onResize } from "../../draw/canvas";
import { type Loaded, sentence, useLoad } from "../../load";
import type { RunSeries } from "./rows";

/** The series of all runs; one that fails carries its sentence, the others are drawn all the same. */
export function useSeries(
  runs: readonly api.RunInfo[],
  definition: api.Definition,
): Loaded<RunSeries[]> {
  const key = runs.length ? JSON.stringify([runs.map((run) => run.name), definition]) : null;
  return useLoad(key, (signal) =>
    Promise.all(
      runs.map((run) =>
        api.series(run.name, definition, signal).then(
          (series) => ({ run, series, error: series.refused }),
          (error) => {
            if (signal.aborted) throw error;
            return { run, series: null, error: sentence(error) };
          },
        ),
      ),
    ),
  );
}

export interface RunLines {
  run: api.RunInfo;
  answer: api.LinesAnswer;
}

/** Lines of one class for all runs that have it. */
export function useLines(
  runs: readonly api.RunInfo[],
  klass: string | null,
  definition: api.Definition,
  variants: readonly string[],
): Loaded<RunLines[]> {
  const having = runs.filter((run) => run.classes.some((c) => c.name === klass));
  const names = having.map((run) => run.name);
  const key = klass && names.length ? JSON.stringify([names, klass, definition, variants]) : null;
  return useLoad(key, (signal) =>
    Promise.all(
      having.map(async (run) => ({
        run,
        answer: await api.lines(run.name, klass ?? "", definition, variants, signal),
      })),
    ),
  );
}

/** Width of an element in CSS pixels, 0 until it is laid out. */
export function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    return onResize(element, measure);
  }, []);
  return width;
}

/** A number that changes when the screen's pixel density does, to draw anew. */
export function usePixelRatio(): number {
  const [ratio, setRatio] = useState(window.devicePixelRatio);
  useEffect(() => onPixelRatio(() => setRatio(window.devicePixelRatio)), []);
  return ratio;
}
