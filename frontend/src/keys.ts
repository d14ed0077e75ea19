/** Keys that work wherever the focus is, except in a field. The heatmap handles its own arrows. */

import { clamp } from "./clamp";
import {
  drawer,
  enlarge,
  helpOpen,
  moveClass,
  moveSample,
  moveSlice,
  moveStep,
  openWorst,
  overlay,
  overlayHidden,
  type PaneView,
  pin,
  playing,
  selection,
  setOverlay,
  unpin,
} from "./state";
import { modified } from "./ui/press";

/** What the help lists, in this order. */
export const KEYS: readonly [keys: string, meaning: string][] = [
  ["← → ↑ ↓", "move the selected cell, with Shift by ten; on the tabs, open the next one"],
  ["Enter", "open the worst sample of the cell"],
  ["[ ]", "previous step, next step"],
  [", .", "previous sample, next sample"],
  ["PgUp PgDn", "previous slice, next slice"],
  ["1 2 3 4", "show all panes, target, prediction, error"],
  ["e", "enlarge the overlay, or shrink it again"],
  ["o", "switch between filled masks and outlines"],
  ["Space", "hold to hide the masks"],
  ["- =", "make the masks fainter, stronger"],
  ["p", "pin the cell as B, or unpin it"],
  ["Home End", "go to the first, the last cell or tab"],
  ["/", "filter the runs"],
  ["?", "show this help"],
  ["Esc", "close what is open, stop playing or unpin B"],
];

const VIEWS: readonly PaneView[] = ["all", "target", "prediction", "error"];

const ACTIONS: Record<string, (event: KeyboardEvent) => void> = {
  "[": () => moveStep(-1),
  "]": () => moveStep(1),
  ",": () => moveSample(-1),
  ".": () => moveSample(1),
  Enter: openWorst,
  PageUp: () => moveSlice(-1),
  PageDown: () => moveSlice(1),
  "1": () => show(0),
  "2": () => show(1),
  "3": () => show(2),
  "4": () => show(3),
  e: enlarge,
  o: () => setOverlay({ outline: !overlay.peek().outline }),
  "-": () => fade(-0.1),
  "=": () => fade(0.1),
  "+": () => fade(0.1),
  p: pinSelected,
  "/": () => document.querySelector<HTMLInputElement>("#run-filter")?.focus(),
  "?": () => {
    helpOpen.value = !helpOpen.peek();
  },
  ArrowLeft: (event) => moveStep(event.shiftKey ? -10 : -1),
  ArrowRight: (event) => moveStep(event.shiftKey ? 10 : 1),
  ArrowUp: () => moveClass(-1),
  ArrowDown: () => moveClass(1),
  " ": () => {
    overlayHidden.value = true;
  },
};

/** Listens on the document; called once. */
export function listenForKeys(): void {
  document.addEventListener("keydown", down);
  document.addEventListener("keyup", (event) => {
    if (event.key === " ") overlayHidden.value = false;
  });
  window.addEventListener("blur", () => {
    overlayHidden.value = false;
  });
}

function down(event: KeyboardEvent): void {
  if (event.defaultPrevented || modified(event)) return;
  if (event.key === "Escape") {
    back(event.target);
    return;
  }
  if (helpOpen.peek() && event.key !== "?") return;
  if (takesKey(event.target, event.key)) return;
  const action = ACTIONS[event.key];
  if (!action) return;
  event.preventDefault();
  action(event);
}

/** Whether the focused element has a use of its own for the key. */
function takesKey(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement && target.type === "checkbox") return key === " ";
  if (target instanceof HTMLInputElement && target.type === "range")
    return key.startsWith("Arrow") || key.startsWith("Page");
  if (target.matches("input, select, textarea")) return true;
  return (key === " " || key === "Enter") && target.closest("button, a, summary") !== null;
}

function back(target: EventTarget | null): void {
  if (target instanceof HTMLInputElement) target.blur();
  else if (helpOpen.peek()) helpOpen.value = false;
  else if (overlay.peek().large) enlarge();
  else if (drawer.peek() !== "none") drawer.value = "none";
  else if (playing.peek()) playing.value = false;
  else if (selection.peek().stepB !== null) unpin();
}

function show(at: number): void {
  setOverlay({ view: VIEWS[at] ?? "all" });
}

function fade(by: number): void {
  setOverlay({ opacity: Number(clamp(overlay.peek().opacity + by, 0, 1).toFixed(2)) });
}

function pinSelected(): void {
  const { run, step } = selection.peek();
  if (run !== null && step !== null) pin(run, step);
}
