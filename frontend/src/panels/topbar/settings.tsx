/** Settings: a small popover at the top right. */

import { type SortBy, setSettings, settings } from "../../state";
import { Check, IconButton, Segment, Select } from "../../ui/controls";
import { Drop } from "../../ui/menu";

const SORTS: readonly { value: SortBy; text: string }[] = [
  { value: "order", text: "as recorded" },
  { value: "name", text: "by name" },
  { value: "last", text: "by last Dice, worst first" },
  { value: "frequency", text: "by frequency, rarest first" },
  { value: "empty", text: "by share of empty masks, largest first" },
];

export function SettingsButton() {
  return (
    <Drop
      class="settings"
      button={(open, toggle) => (
        <IconButton icon="settings" label="Settings" size={18} expanded={open} onClick={toggle} />
      )}
    >
      {() => <Fields />}
    </Drop>
  );
}

function Fields() {
  const { colormap, sort, table, follow } = settings.value;
  return (
    <div role="dialog" aria-label="Settings">
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
      <Check
        label="Follow the latest step as new ones arrive"
        checked={follow}
        onChange={(on) => setSettings({ follow: on })}
      />
      <Check
        label="Heatmap as a table"
        checked={table}
        onChange={(on) => setSettings({ table: on })}
      />
    </div>
  );
}
