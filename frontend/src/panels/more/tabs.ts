/** The tabs of the lower card: their names, and where a key leads. Pure. */

import type { Tab } from "../../state";

export const TABS: readonly { name: Tab; label: string }[] = [
  { name: "samples", label: "Samples, worst first" },
  { name: "size", label: "Object size" },
  { name: "smooth", label: "Smooth" },
  { name: "batch", label: "Batch size" },
  { name: "rules", label: "Empty rules" },
  { name: "variants", label: "All variants" },
  { name: "differ", label: "Why they differ" },
  { name: "gradient", label: "Gradient" },
];

/** The tab a key leads to from `open`, round at the ends; null for keys that are not of tabs. */
export function tabByKey(open: Tab, key: string): Tab | null {
  const at = TABS.findIndex(({ name }) => name === open);
  const goal = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[key];
  return goal === undefined ? null : (TABS.at(goal % TABS.length)?.name ?? null);
}
