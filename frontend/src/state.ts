/** What the page shows, as signals, and the actions that change it. No drawing, no address bar. */

import { batch, computed, signal } from "@preact/signals";
import type { ClassInfo, Definition, RunInfo, VariantInfo } from "./api";
import {
  type ClassRow,
  DEFAULT_OVERLAY,
  DEFAULT_SETTINGS,
  DEFAULT_TABS,
  NOTHING,
  type OverlaySettings,
  type Selection,
  type Settings,
  type Tabs,
  type View,
  type Viewport,
  WHOLE,
} from "./choices";
import { clamp } from "./clamp";

export * from "./choices";

/** Runs beyond this many start unchecked, so that a large log opens quickly. */
const CHECKED_AT_FIRST = 10;

// ---- what the server said ----

export const runs = signal<RunInfo[]>([]);
export const others = signal<string[]>([]);
export const variantList = signal<VariantInfo[]>([]);
export const loading = signal<"first" | "again" | "done">("first");
export const failure = signal<string | null>(null);
/** Counts the reloads: whoever asks the server asks again when it changes. */
export const reloads = signal(0);

// ---- what the reader chose ----

export const selection = signal<Selection>(NOTHING);
export const definition = signal<Definition>({});
export const view = signal<View>("dice");
export const viewport = signal<Viewport>(WHOLE);
/** The first and last step in view, so that new steps leave it in place; null shows all. */
export const zoomSteps = signal<[number, number] | null>(null);
/** Named variants drawn with the three rules for empty masks. */
export const chosenVariants = signal<string[]>([]);
export const runFilter = signal("");
export const classFilter = signal("");
/** Checkboxes the reader changed, by run or class name. */
export const runChecks = signal<Record<string, boolean>>({});
export const classChecks = signal<Record<string, boolean>>({});
export const overlay = signal<OverlaySettings>(DEFAULT_OVERLAY);
export const settings = signal<Settings>(DEFAULT_SETTINGS);
export const tabs = signal<Tabs>(DEFAULT_TABS);

// ---- of the moment, not in the address ----

export const theme = signal<"light" | "dark">("light");
export const visible = signal(true);
export const playing = signal(false);
export const helpOpen = signal(false);
export const drawer = signal<"none" | "left" | "right">("none");
/** True while the reader holds the key that hides the overlay. */
export const overlayHidden = signal(false);

/** Questions to the server that are under way. */
export const pending = signal(0);

// ---- derived ----

export const runFilterWrong = computed(() => pattern(runFilter.value) === null);
export const classFilterWrong = computed(() => pattern(classFilter.value) === null);

/** Runs that match the filter: the rows of the list. */
export const listedRuns = computed(() =>
  runs.value.filter((run) => matches(runFilter.value, run.label, run.name)),
);
/** Runs that are listed and checked: the ones drawn. */
export const shownRuns = computed(() => listedRuns.value.filter((run) => isChecked(run.name)));

/** All classes of all runs, in the order of the server, background last. */
export const allClasses = computed<ClassRow[]>(() => {
  const rows = new Map<string, ClassRow>();
  for (const run of runs.value)
    for (const { name, background, region } of run.classes)
      if (!rows.has(name)) rows.set(name, { name, background, region });
  return [...rows.values()].sort((a, b) => Number(a.background) - Number(b.background));
});
export const listedClasses = computed(() =>
  allClasses.value.filter(
    (row) =>
      matches(classFilter.value, row.name) &&
      runs.value.some((run) => run.classes.some((c) => c.name === row.name)),
  ),
);
export const shownClasses = computed(() =>
  listedClasses.value.filter((row) => classChecks.value[row.name] ?? true),
);

/** Every step of the shown runs, ascending: the columns of the time axis. */
export const allSteps = computed(() => {
  const steps = new Set<number>();
  for (const run of shownRuns.value) for (const step of run.steps) steps.add(step);
  return [...steps].sort((a, b) => a - b);
});

export const runA = computed(() => findRun(selection.value.run));
export const runB = computed(() => findRun(selection.value.runB));

// ---- questions ----

export function findRun(name: string | null): RunInfo | null {
  return runs.value.find((run) => run.name === name) ?? null;
}

export function classOf(run: RunInfo | null, name: string | null): ClassInfo | null {
  return run?.classes.find((c) => c.name === name) ?? null;
}

export function isChecked(run: string): boolean {
  const rank = runs.value.findIndex((r) => r.name === run);
  return runChecks.value[run] ?? rank < CHECKED_AT_FIRST;
}

/** The entry of `steps` closest to `step`, the earlier one of two; null without steps. */
export function nearest(steps: readonly number[], step: number): number | null {
  let best: number | null = null;
  for (const s of steps) if (best === null || Math.abs(s - step) < Math.abs(best - step)) best = s;
  return best;
}

// ---- actions ----

/**
 * Changes the selection. A new run or class without a sample lets the worst sample of that class and
 * step be found; a new step alone keeps the sample, so that one image can be followed through training.
 */
export function select(change: Partial<Selection>): void {
  const old = selection.peek();
  const next = { ...old, ...change };
  const moved = change.klass !== undefined || change.run !== undefined;
  if (change.sample === undefined && moved) next.sample = null;
  if (next.sample !== old.sample && change.slice === undefined) next.slice = null;
  if (next.run === next.runB && next.stepB === null) {
    // the same run twice says nothing: the other one takes the place that was left
    if (change.runB === undefined) next.runB = old.run;
    else next.run = old.runB;
  }
  batch(() => {
    selection.value = next;
    for (const name of [next.run, next.runB])
      if (name !== null && name !== old.run && name !== old.runB && !isChecked(name))
        checkRun(name, true);
    if (next.klass !== null && next.klass !== old.klass && classChecks.value[next.klass] === false)
      checkClass(next.klass, true);
  });
}

/** Moves the step by `count` recorded steps and stops at both ends; says whether it moved. */
export function moveStep(count: number): boolean {
  const steps = allSteps.peek();
  const { step } = selection.peek();
  const at = step === null ? -1 : steps.indexOf(nearest(steps, step) ?? Number.NaN);
  const next = steps[clamp(at + count, 0, steps.length - 1)];
  if (next === undefined || next === step) return false;
  select({ step: next });
  return true;
}

/** Moves the selected class by `count` rows of the shown classes. */
export function moveClass(count: number): void {
  const names = shownClasses.peek().map((row) => row.name);
  const at = names.indexOf(selection.peek().klass ?? "");
  const next = names[clamp(at + count, 0, names.length - 1)];
  if (next !== undefined && next !== selection.peek().klass) select({ klass: next });
}

/** The samples in the order they are shown; the samples panel keeps it up to date. */
export const sampleOrder = signal<string[]>([]);

export function moveSample(count: number): void {
  const ids = sampleOrder.peek();
  const at = ids.indexOf(selection.peek().sample ?? "");
  const next = ids[clamp(at + count, 0, ids.length - 1)];
  if (next !== undefined) select({ sample: next });
}

/** The worst sample of the selected cell. */
export function openWorst(): void {
  select({ sample: null });
  showOverlay();
}

/** Brings the overlay into sight where the page is too narrow to have it always. */
export function showOverlay(): void {
  if (window.matchMedia("(max-width: 1199px)").matches) drawer.value = "right";
}

/** Slice numbers of the selected sample, [] in 2-D; the overlay keeps it up to date. */
export const slices = signal<number[]>([]);

export function moveSlice(count: number): void {
  const list = slices.peek();
  const { slice } = selection.peek();
  const at = slice === null ? Math.floor(list.length / 2) : list.indexOf(slice);
  const next = list[clamp(at + count, 0, list.length - 1)];
  if (next !== undefined) select({ slice: next });
}

/** Holds a cell as B, to compare the cells chosen next with it; the same cell again lets it go. */
export function pin(run: string, step: number): void {
  const { runB, stepB } = selection.peek();
  if (runB === run && stepB === step) unpin();
  else select({ runB: run, stepB: step });
}

/** Lets B follow the step again. */
export function unpin(): void {
  const { run, runB } = selection.peek();
  const other = shownRuns.peek().find((r) => r.name !== run)?.name ?? null;
  select({ runB: runB === run ? other : runB, stepB: null });
}

export function swapRuns(): void {
  const { run, runB, step, stepB } = selection.peek();
  if (runB === null) return;
  select({ run: runB, runB: run, step: stepB ?? step, stepB: stepB === null ? null : step });
}

export function setDefinition(change: Partial<Definition>): void {
  const next = { ...definition.peek(), ...change };
  for (const key of Object.keys(next) as (keyof Definition)[])
    if (next[key] === undefined) delete next[key];
  definition.value = next;
}

export function setOverlay(change: Partial<OverlaySettings>): void {
  overlay.value = { ...overlay.peek(), ...change };
}

/** The overlay over the whole width, or back in its column. */
export function enlarge(): void {
  setOverlay({ large: !overlay.peek().large });
}

export function setSettings(change: Partial<Settings>): void {
  settings.value = { ...settings.peek(), ...change };
}

export function setTabs(change: Partial<Tabs>): void {
  tabs.value = { ...tabs.peek(), ...change };
}

export function checkRun(name: string, on: boolean): void {
  checkRuns([name], on);
}

/** Checks several runs as one change. */
export function checkRuns(names: readonly string[], on: boolean): void {
  const checks = Object.fromEntries(names.map((name) => [name, on]));
  runChecks.value = { ...runChecks.peek(), ...checks };
}

export function checkClass(name: string, on: boolean): void {
  classChecks.value = { ...classChecks.peek(), [name]: on };
}

/** Takes in the list of runs and fills what the selection lacks, following run A's last step if asked to. */
export function setRuns(list: RunInfo[], rest: string[]): void {
  batch(() => {
    const before = runA.peek()?.steps.at(-1);
    runs.value = list;
    others.value = rest;
    complete(before);
  });
}

/** Fills the holes of the selection with runs, a class and a step that are shown. */
export function complete(lastBefore?: number): void {
  const shown = shownRuns.value;
  const now = selection.peek();
  const a = shown.find((run) => run.name === now.run) ?? shown[0];
  if (!a) return; // nothing is shown: what was chosen stays, for when it is shown again
  const b = shown.find((run) => run.name === now.runB) ?? shown.find((run) => run !== a);
  const same = b?.name === a.name && now.stepB === null;
  const next: Selection = { ...now, run: a.name, runB: same ? null : (b?.name ?? null) };
  if (next.runB !== now.runB) next.stepB = null;
  next.klass = shownClassOf(a, now.klass);
  const last = a.steps.at(-1) ?? null; // another run may go on for longer
  const atEnd = lastBefore !== undefined && now.step === lastBefore && settings.peek().follow;
  next.step = now.step === null || atEnd ? last : nearest(allSteps.value, now.step);
  const left = (before: string | null, after: string | null): boolean =>
    before !== null && before !== after;
  if (left(now.run, next.run) || left(now.klass, next.klass)) next.sample = null;
  if (JSON.stringify(next) !== JSON.stringify(now)) selection.value = next;
}

/** `name` if it is shown and `run` has it, else the first such class. */
function shownClassOf(run: RunInfo, name: string | null): string | null {
  const names = shownClasses.value.map((row) => row.name).filter((n) => classOf(run, n));
  return name !== null && names.includes(name) ? name : (names[0] ?? run.classes[0]?.name ?? null);
}

// ---- helpers ----

/** A regex as TensorBoard reads it: case does not matter; null if it is wrong. */
function pattern(text: string): RegExp | null {
  try {
    return new RegExp(text, "i");
  } catch {
    return null;
  }
}

function matches(text: string, ...names: string[]): boolean {
  const regex = pattern(text);
  return regex === null || names.some((name) => regex.test(name));
}
