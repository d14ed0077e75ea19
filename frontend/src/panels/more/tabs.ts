/** The tabs of the lower card: their names, and where a key leads. Pure. */

import { TAB_NAMES, type Tab } from "../../state";

export const LABELS: Record<Tab, string> = {
  samples: "Samples, worst first",
  compare: "A against B",
  size: "Object size",
  smooth: "Smooth",
  batch: "Batch size",
  rules: "Empty rules",
  variants: "All variants",
  differ: "Why they differ",
  gradient: "Gradient",
};

/** The tab a key leads to from `open`, round at the ends; null for keys that are not of tabs. */
export function tabByKey(open: Tab, key: string): Tab | null {
  const at = TAB_NAMES.indexOf(open);
  const goal = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[key];
  return goal === undefined ? null : (TAB_NAMES.at(goal % TAB_NAMES.length) ?? null);
}
