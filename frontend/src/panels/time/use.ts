/** Hooks of the time card: the numbers it draws, and the rows of the heatmap. */

import { useMemo } from "preact/hooks";
import * as api from "../../api";
import { type Loaded, sentence, useLoad } from "../../load";
import {
  allSteps,
  classOf,
  definition,
  runA,
  runB,
  selection,
  settings,
  shownClasses,
  shownRuns,
} from "../../state";
import { runRows, type SampleGrid, sampleRows } from "./grids";
import { shownView } from "./place";
import { buildRows, type Row, type RunSeries, sortClasses } from "./rows";

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

/** The rows of the heatmap; `samples` are those of its kind "samples". */
export function useRows(series: readonly RunSeries[], samples: readonly SampleGrid[]): Row[] {
  const find = (name: string | null) => series.find(({ run }) => run.name === name) ?? null;
  const { run, runB: other, stepB, step } = selection.value;
  const [a, b] = [find(run), find(other)];
  const { sort, kind } = settings.value;
  const view = shownView.value;
  const columns = allSteps.value;
  return useMemo(() => {
    if (kind === "samples") {
      const [first = null, second = null] = samples;
      return sampleRows({ a: first, b: second, view, columns, stepB });
    }
    const classes = sortClasses(shownClasses.value, sort, a);
    const runs = series.filter((entry) => shownRuns.value.some((r) => r.name === entry.run.name));
    if (kind === "runs") return runRows(classes, runs, step ?? -1, view);
    return buildRows({ view, classes, runs, columns, a, b, stepB });
  }, [
    kind,
    view,
    shownClasses.value,
    shownRuns.value,
    columns,
    series,
    samples,
    sort,
    a,
    b,
    stepB,
    kind === "runs" && step,
  ]);
}

/** For the kind "samples": the selected class of A, and of B where they are compared. */
export function useSampleGrids(): Loaded<SampleGrid[]> {
  const { klass } = selection.value;
  const wanted = settings.value.kind === "samples" ? [runA.value] : [];
  if (wanted.length && shownView.value === "diff") wanted.push(runB.value);
  const runs = wanted.filter((run) => run !== null && classOf(run, klass) !== null);
  const asked = definition.value;
  const names = runs.map((run) => run?.name);
  return useLoad(runs.length ? JSON.stringify([names, klass, asked]) : null, (signal) =>
    Promise.all(
      (runs as api.RunInfo[]).map(async (run) => ({
        run,
        answer: await api.sampleSteps(run.name, klass ?? "", asked, signal),
      })),
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
  const having = runs.filter((run) => classOf(run, klass));
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
