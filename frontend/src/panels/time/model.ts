/** State of the time card alone: what the pointer is on, and which steps are in view. */

import { computed, signal } from "@preact/signals";
import type { Range } from "../../draw/columns";
import { allSteps, zoomSteps } from "../../state";

/** The cell under the pointer. */
export interface Hover {
  area: "heatmap" | "variants" | "empties";
  column: number;
  /** Row of the heatmap or of the empties, -1 for none. */
  row: number;
  /** Height of the pointer in its area, for the nearest line. */
  y: number;
}

/** What the chosen definition gives, as the server explains it. */
export interface Meaning {
  /** What a class value is a mean of. */
  unit: "sample" | "batch" | "pooled";
}

const PLAIN: Meaning = { unit: "sample" };
export const meaning = signal<Meaning>(PLAIN);

export const hover = signal<Hover | null>(null);

/** The columns in view, null for all. */
export const zoom = computed<Range | null>(() => {
  const steps = allSteps.value;
  const asked = zoomSteps.value;
  if (!asked) return null;
  const from = steps.findIndex((step) => step >= asked[0]);
  const to = steps.findLastIndex((step) => step <= asked[1]) + 1;
  return from < 0 || to - from < 2 || to - from === steps.length ? null : { from, to };
});

export function setZoom(range: Range | null): void {
  const steps = allSteps.peek();
  const [first, last] = [steps[range?.from ?? 0], steps[(range?.to ?? 0) - 1]];
  const whole = !range || range.to - range.from >= steps.length;
  zoomSteps.value = whole || first === undefined || last === undefined ? null : [first, last];
}
