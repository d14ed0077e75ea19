/** What a reader can choose, and what is chosen at first. */

/** The one selection that all panels share. `sample` null means: the worst one, once it is known. */
export interface Selection {
  /** Run A, by name. */
  run: string | null;
  /** Run B, by name; what A is compared with. */
  runB: string | null;
  /** The step of B where it differs from `step`. */
  stepB: number | null;
  klass: string | null;
  step: number | null;
  sample: string | null;
  slice: number | null;
}

/** What the heatmap shows: the score, A - B, complete misses or false alarms. */
export type View = "dice" | "diff" | "q" | "r0";
export type SortBy = "order" | "name" | "last" | "frequency" | "empty";
export type PaneView = "all" | "target" | "prediction" | "error";

export interface OverlaySettings {
  view: PaneView;
  /** 0 to 1 */
  opacity: number;
  outline: boolean;
  /** Names of the classes that are not drawn. */
  off: string[];
  /** The overlay over the whole width next to the left column. */
  large: boolean;
  /** B's prediction and error next to A's. */
  compare: boolean;
  /** -1 to 1, 0 leaves the image as it is. */
  brightness: number;
  contrast: number;
  /** Draws where the recorded probability is above threshold / 256; 0 draws the prediction as recorded. */
  threshold: number;
}

/** What all panes show: zoom 1 fits the image; (x, y) is the image point in the middle, from 0 to 1. */
export interface Viewport {
  zoom: number;
  x: number;
  y: number;
}
export const WHOLE: Viewport = { zoom: 1, x: 0.5, y: 0.5 };
export const MOST_ZOOM = 64;

/**
 * The analyses of the lower card, in their order, with their labels. Each has this one name
 * everywhere: its folder, its route on the server, its tab in the address and what a finding names.
 */
export const LABELS = {
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
export type Analysis = keyof typeof LABELS;
export const ANALYSES = Object.keys(LABELS) as Analysis[];

/** The open analysis, and what the reader chose in the analyses. */
export interface Tabs {
  open: Analysis;
  /** Drawings as tables. */
  table: boolean;
  /** Words that the rows of the table of variants must have. */
  filter: string;
  /** The column that table is sorted by, "" for none; and whether downwards. */
  sort: string;
  down: boolean;
  /** The two definitions compared, by name; "" leaves the choice to the page. */
  from: string;
  to: string;
  /** The variant whose gradient is shown; "" is the chosen definition. */
  loss: string;
}

/** What the rows and columns of the heatmap are. */
export type HeatmapKind = "steps" | "samples" | "runs";

export interface Settings {
  kind: HeatmapKind;
  colormap: "cividis" | "viridis";
  sort: SortBy;
  /** The heatmap as a table. */
  table: boolean;
  /** Folders of runs that are closed. */
  folded: string[];
  /** Follow the last step while new ones arrive. */
  follow: boolean;
}

/** A class over all shown runs, with what the panels need to draw it. */
export interface ClassRow {
  name: string;
  background: boolean;
  region: boolean;
}

export const DEFAULT_OVERLAY: OverlaySettings = {
  view: "all",
  opacity: 0.55,
  outline: false,
  off: [],
  large: false,
  compare: false,
  brightness: 0,
  contrast: 0,
  threshold: 0,
};
export const DEFAULT_SETTINGS: Settings = {
  kind: "steps",
  colormap: "cividis",
  sort: "order",
  table: false,
  folded: [],
  follow: true,
};
export const DEFAULT_TABS: Tabs = {
  open: "samples",
  table: false,
  filter: "",
  sort: "",
  down: false,
  from: "",
  to: "",
  loss: "",
};
export const NOTHING: Selection = {
  run: null,
  runB: null,
  stepB: null,
  klass: null,
  step: null,
  sample: null,
  slice: null,
};
