/** The analyses of one pass by name: a file of its own in the built page, loaded when one is opened. */

import "./drawings.css";
import "./tables.css";
import type { ComponentType } from "preact";
import type { Analysis } from "../../state";
import { AAgainstB } from "./a_against_b";
import { AllVariants } from "./all_variants";
import { BatchSize } from "./batch_size";
import { EmptyRules } from "./empty_rules";
import { Gradient } from "./gradient";
import { ObjectSize } from "./object_size";
import { Smooth } from "./smooth";
import type { Spot } from "./spot";
import { WhyTheyDiffer } from "./why_they_differ";

export const PANELS: Record<Exclude<Analysis, "samples">, ComponentType<{ spot: Spot }>> = {
  a_against_b: AAgainstB,
  object_size: ObjectSize,
  smooth: Smooth,
  batch_size: BatchSize,
  empty_rules: EmptyRules,
  all_variants: AllVariants,
  why_they_differ: WhyTheyDiffer,
  gradient: Gradient,
};
