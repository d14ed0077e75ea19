/** A field that filters a list by a regular expression. */

import { Icon } from "./icon";

interface FilterFieldProps {
  id: string;
  label: string;
  hotkey?: string;
  value: string;
  /** The text is no regular expression. */
  wrong: boolean;
  onInput: (text: string) => void;
}

export function FilterField({ id, label, hotkey, value, wrong, onInput }: FilterFieldProps) {
  return (
    <label class="field" aria-invalid={wrong}>
      <Icon name="search" size={14} />
      <input
        id={id}
        aria-label={label}
        aria-invalid={wrong}
        placeholder={`${label} (regex)`}
        value={value}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {wrong ? <small class="sub">not a regex</small> : hotkey && <kbd>{hotkey}</kbd>}
    </label>
  );
}
