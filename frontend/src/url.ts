/** The state of the page as `p.dice.*` keys of the address, both ways. Pure: no window, no signals. */

import type { Definition } from "./api";
import {
  ANALYSES,
  type Analysis,
  DEFAULT_OVERLAY,
  DEFAULT_SETTINGS,
  DEFAULT_TABS,
  MOST_ZOOM,
  type OverlaySettings,
  type Selection,
  type Settings,
  type Tabs,
  type View,
  type Viewport,
  WHOLE,
} from "./choices";
import { clamp } from "./clamp";

/** Everything a pasted link brings back. */
export interface PageState {
  selection: Selection;
  definition: Definition;
  view: View;
  zoom: [number, number] | null;
  pane: Viewport;
  variants: string[];
  runFilter: string;
  classFilter: string;
  runChecks: Record<string, boolean>;
  classChecks: Record<string, boolean>;
  overlay: OverlaySettings;
  settings: Settings;
  tabs: Tabs;
}

const PREFIX = "p.dice.";
const VIEWS: readonly View[] = ["dice", "diff", "q", "r0"];
const KINDS: readonly string[] = ["steps", "samples", "runs"];
const MAPS: readonly string[] = ["cividis", "viridis"];
/** What analyses were called in addresses that were copied before. */
const FORMER: Readonly<Record<string, Analysis>> = {
  compare: "a_against_b",
  size: "object_size",
  batch: "batch_size",
  rules: "empty_rules",
  variants: "all_variants",
  differ: "why_they_differ",
};

/** The keys of a state, without those that have their default. */
export function encode(state: PageState): Record<string, string> {
  const { selection: s } = state;
  const out: Record<string, string> = {};
  const put = (key: string, value: unknown): void => {
    if (value !== null && value !== undefined && value !== "") out[key] = String(value);
  };
  put("run", s.run);
  put("runB", s.runB);
  put("stepB", s.stepB);
  put("class", s.klass);
  put("step", s.step);
  put("sample", s.sample);
  put("slice", s.slice);
  put("view", state.view === "dice" ? null : state.view);
  put("zoom", state.zoom?.join("-"));
  put("pane", jsonUnlessEmpty(changed(state.pane, WHOLE)));
  put("runFilter", state.runFilter);
  put("classFilter", state.classFilter);
  put("variants", jsonUnlessEmpty(state.variants));
  put("definition", jsonUnlessEmpty(state.definition));
  put("runs", jsonUnlessEmpty(state.runChecks));
  put("classes", jsonUnlessEmpty(state.classChecks));
  put("overlay", jsonUnlessEmpty(changed(state.overlay, DEFAULT_OVERLAY)));
  put("settings", jsonUnlessEmpty(changed(state.settings, DEFAULT_SETTINGS)));
  const { open, ...choices } = state.tabs;
  put("tab", open === DEFAULT_TABS.open ? null : open);
  put("tabs", jsonUnlessEmpty(changed(choices, DEFAULT_TABS)));
  return out;
}

/** The state of an address. What is missing has its default; what is malformed counts as missing. */
export function decode(keys: Record<string, string>): PageState {
  const text = (key: string): string | null => keys[key] ?? null;
  const whole = (key: string): number | null =>
    /^-?\d{1,15}$/.test(keys[key] ?? "") ? Number(keys[key]) : null;
  const view = VIEWS.find((v) => v === keys.view) ?? "dice";
  const zoom = /^(\d{1,15})-(\d{1,15})$/.exec(keys.zoom ?? "");
  return {
    selection: {
      run: text("run"),
      runB: text("runB"),
      stepB: whole("stepB"),
      klass: text("class"),
      step: whole("step"),
      sample: text("sample"),
      slice: whole("slice"),
    },
    definition: object(keys.definition) as Definition,
    view,
    zoom: zoom && [Number(zoom[1]), Number(zoom[2])],
    pane: inside(like(WHOLE, keys.pane)),
    variants: strings(parsed(keys.variants)),
    runFilter: keys.runFilter ?? "",
    classFilter: keys.classFilter ?? "",
    runChecks: booleans(keys.runs),
    classChecks: booleans(keys.classes),
    overlay: like(DEFAULT_OVERLAY, keys.overlay),
    settings: known(like(DEFAULT_SETTINGS, keys.settings)),
    tabs: { ...like(DEFAULT_TABS, keys.tabs), open: analysis(keys.tab) },
  };
}

/** The `p.dice.*` keys in a hash such as "#dice&p.dice.run=a". */
export function fromHash(hash: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const part of hash.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at < 0 || !part.startsWith(PREFIX)) continue;
    out[part.slice(PREFIX.length, at)] = unescaped(part.slice(at + 1));
  }
  return out;
}

/** `hash` with its `p.dice.*` keys replaced; what is not ours stays as it is. */
export function toHash(hash: string, keys: Record<string, string>): string {
  const parts = hash
    .replace(/^#/, "")
    .split("&")
    .filter((part) => part && !part.startsWith(PREFIX));
  if (!parts.length) parts.push("dice");
  for (const [key, value] of Object.entries(keys)) parts.push(`${PREFIX}${key}=${escaped(value)}`);
  return `#${parts.join("&")}`;
}

/** Escapes what would end the value, and leaves readable what an address may hold. */
const escaped = (value: string): string =>
  encodeURIComponent(value).replace(/%(?:2F|3A|2C)/g, decodeURIComponent);

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value.replace(/\+/g, " "));
  } catch {
    return value;
  }
}

/** The entries of `now` that differ from `base`. */
function changed<T extends object>(now: T, base: T): Partial<T> {
  const entries = Object.entries(now) as [keyof T, unknown][];
  return Object.fromEntries(
    entries.filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(base[key])),
  ) as Partial<T>;
}

function jsonUnlessEmpty(value: object): string | null {
  return Object.keys(value).length ? JSON.stringify(value) : null;
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function object(text: string | undefined): Record<string, unknown> {
  const value = parsed(text);
  return value && typeof value === "object" && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function booleans(text: string | undefined): Record<string, boolean> {
  const entries = Object.entries(object(text)).filter(([, on]) => typeof on === "boolean");
  return Object.fromEntries(entries) as Record<string, boolean>;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((x): x is string => typeof x === "string") : [];
}

/** The analysis of a name, also of one that it had before. */
function analysis(name = ""): Analysis {
  return ANALYSES.find((one) => one === (FORMER[name] ?? name)) ?? DEFAULT_TABS.open;
}

/** No further out or in than the wheel goes. */
const inside = ({ zoom, x, y }: Viewport): Viewport => ({
  zoom: clamp(zoom, 1, MOST_ZOOM),
  x: clamp(x, 0, 1),
  y: clamp(y, 0, 1),
});

/** Settings that name something unknown have their default. */
function known(settings: Settings): Settings {
  const { kind, colormap } = settings;
  if (!KINDS.includes(kind)) settings.kind = DEFAULT_SETTINGS.kind;
  if (!MAPS.includes(colormap)) settings.colormap = DEFAULT_SETTINGS.colormap;
  return settings;
}

/** `base` with those entries of `text` that have the same type. */
function like<T extends object>(base: T, text: string | undefined): T {
  const out = { ...base } as Record<string, unknown>;
  for (const [key, value] of Object.entries(object(text))) {
    const old = out[key];
    if (Array.isArray(old)) out[key] = strings(value);
    else if (old !== undefined && typeof value === typeof old) out[key] = value;
  }
  return out as T;
}
