/** The samples of run A at the step, worst first for the selected class. */

import "./samples.css";
import { useEffect, useRef } from "preact/hooks";
import * as api from "../../api";
import { csv, download } from "../../draw/csv";
import { snapshot } from "../../draw/snapshot";
import { plural } from "../../format";
import { type Loaded, useLoad } from "../../load";
import { classOf, definition, runA, sampleOrder, selection, shownClasses } from "../../state";
import { Trouble } from "../../ui/controls";
import { Menu } from "../../ui/menu";
import { SamplesGrid } from "./grid";
import { cellOf, columns, countStates } from "./rows";

const NAMES = ["both empty", "only target", "only prediction", "both present"];

/** Asks for the samples at the selection; keeps their order for the keys, whichever tab is open. */
export function useSamples(): Loaded<api.Samples> {
  const { run, step, klass } = selection.value;
  const info = runA.value;
  const chosen = definition.value;
  const here = step !== null && info?.steps.includes(step) && classOf(info, klass);
  const key = here ? JSON.stringify([run, step, klass, chosen]) : null;
  const loaded = useLoad(key, (signal) =>
    api.samples(run ?? "", step ?? 0, klass ?? "", chosen, signal),
  );
  const { data } = loaded;
  const order = useRef("");
  useEffect(() => {
    const ids = data ? Array.from(data.order, (row) => data.ids[row] ?? "") : [];
    const text = ids.join("\n");
    if (text !== order.current) sampleOrder.value = ids;
    order.current = text;
  }, [data]);
  return loaded;
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
          <span class="tools" data-no-picture>
            <Menu
              icon="save"
              label="Export"
              items={[
                { text: "Numbers as CSV", act: () => saveCsv(data, index) },
                { text: "Picture as PNG", act: () => savePng(data) },
              ]}
            />
          </span>
        )}
      </div>
      {error !== null && <Trouble text={error} retry={retry} />}
      {data?.refused && <p class="sub quiet">The definition {data.refused}.</p>}
      {data && <SamplesGrid answer={data} list={columns(data, index)} dim={stale} />}
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

/** What the grid shows, one line a sample and class. */
function saveCsv(answer: api.Samples, klass: number): void {
  const info = runA.peek();
  const names = shownClasses.peek().flatMap(({ name }) => classOf(info, name) ?? []);
  const width = answer.state.length / answer.ids.length;
  const rows = columns(answer, klass).flatMap(({ id, row }) =>
    names.map(({ name, index }) => {
      const { value, state } = cellOf(answer, row, index);
      const at = row * width + index;
      const counts = [answer.true[at], answer.pred[at], answer.hit[at]].map((n) => n ?? null);
      return [id, name, value, NAMES[state] ?? "", ...counts];
    }),
  );
  const head = ["sample", "class", "score", "state", "target", "prediction", "hit"];
  download(`${fileName(answer)}.csv`, csv([head, ...rows]));
}

async function savePng(answer: api.Samples): Promise<void> {
  const card = document.querySelector<HTMLElement>(".lower");
  if (card) download(`${fileName(answer)}.png`, await snapshot(card));
}

const fileName = ({ run, step }: api.Samples): string => `samples-${run}-step-${step}`;
