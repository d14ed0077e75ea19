/** How the overlay is drawn: which pane, fill or outline, opacity, grey values, slice, classes. */

import { useState } from "preact/hooks";
import { classColor } from "../../colors";
import { score } from "../../format";
import {
  type ClassRow,
  overlay,
  type PaneView,
  runB,
  select,
  setOverlay,
  viewport,
  WHOLE,
} from "../../state";
import { IconButton, Segment, Slider } from "../../ui/controls";
import { chancesOf, chosenSlice, type Frame } from "./frame";
import { isDrawn, toggled } from "./layers";

const VIEWS: readonly { value: PaneView; text: string; title: string }[] = [
  { value: "all", text: "All 4", title: "Key 1" },
  { value: "target", text: "Target", title: "Key 2" },
  { value: "prediction", text: "Prediction", title: "Key 3" },
  { value: "error", text: "Error", title: "Key 4" },
];

export function Controls({ frame, rows }: { frame: Frame; rows: readonly ClassRow[] }) {
  const { view, outline, opacity, brightness, contrast, off } = overlay.value;
  const changed = brightness !== 0 || contrast !== 0;
  const [open, setOpen] = useState(changed);
  return (
    <>
      <div class="bar" data-no-picture>
        <Segment
          label="Panes"
          value={view}
          options={VIEWS}
          onChange={(value) => setOverlay({ view: value })}
        />
        <span class="grow" />
        <Segment
          label="Masks"
          value={outline ? "outline" : "fill"}
          options={[
            { value: "fill", text: "Fill", title: "Key o" },
            { value: "outline", text: "Outline", title: "Key o" },
          ]}
          onChange={(value) => setOverlay({ outline: value === "outline" })}
        />
      </div>
      <div class="bar" data-no-picture>
        <span class="sub">Opacity</span>
        <Slider
          label="Opacity of the masks"
          min={0}
          max={100}
          value={Math.round(opacity * 100)}
          text={`${Math.round(opacity * 100)} %`}
          onChange={(value) => setOverlay({ opacity: value / 100 })}
        />
        <span class="sub num percent">{Math.round(opacity * 100)} %</span>
        {runB.value && (
          <span class="seg">
            <button
              type="button"
              aria-pressed={overlay.value.compare}
              title="Show the prediction and error of run B next to those of run A"
              onClick={() => setOverlay({ compare: !overlay.peek().compare })}
            >
              A | B
            </button>
          </span>
        )}
        {viewport.value.zoom > 1 && (
          <IconButton
            icon="reset"
            label="Show the whole image"
            onClick={() => {
              viewport.value = WHOLE;
            }}
          />
        )}
        <IconButton
          icon="contrast"
          label="Brightness and contrast"
          expanded={open}
          onClick={() => setOpen(!open)}
        />
      </div>
      {open && <Greys />}
      <ThresholdBar frame={frame} />
      <SliceBar frame={frame} />
      <fieldset class="toggles" aria-label="Classes drawn">
        {rows.map((row) => (
          <button
            key={row.name}
            type="button"
            class="chip"
            aria-pressed={isDrawn(row, off)}
            onClick={() => setOverlay({ off: toggled(row, off) })}
          >
            <span class="swatch" style={{ background: classColor(row.name) }} />
            {row.name}
          </button>
        ))}
      </fieldset>
    </>
  );
}

/** Brightness and contrast of the image; the recorded window is what 0 and 255 stand for. */
function Greys() {
  const { brightness, contrast } = overlay.value;
  const set = (key: "brightness" | "contrast") => (value: number) =>
    setOverlay({ [key]: value / 100 });
  return (
    <div class="bar greys" data-no-picture>
      <span class="sub">Bright</span>
      <Slider
        label="Brightness"
        min={-100}
        max={100}
        value={Math.round(brightness * 100)}
        onChange={set("brightness")}
      />
      <span class="sub">Contrast</span>
      <Slider
        label="Contrast"
        min={-100}
        max={100}
        value={Math.round(contrast * 100)}
        onChange={set("contrast")}
      />
      <IconButton
        icon="reset"
        label="As recorded"
        disabled={brightness === 0 && contrast === 0}
        onClick={() => setOverlay({ brightness: 0, contrast: 0 })}
      />
    </div>
  );
}

/** From where on a probability counts as drawn; nothing where no probabilities were logged. */
function ThresholdBar({ frame }: { frame: Frame }) {
  const { threshold } = overlay.value;
  if (!chancesOf(frame.slice, [frame.step, 0])) return null;
  const text = threshold ? score(threshold / 256) : "as recorded";
  return (
    <div class="bar">
      <span class="sub">Threshold</span>
      <Slider
        label="Threshold of the probabilities"
        min={1}
        max={255}
        value={threshold || 128}
        text={text}
        onChange={(value) => setOverlay({ threshold: value })}
      />
      <span class="sub num percent">{text}</span>
      <IconButton
        icon="reset"
        label="Prediction as recorded"
        disabled={!threshold}
        onClick={() => setOverlay({ threshold: 0 })}
      />
    </div>
  );
}

/** The recorded slices of a volume; nothing for a flat image. */
function SliceBar({ frame }: { frame: Frame }) {
  const all = frame.images.slices;
  const { slice, depth } = frame.slice;
  if (slice === null) return null;
  const at = all.indexOf(chosenSlice(frame.images, slice) ?? frame.slice);
  return (
    <div class="bar">
      <span class="sub">Slice</span>
      {all.length > 1 && (
        <Slider
          label="Slice"
          min={0}
          max={all.length - 1}
          value={at}
          text={`slice ${slice}`}
          onChange={(index) => select({ slice: all[index]?.slice ?? null })}
        />
      )}
      <span class="sub num">
        {slice}
        {depth === null ? "" : ` of ${depth}`}
      </span>
    </div>
  );
}
