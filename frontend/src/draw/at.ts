/** Lengths in CSS pixels as an inline style. */

type Lengths = Partial<Record<"left" | "top" | "width" | "height" | "paddingLeft", number>>;

export function at(lengths: Lengths): Record<string, string> {
  return Object.fromEntries(
    Object.entries(lengths).map(([name, length]) => [name, `${Math.round(length * 100) / 100}px`]),
  );
}
