/** Starts the page: asks for the runs, keeps the selection whole and finds the worst sample. */

import { batch, effect, untracked } from "@preact/signals";
import * as api from "./api";
import { connectHost } from "./host";
import { sentence } from "./load";
import {
  allSteps,
  classOf,
  complete,
  definition,
  failure,
  findRun,
  loading,
  reloads,
  select,
  selection,
  setRuns,
  shownClasses,
  shownRuns,
  variantList,
  visible,
} from "./state";

/** Connects the page with TensorBoard and loads what there is. Called once. */
export function boot(): void {
  let missed = false;
  connectHost(() => {
    if (visible.peek()) void reload();
    else missed = true;
  });
  effect(() => {
    if (!visible.value || !missed) return;
    missed = false;
    untracked(() => void reload());
  });
  keepWhole();
  findWorst();
  void reload();
}

/** Forgets what the server said and asks again. What is drawn stays until there is something newer. */
export async function reload(): Promise<void> {
  api.clearCache();
  if (loading.peek() === "done") loading.value = "again";
  try {
    const [answer, variants] = await Promise.all([api.runs(), api.variants()]);
    batch(() => {
      failure.value = null;
      variantList.value = variants.variants;
      setRuns(answer.runs, answer.others);
      reloads.value += 1;
      loading.value = "done";
    });
  } catch (error) {
    batch(() => {
      failure.value = sentence(error);
      loading.value = "done";
    });
  }
}

/** When what is shown changes, the selection moves to something that is shown. */
function keepWhole(): void {
  effect(() => {
    void [shownRuns.value, shownClasses.value, allSteps.value];
    untracked(() => complete());
  });
}

/** A selection without a sample gets the worst one of its class and step. */
function findWorst(): void {
  effect(() => {
    void reloads.value;
    const { run, klass, step, sample } = selection.value;
    const info = findRun(run);
    if (sample !== null || run === null || klass === null || step === null) return undefined;
    if (!info?.steps.includes(step) || !classOf(info, klass)) return undefined;
    const controller = new AbortController();
    api.samples(run, step, klass, definition.value, controller.signal).then(
      ({ ids, order }) => {
        const worst = ids[order[0] ?? -1];
        if (!controller.signal.aborted && worst !== undefined) select({ sample: worst });
      },
      () => undefined, // the samples panel asks the same and says what is wrong
    );
    return () => controller.abort();
  });
}
