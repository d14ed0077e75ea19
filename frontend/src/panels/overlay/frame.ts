/** What the panes show for the selection: which slice, which recorded step, the decoded pictures. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { ImageRef, ImageSlice, ImagesAnswer } from "../../api";
import type { ClassMap, Pixels } from "../../draw/maps";
import { sentence } from "../../load";
import { nearest } from "../../state";
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

/** The frame for the selection; while a new one loads, the one before stays. */
export function useFrame(
  images: ImagesAnswer | null,
  slice: ImageSlice | null,
  prediction: ImageRef | null,
): Shown {
  const [shown, setShown] = useState<Shown>({ frame: null, error: null, late: false });
  const turn = useRef(0);
  const key = images && slice && prediction ? JSON.stringify([images.run, slice, prediction]) : "";
  useEffect(() => {
    turn.current += 1;
    const mine = turn.current;
    if (!images || !slice || !prediction) {
      setShown({ frame: null, error: null, late: false });
      return;
    }
    setShown((old) => ({ ...old, late: true }));
    load(images, slice, prediction).then(
      (frame) => mine === turn.current && setShown({ frame, error: null, late: false }),
      (error) =>
        mine === turn.current &&
        setShown((old) => ({ frame: old.frame, error: sentence(error), late: false })),
    );
    fetchAhead(images, slice, prediction);
  }, [key]);
  return shown;
}

async function load(images: ImagesAnswer, slice: ImageSlice, prediction: ImageRef): Promise<Frame> {
  const [image, target, drawn] = await Promise.all([
    loadPixels(images.run, slice.image),
    loadMap(images.run, slice.target, images.encoding),
    loadMap(images.run, prediction, images.encoding),
  ]);
  return { images, slice, step: prediction[0], image, target, prediction: drawn };
}

function fetchAhead(images: ImagesAnswer, slice: ImageSlice, prediction: ImageRef): void {
  const at = slice.predictions.findIndex(([step]) => step === prediction[0]);
  for (let by = 1; by <= AHEAD; by++)
    for (const ref of [slice.predictions[at + by], slice.predictions[at - by]])
      if (ref) loadMap(images.run, ref, images.encoding).catch(() => undefined);
}
