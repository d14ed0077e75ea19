/** The time card: heatmap, variants and empties over one axis of steps, with one cursor. */

import "./time.css";
import { useEffect, useMemo } from "preact/hooks";
import * as api from "../../api";
import { useLoad } from "../../load";
import { definition, runA, runB, settings, shownRuns, theme } from "../../state";
import { Trouble } from "../../ui/controls";
import { Body } from "./body";
import { Head } from "./head";
import { meaning } from "./model";
import { shownView } from "./place";
import { Readout } from "./readout";
import type { RunSeries } from "./rows";
import { scaleFor } from "./scale";
import { useRows, useSampleGrids, useSeries } from "./use";

/** One and the same while there is no answer, so that nothing is computed anew. */
const NOTHING: never[] = [];

export function TimePanel() {
  const loaded = useSeries(wantedRuns(), definition.value);
  useMeaning();
  const series = loaded.data ?? NOTHING;
  const samples = useSampleGrids();
  const rows = useRows(series, samples.data ?? NOTHING);
  const scale = useMemo(
    () =>
      scaleFor(rows, {
        view: shownView.value,
        colormap: settings.value.colormap,
        dark: theme.value === "dark",
      }),
    [rows, shownView.value, settings.value.colormap, theme.value],
  );
  return (
    <section class="card time" aria-label="Dice over time" aria-busy={loaded.busy || samples.busy}>
      <Head rows={rows} scale={scale} />
      {[loaded, samples].map(
        ({ error, retry }, at) => error && <Trouble key={at} text={error} retry={retry} />,
      )}
      <Refusals series={series} retry={loaded.retry} />
      <Readout rows={rows} />
      <Body
        rows={rows}
        series={series}
        scale={scale}
        stale={loaded.stale || samples.stale}
        first={!loaded.data || (settings.value.kind === "samples" && !samples.data)}
      />
    </section>
  );
}

/** The runs drawn, and A and B in any case: the view A - B needs them. */
function wantedRuns(): api.RunInfo[] {
  const wanted = new Set(shownRuns.value);
  if (shownView.value === "diff")
    for (const run of [runA.value, runB.value]) if (run) wanted.add(run);
  return [...wanted];
}

/** Ask what the definition means; the definition panel asks the same, so it costs nothing. */
function useMeaning(): void {
  const chosen = definition.value;
  const { data } = useLoad(JSON.stringify(chosen), (signal) => api.definition(chosen, signal));
  const over = data?.axes.over ?? chosen.over ?? [];
  const unit = chosen.pooled ? "pooled" : over.includes("batch") ? "batch" : "sample";
  useEffect(() => {
    meaning.value = { unit };
  }, [unit]);
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
