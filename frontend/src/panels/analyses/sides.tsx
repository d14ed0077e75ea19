/** The names of runs A and B in a legend. */

export interface SidesProps {
  labels: readonly string[];
  colors: readonly string[];
}

export function Sides({ labels, colors }: SidesProps) {
  return labels.map((label, side) => (
    <span key={label} class="entry" title={label}>
      <span class="tag">{"AB"[side]}</span>
      <span class="dot" style={{ background: colors[side] }} />
      <span class="clip">{label}</span>
    </span>
  ));
}
