/** Small controls. Each is a native element with a label, so keys and screen readers work. */

import type { ComponentChildren } from "preact";
import { clamp } from "../clamp";
import { Icon, type IconName } from "./icon";

/** Inline styles, with units; custom properties too. */
type Style = Record<string, string | number>;

interface IconButtonProps {
  icon: IconName;
  /** Its name; shown as the tooltip too, with the key behind it. */
  label: string;
  hotkey?: string;
  onClick: () => void;
  disabled?: boolean;
  pressed?: boolean;
  expanded?: boolean;
  testid?: string;
  size?: number;
  style?: Style;
}

export function IconButton({ icon, label, hotkey, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      class="icon"
      aria-label={label}
      title={hotkey ? `${label} (${hotkey})` : label}
      aria-pressed={rest.pressed}
      aria-expanded={rest.expanded}
      disabled={rest.disabled}
      data-testid={rest.testid}
      style={rest.style}
      onClick={rest.onClick}
    >
      <Icon name={icon} size={rest.size} />
    </button>
  );
}

interface SegmentProps<T extends string> {
  label: string;
  options: readonly {
    value: T;
    text: ComponentChildren;
    title?: string;
    disabled?: boolean;
  }[];
  value: T;
  onChange: (value: T) => void;
  wide?: boolean;
}

/** Buttons side by side, of which one is pressed. */
export function Segment<T extends string>(props: SegmentProps<T>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out in a row in all browsers
    <div class={props.wide ? "seg wide" : "seg"} role="group" aria-label={props.label}>
      {props.options.map(({ value, text, title, disabled }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === props.value}
          title={title}
          disabled={disabled}
          onClick={() => props.onChange(value)}
        >
          {text}
        </button>
      ))}
    </div>
  );
}

interface TickProps {
  /** Its name where it has no words next to it. */
  "aria-label"?: string;
  checked: boolean;
  indeterminate?: boolean;
  disabled?: boolean;
  onChange: (on: boolean) => void;
}

export function Tick({ onChange, ...rest }: TickProps) {
  return (
    <input
      type="checkbox"
      class="check"
      {...rest}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

/** A tick and its words. */
export function Check({ label, title, ...rest }: TickProps & { label: string; title?: string }) {
  return (
    <label class="checkline" title={title}>
      <Tick {...rest} />
      {label}
    </label>
  );
}

interface SliderProps {
  label: string;
  min: number;
  max: number;
  step?: number;
  value: number;
  /** What a screen reader says for the value. */
  text?: string;
  disabled?: boolean;
  onChange: (value: number) => void;
}

/** A native range input; the part passed is orange. */
export function Slider({ min, max, value, step = 1, ...rest }: SliderProps) {
  const at = max > min ? clamp((value - min) / (max - min), 0, 1) : 0;
  return (
    <input
      type="range"
      class="slider"
      aria-label={rest.label}
      aria-valuetext={rest.text}
      min={min}
      max={max}
      step={step}
      value={value}
      disabled={rest.disabled}
      style={{ "--at": at }}
      onInput={(event) => rest.onChange(Number(event.currentTarget.value))}
    />
  );
}

interface NumberFieldProps {
  label: string;
  value: number | string;
  width?: number;
  min?: number;
  max?: number;
  /** Called when the reader leaves the field or presses Enter, with a number within the bounds. */
  onChange: (value: number) => void;
}

/** A number that is taken over on Enter or on leaving; what is no number is put back. */
export function NumberField({ label, value, width = 52, min, max, onChange }: NumberFieldProps) {
  const commit = (input: HTMLInputElement): void => {
    const x = Number(input.value);
    if (input.value.trim() === "" || !Number.isFinite(x)) input.value = String(value);
    else onChange(clamp(x, min ?? -Infinity, max ?? Infinity));
  };
  return (
    <span class="field num" style={{ width: `${width}px` }}>
      <input
        aria-label={label}
        inputMode="decimal"
        value={value}
        onChange={(event) => commit(event.currentTarget)}
      />
    </span>
  );
}

interface SelectProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; text: string; group?: string }[];
  onChange: (value: T) => void;
  /** Drawn before the text, such as a run's dot. */
  before?: ComponentChildren;
  style?: Style;
}

/** A native select in the look of the page; options with a `group` come under its heading. */
export function Select<T extends string>({ options, ...props }: SelectProps<T>) {
  const groups = [...new Set(options.map((option) => option.group))];
  const draw = (group: string | undefined) =>
    options
      .filter((option) => option.group === group)
      .map(({ value, text }) => (
        <option key={value} value={value} selected={value === props.value}>
          {text}
        </option>
      ));
  return (
    <span class="field select" style={props.style}>
      {props.before}
      <select
        aria-label={props.label}
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value as T)}
      >
        {groups.map((group) =>
          group === undefined ? (
            draw(group)
          ) : (
            <optgroup key={group} label={group}>
              {draw(group)}
            </optgroup>
          ),
        )}
      </select>
      <Icon name="caret" size={14} />
    </span>
  );
}

/** An error inside a panel: what happened, and a way to try again. */
export function Trouble({ text, retry }: { text: string; retry: () => void }) {
  return (
    <div class="trouble" role="alert">
      <Icon name="bad" />
      <span>{text}</span>
      <button type="button" class="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
