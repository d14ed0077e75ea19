/** Slows down what is called too often: at once while calls are few, now and then while they are many. */

export interface Pace {
  /** Calls are counted over so many ms. */
  window: number;
  /** As many of them are carried out at once. */
  atOnce: number;
  /** The others wait so many ms, and are carried out together. */
  later: number;
}

export function paced(act: () => void, { window, atOnce, later }: Pace): () => void {
  let [since, count] = [Number.NEGATIVE_INFINITY, 0];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = (): void => {
    timer = undefined;
    act();
  };
  return () => {
    const now = performance.now();
    if (now - since > window) [since, count] = [now, 0];
    count += 1;
    if (timer !== undefined) return;
    if (count <= atOnce) act();
    else timer = setTimeout(late, later);
  };
}
