/** The panes side by side, or one of them; zoom, pan and probe are the same in all. */

import { useMemo, useRef } from "preact/hooks";
import { classColor } from "../../colors";
import { at } from "../../draw/at";
import { namesAt } from "../../draw/maps";
import { count } from "../../format";
import { overlay, overlayHidden, selection, shownClasses } from "../../state";
import { useDrawing, useWidth } from "../../ui/drawing";
import type { Frame } from "./frame";
import { useGestures } from "./gestures";
import {
  classLayers,
  ERRORS,
  type Errors,
  errorLayers,
  isDrawn,
  type Layer,
  numbersOf,
} from "./layers";
import { pane } from "./pane";
import { place, probe, viewport } from "./viewport";

interface PanesProps {
  frame: Frame;
  /** The step that was asked for. */
  asked: number | null;
  /** True while another frame loads. */
  late: boolean;
}

interface PaneSpec {
  key: "image" | "target" | "prediction" | "error";
  title: string;
  layers: readonly Layer[];
}

const GAP = 8;

export function Panes({ frame, asked, late }: PanesProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const { view } = overlay.value;
  const { klass } = selection.value;
  const errors = useMemo(
    () => errorLayers(frame.target, frame.prediction, numbersOf(frame.images, klass ?? "")),
    [frame, klass],
  );
  const all = specs(frame, errors);
  const panes = view === "all" ? all : all.filter(({ key }) => key === view);
  const paneWidth = view === "all" ? (width - GAP) / 2 : width;
  const aspect = Math.max(0.4, Math.min(1.5, frame.image.height / frame.image.width));
  const size = {
    width: Math.max(1, paneWidth),
    height: Math.max(1, Math.round(paneWidth * aspect)),
  };
  const other = asked !== null && frame.step !== asked;
  return (
    <>
      {other && (
        <p class="nearest num" role="status">
          nearest logged: step {frame.step}
        </p>
      )}
      <div class={late ? "panes late" : "panes"} ref={box} data-step={frame.step}>
        {width > 0 &&
          panes.map((spec) => <Pane key={spec.key} spec={spec} frame={frame} size={size} />)}
      </div>
      <ErrorLegend errors={errors} frame={frame} />
    </>
  );
}

function specs(frame: Frame, errors: Errors): PaneSpec[] {
  const { klass } = selection.value;
  const rows = shownClasses.value.filter((row) => isDrawn(row, overlay.value.off));
  const known = frame.images;
  const layers = (map: Frame["target"]) => classLayers(map, known, rows, classColor);
  return [
    { key: "image", title: "Image", layers: [] },
    { key: "target", title: "Target", layers: layers(frame.target) },
    { key: "prediction", title: "Prediction", layers: layers(frame.prediction) },
    { key: "error", title: `Error, ${klass ?? ""}`, layers: errors.layers },
  ];
}

interface PaneProps {
  spec: PaneSpec;
  frame: Frame;
  size: { width: number; height: number };
}

function Pane({ spec, frame, size }: PaneProps) {
  const { opacity, outline, brightness, contrast } = overlay.value;
  const layers = overlayHidden.value ? [] : spec.layers;
  const shown = viewport.value;
  const options = { ...size, viewport: shown, opacity, outline, brightness, contrast };
  const canvas = useDrawing(
    (element) => pane(element, { image: frame.image, layers }, options),
    [{}], // whatever changed drew this component anew
  );
  useGestures(canvas, size, frame.image);
  return (
    <figure>
      <figcaption class="clip">{spec.title}</figcaption>
      <div class="glass">
        <canvas
          ref={canvas}
          data-pane={spec.key}
          role="img"
          aria-label={`${spec.title} of sample ${frame.images.sample}, step ${frame.step}`}
        />
        <Probe frame={frame} size={size} />
      </div>
    </figure>
  );
}

/** A small frame around the voxel that the pointer is on in one of the panes. */
function Probe({ frame, size }: Omit<PaneProps, "spec">) {
  const voxel = probe.value;
  if (!voxel) return null;
  const { scale, left, top } = place(viewport.value, size, frame.image);
  const side = Math.max(5, scale);
  const offset = (side - scale) / 2;
  const [x, y] = [left + voxel.x * scale - offset, top + voxel.y * scale - offset];
  return <i class="probe" style={at({ left: x, top: y, width: side, height: side })} />;
}

/** What the colours of the error mean, with the voxels of this picture; or what lies under the pointer. */
function ErrorLegend({ errors, frame }: { errors: Errors; frame: Frame }) {
  const voxel = probe.value;
  if (voxel) {
    const index = voxel.y * frame.image.width + voxel.x;
    const name = (map: Frame["target"]) => namesAt(map, index, frame.images.classes);
    return (
      <p class="legend num errors">
        x {voxel.x}, y {voxel.y}: target <b>{name(frame.target)}</b>, drawn{" "}
        <b>{name(frame.prediction)}</b>
      </p>
    );
  }
  return (
    <div class="legend num errors">
      {ERRORS.map(({ color, dash, word, key }) => (
        <span key={key} data-error={key}>
          <svg width="16" height="14" aria-hidden="true">
            <rect
              x="1"
              y="1"
              width="14"
              height="12"
              rx="2"
              fill={color}
              fill-opacity=".5"
              stroke={color}
              stroke-width="2"
              stroke-dasharray={dash.join(" ")}
            />
          </svg>
          {word} <b>{count(errors.counts[key])}</b>
        </span>
      ))}
    </div>
  );
}
