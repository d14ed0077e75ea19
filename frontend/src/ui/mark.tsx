/** The marks of one-sided empties as icons, for legends and tables. */

import type { Mark } from "../draw/canvas";
import { colorAt, css } from "../draw/colormap";
import { settings } from "../state";

interface MarkIconProps {
  mark: Mark;
  /** On the colour of a score of 0, as in the heatmap. */
  boxed?: boolean;
}

export function MarkIcon({ mark, boxed }: MarkIconProps) {
  const color = boxed ? "#fff" : "currentColor";
  return (
    <svg class="mark" aria-hidden="true" width={boxed ? 14 : 12} height={14} viewBox="0 0 14 14">
      {boxed && (
        <rect width="14" height="14" rx="2" fill={css(colorAt(settings.value.colormap, 0))} />
      )}
      {mark === "missed" ? (
        <circle cx="7" cy="7" r="3.2" fill="none" stroke={color} stroke-width="1.4" />
      ) : (
        <path d="M7 3.2l4 7H3z" fill={color} />
      )}
    </svg>
  );
}
