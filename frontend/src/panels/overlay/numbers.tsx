/** The sample's voxels and scores for every class, as the server counted them. */

import * as api from "../../api";
import { classColor } from "../../colors";
import { count, score } from "../../format";
import { useLoad } from "../../load";
import { definition, runA, select, selection, shownClasses } from "../../state";
import { Trouble } from "../../ui/controls";
import { MarkIcon } from "../../ui/mark";

/** The samples of run A at the selected step; shared with the samples panel through the cache. */
export function useSamples() {
  const { step, klass } = selection.value;
  const run = runA.value;
  const asked = run && step !== null && klass !== null && run.steps.includes(step);
  const key = asked ? JSON.stringify([run.name, step, klass, definition.value]) : null;
  return useLoad(key, (signal) =>
    api.samples(run?.name ?? "", step ?? 0, klass ?? "", definition.value, signal),
  );
}

export function Numbers() {
  const { sample, step } = selection.value;
  const run = runA.value;
  const { data, error, retry } = useSamples();
  const row = data?.ids.indexOf(sample ?? "") ?? -1;
  if (error) return <Trouble text={error} retry={retry} />;
  if (!run || sample === null) return null;
  if (!data || row < 0)
    return (
      <p class="sub note">
        {run.steps.includes(step ?? -1)
          ? data && `Sample ${sample} was not kept at step ${step}.`
          : `${run.label} has no step ${step}.`}
      </p>
    );
  return (
    <table class="table num" data-sample={sample}>
      <thead>
        <tr>
          {["Voxels", "target", "drawn", "TP", "FP", "FN", "Dice"].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shownClasses.value.map(({ name }) => (
          <Line key={name} name={name} run={run} data={data} row={row} />
        ))}
      </tbody>
    </table>
  );
}

interface LineProps {
  name: string;
  run: api.RunInfo;
  data: api.Samples;
  row: number;
}

function Line({ name, run, data, row }: LineProps) {
  const column = run.classes.find((klass) => klass.name === name)?.index;
  if (column === undefined) return null;
  const at = (row * data.state.length) / data.ids.length + column;
  const [want = 0, drawn = 0, hit = 0] = [data.true[at], data.pred[at], data.hit[at]];
  return (
    <tr
      class={name === selection.value.klass ? "sel" : ""}
      data-class={name}
      onClick={() => select({ klass: name, sample: selection.peek().sample })}
    >
      <td>
        <span class="swatch" style={{ background: classColor(name) }} />
        <span class="clip" title={name}>
          {name}
        </span>
      </td>
      {[want, drawn, hit, drawn - hit, want - hit].map((voxels, index) => (
        <td key={index}>{count(voxels)}</td>
      ))}
      <td>
        <Score value={data.value[at]} state={data.state[at]} />
      </td>
    </tr>
  );
}

/** A score; with a mark where only one side has the class, in words where neither has. */
function Score({ value, state }: { value: number | undefined; state: number | undefined }) {
  if (state === api.STATE.bothEmpty)
    return (
      <span class="empty-score" title="Neither the target nor the prediction has the class">
        <i class="swatch hatch" /> {score(value)}
      </span>
    );
  const mark = state === api.STATE.missed ? "missed" : "false-alarm";
  const onesided = state === api.STATE.missed || state === api.STATE.falseAlarm;
  return (
    <>
      {onesided && <MarkIcon mark={mark} />}
      {score(value)}
    </>
  );
}
