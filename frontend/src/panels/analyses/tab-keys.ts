/** Where a key leads on the tabs of the analyses. Pure. */

import { ANALYSES, type Analysis } from "../../choices";

/** The tab a key leads to from `open`, round at the ends; null for keys that are not of tabs. */
export function tabByKey(open: Analysis, key: string): Analysis | null {
  const at = ANALYSES.indexOf(open);
  const goal = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: -1 }[key];
  return goal === undefined ? null : (ANALYSES.at(goal % ANALYSES.length) ?? null);
}
