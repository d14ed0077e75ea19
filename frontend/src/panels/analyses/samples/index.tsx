/** The samples of run A at the step, worst first for the selected class. */

import "./samples.css";
import { useEffect, useRef } from "preact/hooks";
import * as api from "../../../api";
import { plural, score } from "../../../format";
import { type Loaded, useLoad } from "../../../load";
import {
  classOf,
  definition,
  runA,
  sampleOrder,
  selection,
  setTabs,
  shownClasses,
  tabs,
} from "../../../state";
import { Trouble } from "../../../ui/controls";
import type { Sheet } from "../../../ui/sheet";
import { SheetTable } from "../../../ui/sheet-table";
import { Tools } from "../../../ui/tools";
import { SamplesGrid } from "./grid";
import { cellOf, columns, countStates } from "./rows";

const NAMES = ["both empty", "only target", "only prediction", "both present"];

/** The samples of run A at the selection. */
export function useSamples(): Loaded<api.Samples> {
  const { run, step, klass } = selection.value;
  const info = runA.value;
  const chosen = definition.value;
  const here = step !== null && info?.steps.includes(step) && classOf(info, klass);
  const key = here ? JSON.stringify([run, step, klass, chosen]) : null;
  return useLoad(key, (signal) => api.samples(run ?? "", step ?? 0, klass ?? "", chosen, signal));
}

/** Keeps the order of the samples for the keys, whichever tab is open. */
export function useOrder({ data }: Loaded<api.Samples>): void {
  const order = useRef("");
  useEffect(() => {
    const ids = data ? Array.from(data.order, (row) => data.ids[row] ?? "") : [];
    const text = ids.join("\n");
    if (text !== order.current) sampleOrder.value = ids;
    order.current = text;
  }, [data]);
}

export function SamplesPanel({ loaded }: { loaded: Loaded<api.Samples> }) {
  const { data, error, stale, retry } = loaded;
  const { klass } = selection.value;
  const index = classOf(runA.value, klass)?.index ?? 0;
  return (
    <>
      <div class="says">
        <p class="summary num" aria-live="polite">
          {data && klass !== null && `${klass}: ${summary(data, index)}`}
        </p>
        {data && (
          <Tools
            sheet={() => sheetOf(data, index)}
            table={{ on: tabs.value.table, set: (table) => setTabs({ table }) }}
          />
        )}
      </div>
      {error !== null && <Trouble text={error} retry={retry} />}
      {data?.refused && <p class="sub quiet">The definition {data.refused}.</p>}
      {data &&
        (tabs.value.table ? (
          <AsTable answer={data} klass={index} />
        ) : (
          <SamplesGrid answer={data} list={columns(data, index)} dim={stale} />
        ))}
    </>
  );
}

function summary(answer: api.Samples, klass: number): string {
  const [empty, missed, alarms, present] = countStates(answer, klass);
  const parts = [
    `${missed} missed`,
    plural(alarms, "false alarm"),
    `${present} both present`,
    `${empty} both empty`,
  ];
  return parts.join(", ");
}

/** One line per sample and class. */
function sheetOf(answer: api.Samples, klass: number): Sheet {
  const width = answer.state.length / answer.ids.length;
  return {
    name: `samples-${answer.run}-step-${answer.step}`,
    head: ["sample", "class", "score", "state", "target", "prediction", "hit"],
    rows: columns(answer, klass).flatMap(({ id, row }) =>
      shownIn().map(({ name, index }) => {
        const { value, state } = cellOf(answer, row, index);
        const at = row * width + index;
        const counts = [answer.true[at], answer.pred[at], answer.hit[at]].map((n) => n ?? null);
        return [id, name, value, NAMES[state] ?? "", ...counts];
      }),
    ),
  };
}

/** The grid in numbers and words: a row for each sample. */
function AsTable({ answer, klass }: { answer: api.Samples; klass: number }) {
  const list = columns(answer, klass);
  const shown = shownIn();
  const says = (row: number, index: number): string => {
    const { value, state } = cellOf(answer, row, index);
    const words = state === api.STATE.bothPresent ? "" : (NAMES[state] ?? "");
    return [Number.isNaN(value) ? "" : score(value), words].filter(Boolean).join(", ");
  };
  return (
    <SheetTable
      names={1}
      head={["sample", ...shown.map(({ name }) => name)]}
      rows={list.map(({ id, row }) => [id, ...shown.map(({ index }) => says(row, index))])}
      row={list.findIndex(({ id }) => id === selection.value.sample)}
    />
  );
}

/** The shown classes that run A has. */
const shownIn = (): api.ClassInfo[] =>
  shownClasses.value.flatMap(({ name }) => classOf(runA.value, name) ?? []);
