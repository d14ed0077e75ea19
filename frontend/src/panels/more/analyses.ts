/** The analyses of one pass by their tabs: a file of its own in the built page, loaded when one is opened. */

import type { ComponentType } from "preact";
import type { Tab } from "../../state";
import { BatchTab } from "./batch-tab";
import { CatalogueTab } from "./catalogue-tab";
import { CompareTab } from "./compare-tab";
import { DifferTab } from "./differ-tab";
import { GradientTab } from "./gradient-tab";
import { RulesTab } from "./rules-tab";
import { SizeTab } from "./size-tab";
import { SmoothTab } from "./smooth-tab";
import type { Spot } from "./spot";

export const ANALYSES: Record<Exclude<Tab, "samples">, ComponentType<{ spot: Spot }>> = {
  compare: CompareTab,
  size: SizeTab,
  smooth: SmoothTab,
  batch: BatchTab,
  rules: RulesTab,
  variants: CatalogueTab,
  differ: DifferTab,
  gradient: GradientTab,
};
