/** Listeners that come and go together. */

type Handlers = {
  [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name]) => void;
};

/** Adds `handlers` to a target; returns what removes all of them. */
export function listen(
  target: EventTarget,
  handlers: Handlers,
  options?: AddEventListenerOptions,
): () => void {
  const controller = new AbortController();
  for (const [name, handler] of Object.entries(handlers))
    target.addEventListener(name, handler as EventListener, {
      ...options,
      signal: controller.signal,
    });
  return () => controller.abort();
}
