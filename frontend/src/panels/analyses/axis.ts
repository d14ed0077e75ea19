/** Places along an axis, as shares of its length from 0 to 1, and dots between two of them. Pure. */

import { niceRange } from "../../draw/ticks";

/** In CSS pixels. */
export interface Point {
  x: number;
  y: number;
}

const FACTORS: readonly (readonly number[])[] = [
  [1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 5, 7],
  [1, 2, 5],
  [1, 3],
  [1],
];

/** Round numbers within [low, high], as many as stand at least `apart` (a share of the axis) from each other. */
export function logTicks(low: number, high: number, apart: number): number[] {
  for (const factors of FACTORS) {
    const ticks = within(low, high, factors, 1);
    if (
      ticks.every(
        (tick, i) =>
          !i || logShare(tick, low, high) - logShare(ticks[i - 1] ?? low, low, high) >= apart,
      )
    )
      return ticks;
  }
  return within(low, high, [1], Math.ceil(apart * Math.log10(high / low)));
}

function within(low: number, high: number, factors: readonly number[], every: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power += 1)
    for (const factor of factors) {
      const tick = Number((factor * 10 ** power).toPrecision(6));
      if (tick >= low && tick <= high && power % every === 0) ticks.push(tick);
    }
  return ticks;
}

/** Where `value` lies between `low` and `high` on a log scale. */
export const logShare = (value: number, low: number, high: number): number =>
  high > low ? Math.log(value / low) / Math.log(high / low) : 0.5;

/**
 * Where `value` lies among the ascending values of `grid`, as an index with a fraction. Between two
 * positive ones by logarithm, below the first positive one at it or at a 0 before it.
 */
export function indexIn(grid: readonly number[], value: number): number {
  const above = grid.findIndex((one) => one >= value);
  if (above < 0) return grid.length - 1;
  const [low, high] = [grid[above - 1] ?? 0, grid[above] ?? 0];
  if (above === 0 || high === value) return above;
  return low > 0 ? above - 1 + logShare(value, low, high) : above;
}

/** The value at an index with a fraction, between its neighbours; null next to an undefined one. */
export function valueAt(values: readonly (number | null)[], index: number): number | null {
  const [low, high] = [values[Math.floor(index)] ?? null, values[Math.ceil(index)] ?? null];
  if (low === null || high === null) return null;
  return low + (high - low) * (index - Math.floor(index));
}

/** The entry of `shares` closest to `share`. */
export function nearestIndex(shares: readonly number[], share: number): number {
  let best = 0;
  for (let index = 1; index < shares.length; index += 1)
    if (Math.abs((shares[index] ?? 0) - share) < Math.abs((shares[best] ?? 0) - share))
      best = index;
  return best;
}

/** The y-axis: 0 to 1 where all values are in it. */
export function rangeOf(values: readonly (number | null)[]): [number, number] {
  const known = values.filter((value) => value !== null);
  return known.every((value) => value >= 0 && value <= 1) ? [0, 1] : niceRange(known);
}

/** The dot within `reach` pixels of a point, the closest one; -1 for none. */
export function dotAt(places: readonly Point[], x: number, y: number, reach = 14): number {
  let best = -1;
  let least = reach;
  places.forEach((place, index) => {
    const distance = Math.hypot(place.x - x, place.y - y);
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}
