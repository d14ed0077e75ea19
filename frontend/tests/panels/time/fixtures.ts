/** A small series by hand: two classes, three steps, four samples. */

import type { RunInfo, Series } from "../../../src/api";
import type { RunSeries } from "../../../src/panels/time/rows";

/** Numbers of a class at a step: score, then samples both empty, missed, false alarm, both present. */
export type Cell = [value: number, bothEmpty: number, missed: number, alarms: number, hit: number];

export function makeRun(name: string, steps: number[], classes = ["small", "background"]): RunInfo {
  return {
    name,
    label: name.replace(/\/dice$/, ""),
    color: 0,
    steps,
    wall_times: steps.map(() => 0),
    image_steps: [],
    classes: classes.map((klass, index) => ({
      name: klass,
      index,
      background: klass === "background",
      region: false,
      frequency: 0.1,
      empty: 0,
    })),
    samples: 4,
    total: 4,
    reading: "",
    notices: [],
  };
}

/** `cells[step][class]` */
export function makeSeries(run: RunInfo, cells: Cell[][]): RunSeries {
  const classes = run.classes.length;
  const flat = cells.flat();
  const share = (part: number, rest: number) => (part + rest ? part / (part + rest) : Number.NaN);
  const series: Series = {
    run: run.name,
    steps: run.steps,
    refused: null,
    value: Float32Array.from(flat, ([value]) => value),
    scored: Int32Array.from(flat, ([, , missed, alarms, hit]) => missed + alarms + hit),
    samples: Int32Array.from(run.steps, () => 4),
    cases: new Int32Array(run.steps.length * 4 * classes),
    miss_rate: Float32Array.from(flat, ([, , missed, , hit]) => share(missed, hit)),
    false_alarm_rate: Float32Array.from(flat, ([, empty, , alarms]) => share(alarms, empty)),
    mean: Float32Array.from(run.steps, () => 0),
  };
  cells.forEach((step, s) => {
    step.forEach(([, ...states], c) => {
      states.forEach((count, state) => {
        series.cases[(s * 4 + state) * classes + c] = count;
      });
    });
  });
  return { run, series, error: null };
}
