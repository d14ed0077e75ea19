/** Samples as dots on a canvas: pointing names one, a click or the arrows select one. */

import type { ComponentChildren } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { at } from "../../draw/at";
import type { Inks } from "../../draw/canvas";
import { select, selection } from "../../state";
import { useDrawing, useWidth } from "../../ui/drawing";
import { slid } from "../../ui/press";
import { dotAt, type Point } from "./axis";

interface DotsProps<T extends { id: string }> {
  label: string;
  height: number;
  /** One or several per sample; the arrows walk through them in this order. */
  dots: readonly T[];
  /** Where each dot stands on a canvas of a width. */
  place: (width: number) => readonly Point[];
  draw: (canvas: HTMLCanvasElement, places: readonly Point[], width: number, inks: Inks) => void;
  /** What `place` and `draw` depend on. */
  inputs: readonly unknown[];
  /** The numbers of a dot, for screen readers and for the tip. */
  spoken: (dot: T) => string;
  tip: (dot: T) => ComponentChildren;
}

export function Dots<T extends { id: string }>(props: DotsProps<T>) {
  const { label, height, dots, place, draw, inputs } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const [pointed, setPointed] = useState(-1);
  const places = useMemo(() => place(width), [...inputs, width]);
  const canvas = useDrawing(
    (element, inks) => width && draw(element, places, width, inks),
    [places],
  );
  const hit = (event: MouseEvent): number => {
    const frame = (event.currentTarget as HTMLElement).getBoundingClientRect();
    return dotAt(places, event.clientX - frame.left, event.clientY - frame.top);
  };
  const chosen = selection.value.sample;
  const ids = [...new Set(dots.map(({ id }) => id))];
  const now = ids.indexOf(chosen ?? "");
  const here = dots.filter(({ id }) => id === chosen).map(props.spoken);
  const dot = dots[pointed];
  const spot = places[pointed];
  return (
    <div
      class="plot scatter"
      ref={box}
      style={at({ height })}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, ids.length - 1)}
      aria-valuenow={Math.max(0, now)}
      aria-valuetext={[chosen, ...(here.length ? here : ["none"])].join(", ")}
      onKeyDown={(event) => walk(event, ids, now)}
      onPointerMove={(event) => setPointed(hit(event))}
      onPointerLeave={() => setPointed(-1)}
      onClick={(event) => {
        const sample = dots[hit(event)]?.id;
        if (sample !== undefined) select({ sample });
      }}
    >
      <canvas ref={canvas} />
      {places.map(
        (one, index) =>
          dots[index]?.id === chosen && <Ring key={index} place={one} kind="selected" />,
      )}
      {dot && spot && (
        <>
          <Ring place={spot} kind="pointed" />
          <div
            class="tip num"
            style={
              spot.x < width / 2
                ? { left: `${spot.x + 10}px` }
                : { right: `${width - spot.x + 10}px` }
            }
          >
            {props.tip(dot)}
          </div>
        </>
      )}
    </div>
  );
}

/** To the keyboard the chart is a slider over the samples. */
function walk(event: KeyboardEvent, ids: readonly string[], now: number): void {
  const sample = ids[slid(event, now, ids.length - 1) ?? -1];
  if (sample !== undefined) select({ sample });
}

function Ring({ place: { x, y }, kind }: { place: Point; kind: string }) {
  return <i class={`ring ${kind}`} style={at({ left: x, top: y })} />;
}
