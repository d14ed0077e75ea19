/** The score of each sample over the size of its object, of runs A and B; a click selects the sample. */

import { useMemo, useRef, useState } from "preact/hooks";
import * as api from "../../api";
import { runColor } from "../../colors";
import { at } from "../../draw/at";
import { count, quantity } from "../../format";
import { useLoad } from "../../load";
import { classOf, definition, select, selection } from "../../state";
import { useDrawing, useWidth } from "../../ui/drawing";
import { MarkIcon } from "../../ui/mark";
import { Frame } from "./frame";
import { INSET, plotSize, scatter } from "./scatter";
import {
  axisOf,
  type Dot,
  dotAt,
  placed,
  type SizeData,
  saySize,
  sizeData,
  sizeSheet,
} from "./size";
import { both, labelOf, placesKey, type Spot } from "./spot";

const HEIGHT = 210;

export function SizeTab({ spot }: { spot: Spot }) {
  const { a, b, klass } = spot;
  const chosen = definition.value;
  const key = JSON.stringify([placesKey(spot), klass, chosen]);
  const loaded = useLoad(key, (signal) =>
    both(spot, (run, step) => api.samples(run, step, klass, chosen, signal)).then((answers) => ({
      refused: answers.a.refused,
      ...sizeData(
        answers.a,
        answers.b,
        classOf(a.run, klass)?.index ?? 0,
        classOf(b?.run ?? null, klass)?.index ?? 0,
      ),
    })),
  );
  const places = b ? [a, b] : [a];
  const labels = places.map((place) => labelOf(place, spot));
  const colors = places.map(({ run }) => runColor(run));
  return (
    <Frame
      loaded={loaded}
      refused={(data) => data.refused && `The definition ${data.refused}.`}
      saying={(data) => saySize(data, klass)}
      sheet={(data) => sizeSheet(data, labels, `${klass}-${a.run.name}-step-${a.step}`)}
    >
      {(data) => (
        <div class="curves">
          <Legend
            title={`Object size, ${klass}`}
            labels={labels}
            colors={colors}
            empty={data.dots.some(({ state }) => state === api.STATE.bothEmpty)}
          />
          <Scatter data={data} labels={labels} colors={colors} klass={klass} />
        </div>
      )}
    </Frame>
  );
}

interface LegendProps {
  title: string;
  labels: readonly string[];
  colors: readonly string[];
  /** Samples without target and prediction have a number too. */
  empty: boolean;
}

function Legend({ title, labels, colors, empty }: LegendProps) {
  return (
    <div class="key">
      <h3 class="clip">{title}</h3>
      {labels.map((label, index) => (
        <span key={label} class="entry" title={label}>
          <span class="tag">{index ? "B" : "A"}</span>
          <span class="dot" style={{ background: colors[index] }} />
          <span class="clip">{label}</span>
        </span>
      ))}
      <span class="entry">
        <MarkIcon mark="missed" /> missed
        <MarkIcon mark="false-alarm" /> false alarm
      </span>
      {empty && (
        <span class="entry">
          <i class="swatch hatch" /> both empty
        </span>
      )}
      <span class="sub">score over target voxels</span>
    </div>
  );
}

interface ScatterProps extends Pick<LegendProps, "labels" | "colors"> {
  data: SizeData;
  klass: string;
}

function Scatter({ data, labels, colors, klass }: ScatterProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [pointed, setPointed] = useState(-1);
  const room = plotSize({ width, height: HEIGHT });
  const axis = useMemo(() => axisOf(data.dots, room.width), [data, room.width]);
  const places = useMemo(
    () => placed(data.dots, axis, room.width, room.height),
    [data, axis, room.width],
  );
  const canvas = useDrawing(
    (element, inks) => {
      const options = { width, height: HEIGHT, colors, inks };
      if (width) scatter(element, { dots: data.dots, axis, median: data.median }, options);
    },
    [data, axis, width, colors.join()],
  );
  const hit = (event: MouseEvent): number => {
    const frame = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return dotAt(
      places,
      event.clientX - frame.left - INSET.left,
      event.clientY - frame.top - INSET.top,
    );
  };
  const chosen = selection.value.sample;
  const own = data.dots.filter(({ side }) => side === 0);
  const now = own.findIndex(({ id }) => id === chosen);
  return (
    <div
      class="plot scatter"
      ref={box}
      style={at({ height: HEIGHT })}
      role="slider"
      tabIndex={0}
      aria-label={`Samples by size of ${klass}`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, own.length - 1)}
      aria-valuenow={Math.max(0, now)}
      aria-valuetext={spoken(data.dots, chosen, labels)}
      onKeyDown={(event) => walk(event, own, now)}
      onPointerMove={(event) => setPointed(hit(event))}
      onPointerLeave={() => setPointed(-1)}
      onClick={(event) => {
        const dot = data.dots[hit(event)];
        if (dot) select({ sample: dot.id });
      }}
    >
      <canvas ref={canvas} />
      {data.dots.map(
        (dot, index) =>
          dot.id === chosen && <Ring key={dot.side} place={places[index]} kind="selected" />,
      )}
      {pointed >= 0 && <Ring place={places[pointed]} kind="pointed" />}
      {pointed >= 0 && (
        <Tip dot={data.dots[pointed]} place={places[pointed]} labels={labels} width={width} />
      )}
    </div>
  );
}

/** To the keyboard the chart is a slider over the samples of A, from the smallest object to the largest. */
function spoken(dots: readonly Dot[], id: string | null, labels: readonly string[]): string {
  const here = dots.filter((dot) => dot.id === id);
  const [one] = here;
  if (!one) return "none";
  const numbers = here.map((dot) => `${labels[dot.side]} ${quantity(dot.score)}`);
  return [one.id, `target ${count(one.size)} voxels`, ...numbers].join(", ");
}

function walk(event: KeyboardEvent, own: readonly Dot[], now: number): void {
  const last = own.length - 1;
  const goal = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key];
  if (goal === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const next = own[Math.max(0, Math.min(last, goal))];
  if (next) select({ sample: next.id });
}

function Ring({ place, kind }: { place: { x: number; y: number } | undefined; kind: string }) {
  if (!place) return null;
  return (
    <i
      class={`ring ${kind}`}
      style={at({ left: INSET.left + place.x, top: INSET.top + place.y })}
    />
  );
}

interface TipProps {
  dot: Dot | undefined;
  place: { x: number; y: number } | undefined;
  labels: readonly string[];
  width: number;
}

function Tip({ dot, place, labels, width }: TipProps) {
  if (!dot || !place) return null;
  const x = INSET.left + place.x;
  const side = x < width / 2 ? { left: `${x + 10}px` } : { right: `${width - x + 10}px` };
  return (
    <div class="tip num" style={side}>
      <span>
        <b>{dot.id}</b> {labels[dot.side]}: <b>{quantity(dot.score)}</b>
      </span>
      <span>
        target {count(dot.size)}, drawn {count(dot.drawn)} voxels
      </span>
    </div>
  );
}
