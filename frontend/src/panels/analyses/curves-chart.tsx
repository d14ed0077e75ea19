/** Curves with a legend at the left and the numbers at the cursor at the right. */

import { useRef, useState } from "preact/hooks";
import { at } from "../../draw/at";
import { pushApart } from "../../draw/columns";
import { quantity } from "../../format";
import { Dash } from "../../ui/dash";
import { useDrawing, useWidth } from "../../ui/drawing";
import { slid } from "../../ui/press";
import { nearestIndex, valueAt } from "./axis";
import { type CurvesData, curves, INSET, xOf, yOf } from "./curves";

interface CurvesChartProps {
  data: CurvesData;
  title: string;
  /** The index, with a fraction, at which the numbers are shown; null shows none. */
  cursor: number | null;
  /** What stands above the numbers. */
  heading: string;
  /** The value of the x-axis at an index, in words. */
  name: (index: number) => string;
  height?: number;
  /** Takes a place of the x-axis; left out, the chart only shows. */
  onPick?: (index: number) => void;
}

const GAP = 14;

export function CurvesChart(props: CurvesChartProps) {
  const { data, title, cursor, heading, height = 186 } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [pointed, setPointed] = useState<number | null>(null);
  const canvas = useDrawing(
    (element, inks) => {
      if (width) curves(element, data, { width, height, inks });
    },
    [data, width, height],
  );
  const indexAt = (event: PointerEvent): number => {
    const frame = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const room = frame.width - INSET.left - INSET.right;
    return nearestIndex(data.shares, (event.clientX - frame.left - INSET.left) / room);
  };
  return (
    <div class="curves">
      <Legend title={title} data={data} />
      <div
        class="plot"
        ref={box}
        style={at({ height })}
        {...slider(props)}
        onPointerMove={(event) => {
          const index = indexAt(event);
          setPointed(index);
          if (event.buttons === 1) props.onPick?.(index);
        }}
        onPointerDown={(event) => {
          if (event.button !== 0 || !props.onPick) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          props.onPick(indexAt(event));
        }}
        onPointerLeave={() => setPointed(null)}
      >
        <canvas ref={canvas} />
        {pointed !== null && <Tip {...props} index={pointed} width={width} />}
      </div>
      <Numbers data={data} cursor={cursor} heading={heading} height={height} />
    </div>
  );
}

/** A chart that takes a value is a slider to the keyboard and to screen readers. */
function slider({ data, title, cursor, name, onPick }: CurvesChartProps) {
  if (!onPick) return { role: "img" as const, "aria-label": spoken(title, data, cursor) };
  const last = data.shares.length - 1;
  const now = Math.round(cursor ?? 0);
  return {
    role: "slider" as const,
    tabIndex: 0,
    "aria-label": title,
    "aria-valuemin": 0,
    "aria-valuemax": last,
    "aria-valuenow": now,
    "aria-valuetext": spoken(name(now), data, cursor),
    onKeyDown: (event: KeyboardEvent) => {
      const goal = slid(event, now, last);
      if (goal !== null) onPick(goal);
    },
  };
}

function spoken(about: string, data: CurvesData, cursor: number | null): string {
  const numbers = data.curves.map(
    ({ label, values }) => `${label} ${quantity(cursor === null ? null : valueAt(values, cursor))}`,
  );
  return [about, ...numbers].join(", ");
}

function Legend({ title, data }: Pick<CurvesChartProps, "title" | "data">) {
  return (
    <div class="key">
      <h2 class="clip" title={title}>
        {title}
      </h2>
      {data.curves.map(({ key, label, color, dash }) => (
        <span key={key} class="entry" title={label}>
          <Dash dash={dash} color={color} />
          <span class="clip">{label}</span>
        </span>
      ))}
    </div>
  );
}

type NumbersProps = Pick<CurvesChartProps, "data" | "cursor" | "heading"> & { height: number };

/** At the height of each curve, pushed apart where they would overlap. */
function Numbers({ data, cursor, heading, height }: NumbersProps) {
  const here = data.curves.flatMap((curve) => {
    const value = cursor === null ? null : valueAt(curve.values, cursor);
    return value === null ? [] : [{ curve, value, y: yOf(value, data, height) }];
  });
  const tops = pushApart(
    here.map(({ y }) => y),
    GAP,
    INSET.top,
    height - INSET.bottom,
  );
  return (
    <div class="ends num">
      <span class="sub clip">{heading}</span>
      {here.map(({ curve, value }, index) => (
        <span
          key={curve.key}
          class="end"
          data-key={curve.key}
          title={curve.label}
          style={at({ top: tops[index] ?? 0 })}
        >
          <Dash color={curve.color} dash={curve.dash} />
          <b>{quantity(value)}</b>
          <small class="clip">{curve.label}</small>
        </span>
      ))}
    </div>
  );
}

function Tip({ data, name, index, width }: CurvesChartProps & { index: number; width: number }) {
  const x = xOf(data.shares[index] ?? 0, width);
  const side = x < width / 2 ? { left: `${x + 8}px` } : { right: `${width - x + 8}px` };
  return (
    <>
      <i class="hair" style={at({ left: x })} />
      <div class="tip num" style={side}>
        {name(index)}
        {data.curves.map(({ key, label, color, dash, values }) => (
          <span key={key}>
            <Dash dash={dash} color={color} />
            <b>{quantity(values[index])}</b> {label}
          </span>
        ))}
      </div>
    </>
  );
}
