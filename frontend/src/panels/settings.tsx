/** Settings: a small popover at the top right. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type SortBy, setSettings, settings } from "../state";
import { IconButton, Segment, Select } from "../ui/controls";

const SORTS: readonly { value: SortBy; text: string }[] = [
  { value: "order", text: "as recorded" },
  { value: "name", text: "by name" },
  { value: "last", text: "by last Dice, worst first" },
  { value: "frequency", text: "by frequency, rarest first" },
  { value: "empty", text: "by empty share, most first" },
];

export function SettingsButton() {
  const open = useSignal(false);
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const close = (event: Event): void => {
      const outside = !box.current?.contains(event.target as Node);
      if (outside || (event instanceof KeyboardEvent && event.key === "Escape")) open.value = false;
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, [open]);
  return (
    <span ref={box} class="popover-anchor">
      <IconButton
        icon="settings"
        label="Settings"
        size={18}
        expanded={open.value}
        onClick={() => {
          open.value = !open.value;
        }}
      />
      {open.value && <Popover />}
    </span>
  );
}

function Popover() {
  const { colormap, sort, table, follow } = settings.value;
  return (
    <div class="popover card fade" role="dialog" aria-label="Settings">
      <div class="row">
        <span class="sub">Colours</span>
        <Segment
          wide
          label="Colour map"
          value={colormap}
          options={[
            { value: "cividis", text: "cividis" },
            { value: "viridis", text: "viridis" },
          ]}
          onChange={(value) => setSettings({ colormap: value })}
        />
      </div>
      <div class="row">
        <span class="sub">Classes</span>
        <Select
          label="Order of the classes"
          value={sort}
          options={SORTS}
          onChange={(value) => setSettings({ sort: value })}
        />
      </div>
      <Switch
        text="Follow the last step while new ones arrive"
        on={follow}
        change={(on) => setSettings({ follow: on })}
      />
      <Switch text="Heatmap as a table" on={table} change={(on) => setSettings({ table: on })} />
    </div>
  );
}

function Switch(props: { text: string; on: boolean; change: (on: boolean) => void }) {
  return (
    <label class="checkline">
      <input
        type="checkbox"
        class="check"
        checked={props.on}
        onChange={(event) => props.change(event.currentTarget.checked)}
      />
      {props.text}
    </label>
  );
}
