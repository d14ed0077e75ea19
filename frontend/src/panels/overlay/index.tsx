/** The overlay: image, target, prediction and error of the selected sample, its numbers and its history. */

import "./overlay.css";
import { useEffect, useRef } from "preact/hooks";
import * as api from "../../api";
import { useLoad } from "../../load";
import {
  enlarge,
  moveSample,
  overlay,
  runA,
  runB,
  selection,
  shownClasses,
  slices,
} from "../../state";
import { IconButton, Trouble } from "../../ui/controls";
import { Controls } from "./controls";
import { chosenPrediction, chosenSlice, type Frame, useFrame, useThreshold } from "./frame";
import { HistoryCard, hasSample } from "./history-card";
import { Missing } from "./missing";
import { Numbers, NumberTools } from "./numbers";
import { Panes } from "./panes";

export function OverlayPanel() {
  const { step, stepB } = selection.value;
  const beside = overlay.value.compare ? runB.value : null;
  const a = usePicture(runA.value, step, true);
  const b = usePicture(beside, stepB ?? step, false);
  useEffect(() => {
    const all = a.images?.slices ?? [];
    slices.value = all.flatMap(({ slice }) => (slice === null ? [] : [slice]));
  }, [a.images]);
  return (
    <div data-testid="overlay" class="overlay" aria-busy={a.waiting || b.waiting}>
      <Title beside={beside} />
      {[a, b].map(
        ({ error, retry }, side) => error && <Trouble key={side} text={error} retry={retry} />,
      )}
      {a.frame ? (
        <>
          <Panes
            frame={a.frame}
            other={beside && b.frame}
            asked={step}
            late={a.waiting || b.waiting}
          />
          {beside && !b.frame && !b.waiting && !b.error && (
            <p class="sub note" role="status">
              {beside.label} kept no image of this sample.
            </p>
          )}
          <Controls frame={a.frame} rows={rowsIn(a.frame)} />
        </>
      ) : (
        !a.waiting && !a.error && <Missing />
      )}
      <Numbers />
      <HistoryCard />
    </div>
  );
}

interface Picture {
  frame: Frame | null;
  images: api.ImagesAnswer | null;
  error: string | null;
  /** True while the frame is not yet the one asked for; the one before stays, so scrubbing does not flicker. */
  waiting: boolean;
  retry: () => void;
}

/** The selected sample as a run drew it at a step. `sure`: the run is known to have the sample. */
function usePicture(run: api.RunInfo | null, step: number | null, sure: boolean): Picture {
  const { sample, slice } = selection.value;
  const asked = run && sample !== null ? { run, sample } : null;
  const key = asked && JSON.stringify([asked.run.name, sample]);
  const loaded = useLoad(key, async (signal) => {
    if (!asked || !(sure || (await hasSample(asked.run, asked.sample, signal)))) return null;
    return api.images(asked.run.name, asked.sample, signal);
  });
  const images = loaded.stale ? null : loaded.data;
  const chosen = chosenSlice(images, slice);
  const shown = useFrame(images, chosen, chosenPrediction(chosen, step));
  const waiting = loaded.busy || shown.late || (loaded.stale && key !== null);
  const last = useRef<Frame | null>(null);
  if (shown.frame || !waiting) last.current = shown.frame;
  return {
    frame: useThreshold(last.current),
    images,
    error: loaded.error ?? shown.error,
    waiting,
    retry: loaded.retry,
  };
}

/** The shown classes that the maps know. */
function rowsIn({ images }: Frame) {
  return shownClasses.value.filter(
    ({ name }) => images.classes.includes(name) || name in images.regions,
  );
}

function Title({ beside }: { beside: api.RunInfo | null }) {
  const { sample, step } = selection.value;
  const run = runA.value;
  return (
    <div class="head">
      <div class="about">
        <h2 class="clip" title={sample ?? ""}>
          {sample === null ? "No sample" : `Sample ${sample}`}
        </h2>
        {run && sample !== null && (
          <small class="num">
            <span class="tag">A</span>
            <span class="clip">{run.label}</span>
            <span>, step {step}</span>
            {beside && (
              <>
                <span class="tag">B</span>
                <span class="clip">{beside.label}</span>
              </>
            )}
          </small>
        )}
      </div>
      <span class="around" data-no-picture>
        <NumberTools />
        <IconButton
          icon="enlarge"
          label="Enlarge"
          hotkey="e"
          pressed={overlay.value.large}
          onClick={enlarge}
        />
        <IconButton icon="prev" label="Previous sample" hotkey="," onClick={() => moveSample(-1)} />
        <IconButton icon="next" label="Next sample" hotkey="." onClick={() => moveSample(1)} />
      </span>
    </div>
  );
}
