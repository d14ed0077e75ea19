/** The overlay: image, target, prediction and error of the selected sample, its numbers and its history. */

import "./overlay.css";
import { useEffect } from "preact/hooks";
import * as api from "../../api";
import { useLoad } from "../../load";
import { moveSample, runA, selection, shownClasses, slices } from "../../state";
import { IconButton, Trouble } from "../../ui/controls";
import { Controls } from "./controls";
import { chosenPrediction, chosenSlice, type Frame, useFrame } from "./frame";
import { HistoryCard } from "./history-card";
import { Missing } from "./missing";
import { Numbers } from "./numbers";
import { Panes } from "./panes";

export function OverlayPanel() {
  const { sample, step, slice } = selection.value;
  const run = runA.value;
  const key = run && sample !== null ? JSON.stringify([run.name, sample]) : null;
  const loaded = useLoad(key, (signal) => api.images(run?.name ?? "", sample ?? "", signal));
  const images = loaded.stale ? null : loaded.data;
  const chosen = chosenSlice(images, slice);
  const prediction = chosenPrediction(chosen, step);
  const shown = useFrame(images, chosen, prediction);
  useEffect(() => {
    slices.value = (images?.slices ?? []).flatMap((one) => (one.slice === null ? [] : [one.slice]));
  }, [images]);
  const waiting = loaded.busy || shown.late || (loaded.stale && key !== null);
  const frame = useLastFrame(shown.frame, waiting);
  return (
    <div data-testid="overlay" class="overlay" aria-busy={waiting}>
      <Title />
      {loaded.error && <Trouble text={loaded.error} retry={loaded.retry} />}
      {shown.error && <Trouble text={shown.error} retry={loaded.retry} />}
      {frame ? (
        <>
          <Panes frame={frame} asked={step} late={waiting} />
          <Controls frame={frame} rows={rowsIn(frame)} />
        </>
      ) : (
        !waiting && !loaded.error && !shown.error && <Missing />
      )}
      <Numbers />
      <HistoryCard />
    </div>
  );
}

/** While the next picture loads the one before stays: scrubbing must not flicker. */
let last: Frame | null = null;
function useLastFrame(frame: Frame | null, waiting: boolean): Frame | null {
  if (frame || !waiting) last = frame;
  return last;
}

/** The shown classes that the maps know. */
function rowsIn({ images }: Frame) {
  return shownClasses.value.filter(
    ({ name }) => images.classes.includes(name) || name in images.regions,
  );
}

function Title() {
  const { sample, step } = selection.value;
  const run = runA.value;
  return (
    <div class="head">
      <h2 class="clip" title={sample ?? ""}>
        {sample === null ? "No sample" : `Sample ${sample}`}
      </h2>
      {run && sample !== null && (
        <small class="clip num">
          <span class="tag">A</span> {run.label}, step {step}
        </small>
      )}
      <span class="grow" />
      <span class="around">
        <IconButton icon="prev" label="Sample before" hotkey="," onClick={() => moveSample(-1)} />
        <IconButton icon="next" label="Sample after" hotkey="." onClick={() => moveSample(1)} />
      </span>
    </div>
  );
}
