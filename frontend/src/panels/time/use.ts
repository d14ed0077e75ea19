/** Hooks of the time card: the numbers it draws. */

import * as api from "../../api";
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
