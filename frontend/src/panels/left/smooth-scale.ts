/** The scale of the smooth slider: 0, then by decades, and from 0.1 on in half decades. */

import { clamp } from "../../clamp";

const SCALE = [
  0, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 0.3, 1, 3, 10, 30, 100, 300,
] as const;

/** The slider's last position; the first, 0, is smooth 0. */
export const SMOOTH_STEPS = SCALE.length - 1;

/** Smooth at a position of the slider. */
export function smoothAt(position: number): number {
  return SCALE[clamp(Math.round(position), 0, SMOOTH_STEPS)] ?? 0;
}

/** The position for a value of smooth, with fractions between the slider's own. */
export function smoothPosition(smooth: number): number {
  if (!(smooth > 0)) return 0;
  const above = SCALE.findIndex((value) => value >= smooth);
  if (above < 0) return SMOOTH_STEPS;
  const [low, high] = [SCALE[above - 1] ?? 0, SCALE[above] ?? 1];
  if (low === 0) return 1;
  return above - 1 + Math.log(smooth / low) / Math.log(high / low);
}
