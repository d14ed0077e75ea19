/** The samples of run A at the step, worst first for the selected class. */

import "./samples.css";
import { useEffect, useRef } from "preact/hooks";
import * as api from "../../api";
import { csv, download } from "../../draw/csv";
import { snapshot } from "../../draw/snapshot";
import { plural } from "../../format";
import { useLoad } from "../../load";
import {
  classOf,
  definition,
  nearest,
  runA,
  sampleOrder,
  select,
  selection,
  shownClasses,
} from "../../state";
import { Trouble } from "../../ui/controls";
import { Menu } from "../../ui/menu";
import { SamplesGrid } from "./grid";
import { cellOf, columns, countStates } from "./rows";

const NAMES = ["both empty", "only target", "only prediction", "both present"];

export function SamplesPanel() {
  const { run, step, klass } = selection.value;
  const info = runA.value;
  const chosen = definition.value;
  const here = info !== null && step !== null && klass !== null && info.steps.includes(step);
  const key = here && classOf(info, klass) ? JSON.stringify([run, step, klass, chosen]) : null;
  const { data, error, stale, retry } = useLoad(key, (signal) =>
    api.samples(run ?? "", step ?? 0, klass ?? "", chosen, signal),
  );
  const index = classOf(info, klass)?.index ?? 0;
  const list = data ? columns(data, index) : [];
  const ids = list.map((column) => column.id);
  const card = useRef<HTMLElement>(null);
  const order = useRef("");
  useEffect(() => {
    const text = ids.join("\n");
    if (text !== order.current) sampleOrder.value = ids;
    order.current = text;
  });
  return (
    <section class="card samples" ref={card} data-testid="samples" aria-label="Samples">
      <div class="tabs">
        <div role="tablist" aria-label="Panels at this step">
          <button type="button" role="tab" aria-selected="true">
            Samples, worst first
          </button>
        </div>
        <span class="sub num clip summary" aria-live="polite">
          {data && klass !== null && `${klass}: ${summary(data, index)}`}
        </span>
        {data && (
          <span data-no-picture>
            <Menu
              icon="save"
              label="Export"
              items={[
                { text: "Numbers as CSV", act: () => saveCsv(data, index) },
                { text: "Picture as PNG", act: () => card.current && savePng(card.current, data) },
              ]}
            />
          </span>
        )}
      </div>
      {error !== null && <Trouble text={error} retry={retry} />}
      {!here && info && step !== null && <Elsewhere steps={info.steps} step={step} />}
      {data?.refused && <p class="sub quiet">{data.refused}</p>}
      {data && <SamplesGrid answer={data} list={list} dim={stale} />}
    </section>
  );
}

/** Run A has no pass at the selected step: the nearest one it has. */
function Elsewhere({ steps, step }: { steps: number[]; step: number }) {
  const near = nearest(steps, step);
  return (
    <p class="sub quiet">
      {runA.value?.label} has no validation pass at step {step}.{" "}
      {near !== null && (
        <button type="button" class="link" onClick={() => select({ step: near })}>
          Nearest logged: step {near}
        </button>
      )}
    </p>
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

async function savePng(card: HTMLElement, answer: api.Samples): Promise<void> {
  download(`${fileName(answer)}.png`, await snapshot(card));
}

const fileName = ({ run, step }: api.Samples): string => `samples-${run}-step-${step}`;
