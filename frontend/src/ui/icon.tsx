/** Line icons on a 16-pixel grid. They are decoration: the control around them carries the name. */

const PATHS = {
  search: '<circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5 14 14"/>',
  caret: '<path d="M4 6.2 8 10.2l4-4"/>',
  reset: '<path d="M3 8a5 5 0 1 0 1.6-3.7M3 2.5V5h2.5"/>',
  prev: '<path d="M10 3.5 5.5 8l4.5 4.5"/>',
  next: '<path d="M6 3.5 10.5 8 6 12.5"/>',
  play: '<path d="M5 3.2v9.6L12.5 8z" fill="currentColor"/>',
  pause: '<path d="M5.5 3.5v9M10.5 3.5v9" stroke-width="2.4"/>',
  swap: '<path d="M3 5.5h9M9.5 3 12 5.5 9.5 8M13 10.5H4M6.5 8 4 10.5 6.5 13"/>',
  settings:
    '<path d="M2 4.8h5M11 4.8h3M2 11.2h3M9 11.2h5"/><circle cx="9" cy="4.8" r="1.9"/><circle cx="7" cy="11.2" r="1.9"/>',
  help: '<circle cx="8" cy="8" r="6.3"/><path d="M6.2 6.4a1.8 1.8 0 1 1 2.5 1.6c-.5.3-.7.6-.7 1.2M8 11.4v.1"/>',
  enlarge: '<path d="M9.5 2.5h4v4M13 3 9 7M6.5 13.5h-4v-4M3 13l4-4"/>',
  table: '<path d="M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6M10 6.5v6"/>',
  save: '<path d="M8 2.5v7M5 7l3 3 3-3M3 13h10"/>',
  contrast:
    '<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor"/>',
  close: '<path d="m4 4 8 8m0-8-8 8"/>',
  menu: '<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>',
  panel: '<path d="M2.5 3h11v10h-11zM9.5 3v10"/>',
  bad: '<path d="M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2z" fill="currentColor" stroke="none"/><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4" stroke="var(--card)"/>',
  warn: '<path d="M8 1.8 15 14H1z" fill="currentColor"/><path d="M8 6.2v3.6M8 12v.1" stroke="var(--card)"/>',
  note: '<circle cx="8" cy="8" r="6.5" fill="currentColor" stroke="none"/><path d="M8 7.5v3.7M8 4.9V5" stroke="var(--card)"/>',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      dangerouslySetInnerHTML={{ __html: PATHS[name] }}
    />
  );
}
