/** Adds variants of the catalogue, and recorded losses, to the chart of variants. */

import "./picker.css";
import { useState } from "preact/hooks";
import type { VariantInfo } from "../../api";
import { chosenVariants, variantList } from "../../state";
import { Tick } from "../../ui/controls";
import { Icon } from "../../ui/icon";
import { Drop } from "../../ui/menu";

/** The server draws at most this many a chart. */
const MOST = 12;

export function Picker() {
  return (
    <Drop
      class="picker"
      button={(open, toggle) => (
        <button type="button" class="chip add" aria-expanded={open} onClick={toggle}>
          + variant
        </button>
      )}
    >
      {() => <Catalogue />}
    </Drop>
  );
}

function Catalogue() {
  const [filter, setFilter] = useState("");
  const chosen = chosenVariants.value;
  const wanted = filter.trim().toLowerCase();
  const found = variantList.value.filter(({ name, summary }) =>
    `${name} ${summary}`.toLowerCase().includes(wanted),
  );
  return (
    <>
      <label class="field">
        <Icon name="search" size={14} />
        <input
          aria-label="Filter variants"
          placeholder="Filter variants"
          value={filter}
          ref={(input) => input?.focus()}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      </label>
      <fieldset class="options" aria-label="Variants">
        {found.map((variant) => (
          <Option key={variant.name} variant={variant} full={chosen.length >= MOST} />
        ))}
        {!found.length && <p class="sub">No variant of that name.</p>}
      </fieldset>
      <p class="sub">
        {chosen.length} of at most {MOST}, each as Keras logs it: per batch, over all its classes.
      </p>
    </>
  );
}

function Option({ variant, full }: { variant: VariantInfo; full: boolean }) {
  const { name, summary, formula, fault } = variant;
  const on = chosenVariants.value.includes(name);
  return (
    <label title={fault ? `${formula}\n${fault}` : formula}>
      <Tick checked={on} disabled={full && !on} onChange={() => toggle(name)} />
      <span>
        {name}
        <small>{summary}</small>
      </span>
    </label>
  );
}

export function toggle(name: string): void {
  const chosen = chosenVariants.peek();
  chosenVariants.value = chosen.includes(name)
    ? chosen.filter((other) => other !== name)
    : [...chosen, name];
}
