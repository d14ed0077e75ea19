/** The sample's voxels and scores for every class, as the server counted them. */

import "./numbers.css";
import * as api from "../../api";
import { classColor } from "../../colors";
import { count, score } from "../../format";
import { classOf, runA, select, selection, shownClasses } from "../../state";
import { Trouble } from "../../ui/controls";
import { MarkIcon } from "../../ui/mark";
import type { Sheet } from "../../ui/sheet";
import { Tools } from "../../ui/tools";
import { useSamples } from "../analyses/samples";

const HEAD = ["Voxels", "target", "drawn", "TP", "FP", "FN", "Dice"];

/** What the table says of one class. */
interface Line {
  name: string;
  voxels: number[];
  value: number | undefined;
  state: number | undefined;
}

export function Numbers() {
  const { sample, step, klass } = selection.value;
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
  const lines = linesOf(run, data, row);
  return (
    <table class="table num" data-sample={sample}>
      <thead>
        <tr>
          {HEAD.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {lines.map(({ name, voxels, value, state }) => (
          <tr
            key={name}
            class={name === klass ? "sel" : ""}
            data-class={name}
            onClick={() => select({ klass: name, sample })}
          >
            <td>
              <span class="swatch" style={{ background: classColor(name) }} />
              <span class="clip" title={name}>
                {name}
              </span>
            </td>
            {voxels.map((some, index) => (
              <td key={index}>{count(some)}</td>
            ))}
            <td>
              <Score value={value} state={state} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The numbers and the picture of the sample, to keep. */
export function NumberTools() {
  const { sample, step } = selection.value;
  const run = runA.value;
  const { data } = useSamples();
  const row = data?.ids.indexOf(sample ?? "") ?? -1;
  if (!run || !data || row < 0) return null;
  const sheet = (): Sheet => ({
    name: `sample-${sample}-${run.name}-step-${step}`,
    head: ["class", ...HEAD.slice(1)],
    rows: linesOf(run, data, row).map(({ name, voxels, value }) => [
      name,
      ...voxels,
      value ?? null,
    ]),
  });
  return <Tools sheet={sheet} />;
}

/** The shown classes that the run has. */
function linesOf(run: api.RunInfo, data: api.Samples, row: number): Line[] {
  return shownClasses.value.flatMap(({ name }) => {
    const column = classOf(run, name)?.index;
    if (column === undefined) return [];
    const at = (row * data.state.length) / data.ids.length + column;
    const [want = 0, drawn = 0, hit = 0] = [data.true[at], data.pred[at], data.hit[at]];
    const voxels = [want, drawn, hit, drawn - hit, want - hit];
    return [{ name, voxels, value: data.value[at], state: data.state[at] }];
  });
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
