/** The selected class under several rules and variants: lines, legend at the left, labels at the right. */

import { useMemo } from "preact/hooks";
import { runColor } from "../../colors";
import { at } from "../../draw/at";
import { middle } from "../../draw/columns";
import { lines } from "../../draw/lines";
import { quantity } from "../../format";
import { chosenVariants, definition, selection, shownRuns, theme } from "../../state";
import { Trouble } from "../../ui/controls";
import { Dash } from "../../ui/dash";
import { useDrawing } from "../../ui/drawing";
import { Icon } from "../../ui/icon";
import {
  type Curve,
  curvesOf,
  type Label,
  type LegendEntry,
  labelsOf,
  legendOf,
  nearestCurve,
  type Plot,
  plotOf,
} from "./curves";
import { columnOf, type Frame } from "./geometry";
import { hover } from "./model";
import { Picker, toggle } from "./picker";
import { useLines } from "./use";

export function Variants({ frame }: { frame: Frame }) {
  const { klass } = selection.value;
  const loaded = useLines(shownRuns.value, klass, definition.value, chosenVariants.value);
  const answers = loaded.data ?? [];
  const legend = useMemo(() => legendOf(answers, chosenVariants.value), [loaded.data]);
  const curves = useMemo(
    () => curvesOf(answers, legend, frame.columns, runColor),
    [loaded.data, legend, frame.columns, theme.value],
  );
  const scores = curves.filter((curve) => curve.isScore);
  const losses = curves.filter((curve) => !curve.isScore);
  return (
    <div data-testid="variants" class="section">
      {loaded.error && <Trouble text={loaded.error} retry={loaded.retry} />}
      <Strip
        title={`Variants, ${klass ?? ""}`}
        curves={scores}
        legend={legend.filter((entry) => entry.isScore)}
        frame={frame}
        least={128}
        picker
      />
      {losses.length > 0 && (
        <Strip
          title="Losses"
          curves={losses}
          legend={legend.filter((entry) => !entry.isScore)}
          frame={frame}
          least={84}
        />
      )}
    </div>
  );
}

interface StripProps {
  title: string;
  curves: readonly Curve[];
  legend: readonly LegendEntry[];
  frame: Frame;
  least: number;
  picker?: boolean;
}

/** One chart with its own y-axis. */
function Strip({ title, curves, legend, frame, least, picker }: StripProps) {
  const { range } = frame;
  const room = Math.max(least, 28 + 17 * legend.length + (picker ? 22 : 0));
  const plot = useMemo(() => plotOf(curves, range.from, range.to, room), [curves, range, room]);
  const { run, runB, step } = selection.value;
  const labels = labelsOf(curves, columnOf(frame.columns, step), plot, [run, runB]);
  return (
    <div class="strip" data-area="variants">
      <Legend title={title} entries={legend} picker={picker} width={frame.left - 44} />
      <Chart curves={curves} plot={plot} frame={frame} />
      <Labels labels={labels} frame={frame} single={shownRuns.value.length < 2} />
      <Tip curves={curves} plot={plot} frame={frame} />
    </div>
  );
}

const BOTTOM = 10;

function Chart({ curves, plot, frame }: { curves: readonly Curve[]; plot: Plot; frame: Frame }) {
  const height = plot.height + plot.top + BOTTOM;
  const x = (column: number) => frame.left + middle(column, frame.range, frame.plot);
  const canvas = useDrawing(
    (element, inks) =>
      void lines(element, curves, { ...frame, ...plot, height, bottom: BOTTOM, x, inks }),
    [curves, plot, frame],
  );
  return (
    <div class="chart" data-plot style={at({ height })}>
      <canvas ref={canvas} />
    </div>
  );
}

interface LegendProps {
  title: string;
  entries: readonly LegendEntry[];
  picker?: boolean;
  width: number;
}

function Legend({ title, entries, picker, width }: LegendProps) {
  return (
    <div class="key" style={at({ width })}>
      <h2 class="clip" title={title}>
        {title}
      </h2>
      {entries.map(({ key, label, dash, refused, removable }) => (
        <span key={key} class={refused ? "entry refused" : "entry"} title={refused ?? label}>
          <Dash dash={dash} />
          <span class="clip">{label}</span>
          {removable && (
            <button
              type="button"
              class="icon"
              aria-label={`Remove ${label}`}
              data-no-picture
              onClick={() => toggle(key)}
            >
              <Icon name="close" size={10} />
            </button>
          )}
        </span>
      ))}
      {picker && (
        <span data-no-picture>
          <Picker />
        </span>
      )}
    </div>
  );
}

/** Directly at the lines' ends: dash and colour, the number at the step, the run (or the variant of a single run). */
function Labels({ labels, frame, single }: { labels: Label[]; frame: Frame; single: boolean }) {
  return (
    <div class="ends num" style={at({ width: frame.right })}>
      {labels.map(({ curve, value, y }) => (
        <span
          key={`${curve.key} ${curve.run}`}
          style={at({ top: y })}
          title={`${curve.label}, ${curve.run}`}
          data-variant={curve.key}
          data-run={curve.run}
        >
          <Dash dash={curve.dash} color={curve.color} width={18} />
          <b>{quantity(value)}</b>
          <small class="clip">{single ? curve.label : curve.runLabel}</small>
        </span>
      ))}
    </div>
  );
}

/** The line under the pointer in words. */
function Tip({ curves, plot, frame }: { curves: readonly Curve[]; plot: Plot; frame: Frame }) {
  const spot = hover.value?.area === "variants" ? hover.value : null;
  const curve = spot && nearestCurve(curves, spot.column, spot.y, plot);
  if (!spot || !curve) return null;
  const value = curve.values[spot.column];
  return (
    <div class="tip num" style={at({ left: frame.left + 4 })}>
      {curve.label}, {curve.runLabel}, step {frame.columns[spot.column]}:{" "}
      <b>{quantity(typeof value === "number" ? value : null)}</b>
    </div>
  );
}
