/** What stands around the heatmap: names at the left, runs above, the numbers of a column at the right. */

import { classColor, runColor } from "../../colors";
import { at } from "../../draw/at";
import { runB, select, selection } from "../../state";
import { cellWidth, type Frame, type RowLayout } from "./geometry";
import { selectedColumn, selectedIndex, shownView } from "./place";
import { context } from "./readout";
import type { Row } from "./rows";
import { sayCell, sayCount } from "./words";

/** The rows in sight and some around them; more is not drawn. */
export interface Sight {
  top: number;
  bottom: number;
  rows: readonly number[];
}

/** What every part of the heatmap is drawn from. */
export interface PartProps {
  rows: readonly Row[];
  layout: RowLayout;
  frame: Frame;
  sight: Sight;
}

/** Room for a word of 11 pixels. */
const WORD = 13;

/** At the left: the classes or samples, and behind a class its runs. */
export function Left(props: PartProps) {
  const { rows, frame } = props;
  const ofSamples = rows[0]?.sample !== undefined;
  return (
    <div class="names" style={at({ width: frame.left - 8 })} aria-hidden="true">
      <Names {...props} ofSamples={ofSamples} />
      {!ofSamples && !rows[0]?.runs && <Runs {...props} />}
    </div>
  );
}

/** One name per group; where they stand too close, only some, and always the selected one. */
function Names({ layout, sight, ofSamples }: PartProps & { ofSamples: boolean }) {
  const { klass, sample } = selection.value;
  const every = Math.ceil(WORD / Math.max(1, layout.pitch));
  const chosen = layout.groups.findIndex(({ name }) => name === (ofSamples ? sample : klass));
  const named = layout.groups.filter(
    ({ first }, index) =>
      sight.rows.includes(first) &&
      (index === chosen || (index % every === 0 && Math.abs(index - chosen) >= every)),
  );
  return named.map(({ name, top }) => (
    <button
      key={name}
      type="button"
      tabIndex={-1}
      class={layout.groups[chosen]?.name === name ? "class sel" : "class"}
      style={at({ top, height: layout.rowHeight })}
      title={name}
      onClick={() => select(ofSamples ? { sample: name } : { klass: name })}
    >
      {!ofSamples && <i class="swatch" style={{ background: classColor(name) }} />}
      <span class="clip">{name}</span>
    </button>
  ));
}

/** One run per row; in the view A - B there is only that. */
function Runs({ rows, layout, sight }: PartProps) {
  const { klass, run } = selection.value;
  const difference = shownView.value === "diff";
  return sight.rows.map((index) => {
    const row = rows[index] as Row;
    const chosen = row.klass === klass && (difference || row.run.name === run);
    return (
      <span
        key={`${row.klass} ${row.run.name}`}
        class={chosen ? "run sel" : "run"}
        style={at({ top: layout.tops[index] ?? 0, height: layout.rowHeight })}
        title={difference ? `${row.run.label} − ${runB.value?.label}` : row.run.name}
      >
        {!difference && <i class="dot" style={{ background: runColor(row.run) }} />}
        <span class="clip">{difference ? "A − B" : row.run.label}</span>
      </span>
    );
  });
}

/** Room for a folder before the name of a run. */
const WIDE = 120;

/** Above columns that are runs: their dots, and their names where there is room. */
export function RunHeads({ frame, runs }: { frame: Frame; runs: NonNullable<Row["runs"]> }) {
  const width = cellWidth(frame);
  return (
    <div class="heads" style={at({ paddingLeft: frame.left })} aria-hidden="true">
      {runs.map((run) => (
        <span key={run.name} style={at({ width })} title={run.name}>
          <i class="dot" style={{ background: runColor(run) }} />
          {width > 44 && (
            <span class="clip">{width > WIDE ? run.label : run.label.split("/").at(-1)}</span>
          )}
        </span>
      ))}
    </div>
  );
}

/** The number of each row in the selected column. */
export function Right({ rows, layout, frame, sight }: PartProps) {
  const chosen = selectedIndex(rows);
  const column = selectedColumn(rows[chosen] ?? rows[0], frame);
  if (layout.pitch < WORD) return null;
  return (
    <div class="values num" style={at({ width: frame.right })} aria-hidden="true">
      {sight.rows.map((index) => {
        const row = rows[index] as Row;
        const text = sayCell(row, column, shownView.value);
        const point = row.point(column);
        const logged = text !== "not logged" && point;
        return (
          <span
            key={`${row.sample ?? row.klass} ${row.run.name}`}
            class={index === chosen ? "sel" : ""}
            style={at({ top: layout.tops[index] ?? 0, height: layout.rowHeight })}
            data-class={row.klass}
            data-run={(row.runs?.[column] ?? row.run).name}
            data-sample={row.sample}
          >
            {logged && <b class={/\d/.test(text) ? "" : "state"}>{text}</b>}
            {logged && !row.sample && (
              <small>{sayCount(point, context(), row.other?.(column))}</small>
            )}
          </span>
        );
      })}
    </div>
  );
}
