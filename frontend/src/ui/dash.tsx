/** A piece of a line, for legends and labels. */

export function Dash({
  dash,
  color,
  width = 22,
}: {
  dash: readonly number[];
  /** Of the run; left out or null where the line is of none. */
  color?: string | null;
  width?: number;
}) {
  return (
    <svg class="dash" aria-hidden="true" width={width} height="4">
      <path
        d={`M0 2h${width}`}
        style={{ stroke: color ?? "var(--muted)" }}
        stroke-width="1.8"
        stroke-dasharray={dash.join(" ")}
      />
    </svg>
  );
}
