/** The panes side by side, or one of them; zoom, pan and probe are the same in all. */

import { clamp } from "../../clamp";
import "./panes.css";
import { useMemo, useRef } from "preact/hooks";
import { classColor } from "../../colors";
import { at } from "../../draw/at";
import { type ClassMap, namesAt } from "../../draw/maps";
import { count, score } from "../../format";
import { overlay, overlayHidden, selection, shownClasses, viewport } from "../../state";
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
import { place, probe } from "./viewport";

interface PanesProps {
  frame: Frame;
  /** The same sample in run B, shown next to that of A. */
  other: Frame | null;
  /** The step that was asked for. */
  asked: number | null;
  /** True while another frame loads. */
  late: boolean;
}

interface PaneSpec {
  key: "image" | "target" | "prediction" | "error";
  title: string;
  layers: readonly Layer[];
  frame: Frame;
}

const GAP = 8;

export function Panes({ frame, other, asked, late }: PanesProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const { view } = overlay.value;
  const [errors, errorsB] = [useErrors(frame), useErrors(other)];
  const all = specs(frame, other, errors, errorsB);
  const panes = view === "all" ? all : all.filter(({ key }) => key === view);
  const paneWidth = panes.length > 1 ? (width - GAP) / 2 : width;
  const aspect = clamp(frame.image.height / frame.image.width, 0.4, 1.5);
  const size = {
    width: Math.max(1, paneWidth),
    height: Math.max(1, Math.round(paneWidth * aspect)),
  };
  return (
    <>
      {asked !== null && frame.step !== asked && (
        <p class="nearest num" role="status">
          nearest logged: step {frame.step}
        </p>
      )}
      <div class={late ? "panes late" : "panes"} ref={box} data-step={frame.step}>
        {width > 0 && panes.map((spec) => <Pane key={spec.title} spec={spec} size={size} />)}
      </div>
      <ErrorLegend errors={[errors, errorsB]} frame={frame} other={other} />
    </>
  );
}

function useErrors(frame: Frame | null): Errors | null {
  const { klass } = selection.value;
  return useMemo(
    () =>
      frame && errorLayers(frame.target, frame.prediction, numbersOf(frame.images, klass ?? "")),
    [frame, klass],
  );
}

/** A and B side by side, where there is a B. */
function specs(
  frame: Frame,
  other: Frame | null,
  errors: Errors | null,
  errorsB: Errors | null,
): PaneSpec[] {
  const { klass } = selection.value;
  const rows = shownClasses.value.filter((row) => isDrawn(row, overlay.value.off));
  const layers = ({ images }: Frame, map: ClassMap) => classLayers(map, images, rows, classColor);
  const { threshold } = overlay.value;
  const a = other ? " A" : "";
  const above = frame.chances && threshold ? `, p > ${score(threshold / 256)}` : "";
  const b = ` B${other && other.step !== frame.step ? `, step ${other.step}` : ""}`;
  const known: (PaneSpec | false | null)[] = [
    { key: "image", title: "Image", layers: [], frame },
    { key: "target", title: "Target", layers: layers(frame, frame.target), frame },
    {
      key: "prediction",
      title: `Prediction${a}${above}`,
      layers: layers(frame, frame.prediction),
      frame,
    },
    other && {
      key: "prediction",
      title: `Prediction${b}`,
      layers: layers(other, other.prediction),
      frame: other,
    },
    { key: "error", title: `Error${a}, ${klass}`, layers: errors?.layers ?? [], frame },
    other && {
      key: "error",
      title: `Error${b}, ${klass}`,
      layers: errorsB?.layers ?? [],
      frame: other,
    },
  ];
  return known.filter((spec) => !!spec);
}

interface PaneProps {
  spec: PaneSpec;
  size: { width: number; height: number };
}

function Pane({ spec, size }: PaneProps) {
  const { frame } = spec;
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
          data-run={frame.images.run}
          aria-label={`${spec.title} of sample ${frame.images.sample}, step ${frame.step}`}
        />
        <Probe frame={frame} size={size} />
      </div>
    </figure>
  );
}

/** A small frame around the voxel that the pointer is on in one of the panes. */
function Probe({ frame, size }: { frame: Frame; size: PaneProps["size"] }) {
  const voxel = probe.value;
  if (!voxel) return null;
  const { scale, left, top } = place(viewport.value, size, frame.image);
  const side = Math.max(5, scale);
  const offset = (side - scale) / 2;
  const [x, y] = [left + voxel.x * scale - offset, top + voxel.y * scale - offset];
  return <i class="probe" style={at({ left: x, top: y, width: side, height: side })} />;
}

interface LegendProps {
  /** Of A and of B. */
  errors: readonly (Errors | null)[];
  frame: Frame;
  other: Frame | null;
}

/** What the colours of the error mean, with the voxels of this picture; or what lies under the pointer. */
function ErrorLegend({ errors, frame, other }: LegendProps) {
  const voxel = probe.value;
  if (voxel) {
    const index = voxel.y * frame.image.width + voxel.x;
    const name = (map: Frame["target"]) => namesAt(map, index, frame.images.classes);
    return (
      <p class="legend num errors">
        x {voxel.x}, y {voxel.y}: target <b>{name(frame.target)}</b>, drawn{" "}
        <b>{name(frame.prediction)}</b>
        {other && (
          <>
            {" "}
            by A, <b>{name(other.prediction)}</b> by B
          </>
        )}
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
          {other ? word.slice(0, 2) : word}
          {errors.map(
            (one, side) =>
              one && (
                <>
                  {other && <span class="tag">{"AB"[side]}</span>}
                  <b>{count(one.counts[key])}</b>
                </>
              ),
          )}
        </span>
      ))}
    </div>
  );
}
