/** Round numbers along an axis. Pure. */

/** Round numbers from `low` to `high`, about `wanted` of them. */
export function niceTicks(low: number, high: number, wanted = 5): number[] {
  const span = high - low || 1;
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const every = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / every - 1e-9); index * every <= high + every * 1e-9; index++)
    ticks.push(Number((index * every).toPrecision(12)));
  return ticks;
}

/** The axis for `values`: from 0 or the smallest up to a round number above the largest. */
export function niceRange(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite);
  const low = Math.min(0, ...finite);
  const high = Math.max(low < 0 ? 0 : Number.NEGATIVE_INFINITY, ...finite);
  if (!Number.isFinite(high) || high === low) return [low, low + 1];
  const ticks = niceTicks(low, high);
  const every = (ticks[1] ?? 1) - (ticks[0] ?? 0);
  const round = (multiple: number) => Number((multiple * every).toPrecision(12)) + 0; // no -0
  return [round(Math.floor(low / every + 1e-9)), round(Math.ceil(high / every - 1e-9))];
}
