/** What the page shares with TensorBoard around it: theme, reloads, visibility and the address. */

import { batch, effect } from "@preact/signals";
import { paced } from "./pace";
import {
  chosenVariants,
  classChecks,
  classFilter,
  definition,
  overlay,
  runChecks,
  runFilter,
  selection,
  settings,
  tabs,
  theme,
  view,
  viewport,
  visible,
  zoomSteps,
} from "./state";
import { decode, encode, fromHash, type PageState, toHash } from "./url";

/** Connects the page with its host; `onReload` is called when TensorBoard has new data. */
export function connectHost(onReload: () => void): void {
  const parent = hostWindow();
  followTheme(parent);
  followVisibility(parent);
  listen(onReload);
  followAddress(parent);
  takeFocus(parent);
}

/** Keys work at once, unless the reader is busy elsewhere in TensorBoard. */
function takeFocus(host: Window): void {
  const active = host.document.activeElement;
  if (active === host.document.body || active === window.frameElement) window.focus();
}

/** TensorBoard's window, or our own where the page stands alone or the parent is of another origin. */
function hostWindow(): Window {
  try {
    void window.parent.document.body;
    return window.parent;
  } catch {
    return window;
  }
}

function followTheme(host: Window): void {
  const body = host.document.body;
  const read = (): void => {
    const dark = body.classList.contains("dark-mode");
    document.body.classList.toggle("dark-mode", dark); // first: drawings read its tokens
    theme.value = dark ? "dark" : "light";
  };
  read();
  if (host !== window)
    new MutationObserver(read).observe(body, { attributes: true, attributeFilter: ["class"] });
}

/** TensorBoard keeps the frame of a tab that is not shown, with a height of 0. */
function followVisibility(host: Window): void {
  const frame = host === window ? null : window.frameElement;
  const read = (): void => {
    visible.value = frame?.clientHeight !== 0 && document.visibilityState === "visible";
  };
  read();
  document.addEventListener("visibilitychange", read);
  // an observer of the host's own: those of a hidden frame do not run
  if (frame) new (host as Window & typeof globalThis).ResizeObserver(read).observe(frame);
}

/** TensorBoard's messages: JSON over a channel that the page opens; each one wants a reply. */
function listen(onReload: () => void): void {
  if (window.parent === window) return;
  const channel = new MessageChannel();
  channel.port1.onmessage = ({ data }) => {
    const message = parse(data);
    if (!message || message.isReply) return;
    channel.port1.postMessage(
      JSON.stringify({
        type: message.type,
        id: message.id,
        payload: null,
        error: null,
        isReply: true,
      }),
    );
    if (message.type === "experimental.DataReloaded") onReload();
  };
  window.parent.postMessage("experimental.bootstrap", "*", [channel.port2]);
}

interface Message {
  type: string;
  id: number;
  isReply: boolean;
}

function parse(data: unknown): Message | null {
  try {
    return JSON.parse(String(data)) as Message;
  } catch {
    return null;
  }
}

// ---- the address ----

/** Browsers ignore more than some 200 changes of the address in half a minute. */
const PACE = { window: 10_000, atOnce: 30, later: 500 };

function followAddress(host: Window): void {
  restore(decode(fromHash(host.location.hash)));
  let written = "";
  const write = (): void => {
    if (!visible.peek()) return; // another tab of TensorBoard owns the address now
    const { pathname, search } = host.location; // the hash alone would go to the base of the page
    const hash = toHash(host.location.hash, encode(current()));
    written = hash;
    if (hash !== host.location.hash)
      host.history.replaceState(host.history.state, "", pathname + search + hash);
  };
  const pace = paced(write, PACE);
  effect(() => {
    current(); // whatever the address keeps
    if (visible.value) pace();
  });
  host.addEventListener("hashchange", () => {
    const hash = host.location.hash;
    const keys = fromHash(hash);
    if (hash !== written && Object.keys(keys).length) restore(decode(keys));
  });
}

/** What the address keeps, by its name there. */
const KEPT: { [Key in keyof PageState]: { value: PageState[Key] } } = {
  selection,
  definition,
  view,
  zoom: zoomSteps,
  pane: viewport,
  variants: chosenVariants,
  runFilter,
  classFilter,
  runChecks,
  classChecks,
  overlay,
  settings,
  tabs,
};

function current(): PageState {
  const entries = Object.entries(KEPT).map(([key, kept]) => [key, kept.value]);
  return Object.fromEntries(entries) as PageState;
}

function restore(state: PageState): void {
  batch(() => {
    for (const [key, kept] of Object.entries(KEPT)) kept.value = state[key as keyof PageState];
  });
}
