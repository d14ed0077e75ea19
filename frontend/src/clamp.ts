/** `x`, or the end of [low, high] that it lies beyond. */
export const clamp = (x: number, low: number, high: number): number =>
  Math.max(low, Math.min(high, x));
