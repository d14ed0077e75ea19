/** The labels of the analyses, and where a key leads on their tabs. Pure. */

import { ANALYSES, type Analysis } from "../../state";

export const LABELS: Record<Analysis, string> = {
  samples: "Samples, worst first",
  a_against_b: "A against B",
  object_size: "Object size",
  smooth: "Smooth",
  batch_size: "Batch size",
  empty_rules: "Empty rules",
  all_variants: "All variants",
  why_they_differ: "Why they differ",
  gradient: "Gradient",
};

/** The tab a key leads to from `open`, round at the ends; null for keys that are not of tabs. */
export function tabByKey(open: Analysis, key: string): Analysis | null {
  const at = ANALYSES.indexOf(open);
  const goal = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[key];
  return goal === undefined ? null : (ANALYSES.at(goal % ANALYSES.length) ?? null);
}
