/** No picture: why, and where the next one is. */

import { runA, select, selection } from "../../state";
import { useSamples } from "../analyses/samples";

export function Missing() {
  const { sample } = selection.value;
  const run = runA.value;
  const { data } = useSamples();
  if (!run || sample === null)
    return <p class="missing">Choose a sample below to see what the model drew.</p>;
  if (!run.image_steps.length)
    return (
      <div class="missing" role="status">
        <b>No image kept.</b> {run.label} was recorded without images. The callback keeps some with{" "}
        <code>DiceDiagnostics(images=8)</code>.
      </div>
    );
  const rows = data ? [...data.order] : [];
  const next =
    rows.find((row) => data?.imaged[row] === 2) ?? rows.find((row) => data?.imaged[row] === 1);
  const other = next === undefined ? undefined : data?.ids[next];
  return (
    <div class="missing" role="status">
      <b>No image kept of {sample}.</b> A run keeps images of a few fixed samples and of the worst
      samples of each class; the numbers below cover every sample.
      {other !== undefined && (
        <button type="button" class="button" onClick={() => select({ sample: other })}>
          Show {other}, the worst with an image
        </button>
      )}
    </div>
  );
}
