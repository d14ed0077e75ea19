/** The head of the time card: which view, what the colours mean, table and export. */

import { gradient } from "../../draw/colormap";
import {
  allSteps,
  type HeatmapKind,
  runB,
  selection,
  setSettings,
  settings,
  type View,
  view,
  zoomSteps,
} from "../../state";
import { Segment, Select } from "../../ui/controls";
import { Icon } from "../../ui/icon";
import { MarkIcon } from "../../ui/mark";
import { Tools } from "../../ui/tools";
import { sheetOf } from "./export";
import { setZoom } from "./model";
import { hasView, shownView } from "./place";
import type { Row } from "./rows";
import type { Scale } from "./scale";
import { VIEW_NAMES } from "./words";

interface HeadProps {
  rows: readonly Row[];
  scale: Scale;
}

const VIEWS: readonly View[] = ["dice", "diff", "q", "r0"];
const KINDS: readonly { value: HeatmapKind; text: string }[] = [
  { value: "steps", text: "class × step" },
  { value: "samples", text: "sample × step" },
  { value: "runs", text: "class × run" },
];
const TITLES: Record<View, string> = {
  dice: "The score of each class at each step",
  diff: "Run A minus run B",
  q: "Miss rate: the share of the samples with the class where nothing was drawn",
  r0: "False-alarm rate: the share of the samples without the class where it was drawn",
};

export function Head({ rows, scale }: HeadProps) {
  const zoomed = zoomSteps.value;
  return (
    <div class="head">
      <Segment
        label="View"
        value={shownView.value}
        onChange={(chosen) => {
          view.value = chosen;
        }}
        options={VIEWS.map((value) => ({
          value,
          text: VIEW_NAMES[value],
          title: value === "diff" && !runB.value ? "Choose a run B first" : TITLES[value],
          disabled: (value === "diff" && !runB.value) || !hasView(settings.value.kind, value),
        }))}
      />
      <Select
        label="Rows and columns"
        value={settings.value.kind}
        options={KINDS}
        onChange={(kind) => setSettings({ kind })}
      />
      {zoomed && (
        <button type="button" class="chip num" title="Show all steps" onClick={() => setZoom(null)}>
          steps {zoomed.join("–")} <Icon name="close" size={12} />
        </button>
      )}
      <span class="grow" />
      <Legend scale={scale} />
      <Tools
        sheet={() => sheetOf(rows, allSteps.value, shownView.value, selection.value.step)}
        table={{ on: settings.value.table, set: (table) => setSettings({ table }) }}
      />
    </div>
  );
}

function Legend({ scale }: { scale: Scale }) {
  const states = shownView.value === "dice";
  return (
    <div class="legend">
      <span class="num">{scale.lowText}</span>
      <span class="ramp" style={{ background: gradient(scale.map, scale.reversed) }} />
      <span class="num last">{scale.highText}</span>
      {states && (
        <>
          <MarkIcon mark="missed" boxed />
          <span class="word" title="Missed: the target has the class, but nothing was drawn">
            only target
          </span>
          <MarkIcon mark="false-alarm" boxed />
          <span class="word" title="False alarm: drawn although the target does not have the class">
            only prediction
          </span>
        </>
      )}
      <i class="swatch hatch" />
      <span class="word">{states ? "both empty" : "undefined"}</span>
    </div>
  );
}
