/** What a pressed key asks for. */

import { clamp } from "../clamp";

/** Whether the key is held with one that makes it the browser's. */
export const modified = (event: KeyboardEvent): boolean =>
  event.ctrlKey || event.metaKey || event.altKey;

/** Where an arrow, Home or End leads from `now` on a slider that ends at `last`; null for other keys. */
export function slid(event: KeyboardEvent, now: number, last: number): number | null {
  const goal = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last }[event.key];
  if (goal === undefined || modified(event)) return null;
  event.preventDefault();
  return clamp(goal, 0, last);
}
