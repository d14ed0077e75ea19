/** The scale of the smooth slider: 0, then 1, 3, 10, 30 ... in each decade from 1e-8 to 1000. */

import { clamp } from "../state";

const LOWEST = -8;
const PER_DECADE = 2;

/** The slider's last position; the first, 0, is smooth 0. */
export const SMOOTH_STEPS = 1 + (3 - LOWEST) * PER_DECADE;

/** Smooth at a position of the slider. */
export function smoothAt(position: number): number {
  if (position <= 0) return 0;
  const exponent = LOWEST + (Math.min(position, SMOOTH_STEPS) - 1) / PER_DECADE;
  return Number((10 ** exponent).toExponential(0));
}

/** The position for a value of smooth, with fractions between the slider's own. */
export function smoothPosition(smooth: number): number {
  if (!(smooth > 0)) return 0;
  return clamp(1 + (Math.log10(smooth) - LOWEST) * PER_DECADE, 0, SMOOTH_STEPS);
}
