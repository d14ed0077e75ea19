/** Keys that work wherever the focus is, except in a field. The heatmap handles its own arrows. */

import {
  clamp,
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

/** What the help lists, in this order. */
export const KEYS: readonly [keys: string, meaning: string][] = [
  ["← → ↑ ↓", "move the cell, with Shift ten at a time; on the tabs: the next tab"],
  ["Enter", "open the worst sample of the cell"],
  ["[ ]", "step back, step on"],
  [", .", "sample before, sample after"],
  ["PgUp PgDn", "slice before, slice after"],
  ["1 2 3 4", "all panes, target, prediction, error"],
  ["e", "enlarge the overlay, put it back"],
  ["o", "fill or outline"],
  ["Space", "hold to hide the overlay"],
  ["- =", "overlay fainter, stronger"],
  ["p", "pin the cell as B; again lets it go"],
  ["Home End", "in the heatmap and the tabs: first, last"],
  ["/", "filter the runs"],
  ["?", "this help"],
  ["Esc", "back: close, stop, let go of the pin"],
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
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
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
