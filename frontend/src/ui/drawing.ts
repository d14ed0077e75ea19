/** Canvases that draw themselves anew: when what they show changes, the theme, or the screen's density. */

import { computed, signal } from "@preact/signals";
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { type Inks, onResize, readInks } from "../draw/canvas";
import { theme } from "../state";

/** The colours of the page for drawings, read once per theme. */
const inks = computed<Inks>(() => {
  void theme.value;
  return readInks(document.body);
});

const density = signal(0);
addEventListener("resize", () => {
  density.value = devicePixelRatio;
});

/** Calls `draw` with the canvas of the returned ref whenever one of `inputs` changes. */
export function useDrawing(
  draw: (canvas: HTMLCanvasElement, inks: Inks) => void,
  inputs: readonly unknown[],
): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (canvas.current) draw(canvas.current, inks.value);
  }, [...inputs, inks.value, density.value]);
  return canvas;
}

/** Width of an element in CSS pixels, 0 until it is laid out. */
export function useWidth(ref: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    return onResize(element, measure);
  }, []);
  return width;
}
