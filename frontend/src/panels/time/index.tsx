/** The time card: heatmap, variants and empties over one axis of steps, with one cursor. */

import "./time.css";
import { useEffect, useMemo } from "preact/hooks";
import * as api from "../../api";
import { useLoad } from "../../load";
import {
  allSteps,
  definition,
  runA,
  runB,
  selection,
  settings,
  shownClasses,
  shownRuns,
  theme,
  view,
} from "../../state";
import { Trouble } from "../../ui/controls";
import { Body } from "./body";
import { Head } from "./head";
import { meaning } from "./model";
import { Readout } from "./readout";
import { buildRows, type Row, type RunSeries, sortClasses } from "./rows";
import { scaleFor } from "./scale";
import { useSeries } from "./use";

export function TimePanel() {
  const loaded = useSeries(wantedRuns(), definition.value);
  useMeaning();
  const { form } = meaning.value;
  const series = loaded.data ?? [];
  const rows = useRows(series);
  const scale = useMemo(
    () =>
      scaleFor(rows, {
        view: view.value,
        form,
        colormap: settings.value.colormap,
        dark: theme.value === "dark",
      }),
    [rows, form, settings.value.colormap, theme.value],
  );
  return (
    <section class="card time" aria-label="Dice over time" aria-busy={loaded.busy}>
      <Head rows={rows} scale={scale} />
      {loaded.error && <Trouble text={loaded.error} retry={loaded.retry} />}
      <Refusals series={series} retry={loaded.retry} />
      <Readout rows={rows} />
      <Body rows={rows} series={series} scale={scale} stale={loaded.stale} first={!loaded.data} />
    </section>
  );
}

/** The runs drawn, and A and B in any case: the view A - B needs them. */
function wantedRuns(): api.RunInfo[] {
  const wanted = new Set(shownRuns.value);
  if (view.value === "diff") for (const run of [runA.value, runB.value]) if (run) wanted.add(run);
  return [...wanted];
}

/** Ask what the definition means; the definition panel asks the same, so it costs nothing. */
function useMeaning(): void {
  const chosen = definition.value;
  const { data } = useLoad(JSON.stringify(chosen), (signal) => api.definition(chosen, signal));
  const over = data?.axes.over ?? chosen.over ?? [];
  const unit = chosen.pooled ? "pooled" : over.includes("batch") ? "batch" : "sample";
  const form = data?.form ?? "score";
  useEffect(() => {
    meaning.value = { form, unit };
  }, [form, unit]);
}

function useRows(series: readonly RunSeries[]): Row[] {
  const find = (name: string | null) => series.find(({ run }) => run.name === name) ?? null;
  const { run, runB: other, stepB } = selection.value;
  const [a, b] = [find(run), find(other)];
  const by = settings.value.sort;
  return useMemo(
    () =>
      buildRows({
        view: view.value,
        classes: sortClasses(shownClasses.value, by, a),
        runs: series.filter((entry) => shownRuns.value.some((r) => r.name === entry.run.name)),
        columns: allSteps.value,
        a,
        b,
        stepB,
      }),
    [view.value, shownClasses.value, shownRuns.value, allSteps.value, series, by, a, b, stepB],
  );
}

/** What could not be drawn, one sentence for each reason. */
function Refusals({ series, retry }: { series: readonly RunSeries[]; retry: () => void }) {
  const reasons = new Map<string, string[]>();
  for (const { run, error } of series)
    if (error) reasons.set(error, [...(reasons.get(error) ?? []), run.label]);
  return (
    <>
      {[...reasons].map(([reason, labels]) => (
        <Trouble key={reason} text={`${labels.join(", ")}: ${reason}`} retry={retry} />
      ))}
    </>
  );
}
