/** What the panes show for the selection: which slice, which recorded step, the decoded pictures. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ImageRef, ImageSlice, ImagesAnswer } from "../../api";
import { type ClassMap, type Pixels, thresholded } from "../../draw/maps";
import { sentence } from "../../load";
import { nearest, overlay } from "../../state";
import { loadMap, loadPixels } from "./pictures";

/** Decoded pictures that belong together. */
export interface Frame {
  images: ImagesAnswer;
  slice: ImageSlice;
  /** Step of the prediction shown. */
  step: number;
  image: Pixels;
  target: ClassMap;
  prediction: ClassMap;
  /** The probabilities of each class, while a threshold is set and where they were logged. */
  chances: ClassMap[] | null;
}

export interface Shown {
  frame: Frame | null;
  error: string | null;
  /** True while the frame is not yet the one asked for. */
  late: boolean;
}

/** Predictions fetched ahead in each direction, so that scrubbing does not wait. */
const AHEAD = 6;

/** The slice asked for, or the middle one. */
export function chosenSlice(images: ImagesAnswer | null, slice: number | null): ImageSlice | null {
  const all = images?.slices ?? [];
  return all.find((entry) => entry.slice === slice) ?? all[Math.floor(all.length / 2)] ?? null;
}

/** The prediction logged closest to `step`. */
export function chosenPrediction(slice: ImageSlice | null, step: number | null): ImageRef | null {
  if (!slice || step === null) return null;
  const steps = slice.predictions.map(([at]) => at);
  const closest = nearest(steps, step);
  return slice.predictions.find(([at]) => at === closest) ?? null;
}

/** Where the probabilities behind a prediction lie, null where that pass wrote none. */
export function chancesOf(slice: ImageSlice, [step]: ImageRef): ImageRef[] | null {
  return slice.probabilities[slice.predictions.findIndex(([at]) => at === step)] ?? null;
}

/** The frame for the selection; while a new one loads, the one before stays. */
export function useFrame(
  images: ImagesAnswer | null,
  slice: ImageSlice | null,
  prediction: ImageRef | null,
): Shown {
  const [shown, setShown] = useState<Shown>({ frame: null, error: null, late: false });
  const turn = useRef(0);
  const cut = overlay.value.threshold > 0;
  const key =
    images && slice && prediction ? JSON.stringify([images.run, slice, prediction, cut]) : "";
  useEffect(() => {
    turn.current += 1;
    const mine = turn.current;
    if (!images || !slice || !prediction) {
      setShown({ frame: null, error: null, late: false });
      return;
    }
    setShown((old) => ({ ...old, late: true }));
    load(images, slice, prediction, cut).then(
      (frame) => mine === turn.current && setShown({ frame, error: null, late: false }),
      (error) =>
        mine === turn.current &&
        setShown((old) => ({ frame: old.frame, error: sentence(error), late: false })),
    );
    fetchAhead(images, slice, prediction, cut);
  }, [key]);
  return shown;
}

/** `frame` with what lies above the threshold as its prediction. */
export function useThreshold(frame: Frame | null): Frame | null {
  const { threshold } = overlay.value;
  return useMemo(
    () =>
      frame?.chances && threshold
        ? { ...frame, prediction: thresholded(frame.chances, threshold) }
        : frame,
    [frame, threshold],
  );
}

async function load(
  images: ImagesAnswer,
  slice: ImageSlice,
  prediction: ImageRef,
  cut: boolean,
): Promise<Frame> {
  const [image, target, drawn, chances] = await Promise.all([
    loadPixels(images.run, slice.image),
    loadMap(images.run, slice.target, images.encoding),
    loadMap(images.run, prediction, images.encoding),
    cut ? loadChances(images, slice, prediction) : null,
  ]);
  return { images, slice, step: prediction[0], image, target, prediction: drawn, chances };
}

function loadChances(
  { run }: ImagesAnswer,
  slice: ImageSlice,
  prediction: ImageRef,
): Promise<ClassMap[]> | null {
  const all = chancesOf(slice, prediction);
  // grey values as they are: what "bits8" says of a PNG
  return all && Promise.all(all.map((ref) => loadMap(run, ref, "bits8")));
}

function fetchAhead(
  images: ImagesAnswer,
  slice: ImageSlice,
  prediction: ImageRef,
  cut: boolean,
): void {
  const at = slice.predictions.findIndex(([step]) => step === prediction[0]);
  for (let by = 1; by <= AHEAD; by++)
    for (const ref of [slice.predictions[at + by], slice.predictions[at - by]])
      if (ref) load(images, slice, ref, cut).catch(() => undefined);
}
