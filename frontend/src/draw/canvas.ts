/** Canvas helpers: device pixels, the page's colours, the hatch, the marks of empties. */

/** What a drawing needs to know of the theme; read once per drawing, never per cell. */
export interface Inks {
  card: string;
  text: string;
  muted: string;
  grid: string;
  border: string;
  accent: string;
  hatch: string;
  hatchBack: string;
  /** Target and prediction, only the target, only the prediction. */
  hit: string;
  missed: string;
  falseAlarm: string;
}

/** The typeface of theme.css, for drawings. */
export const SANS = "Roboto, Helvetica Neue, Arial, sans-serif";

export type Mark = "missed" | "false-alarm";

/** Size a canvas for the screen and return a context whose unit is one CSS pixel, cleared. */
export function prepare(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  ratio: number = window.devicePixelRatio || 1,
): CanvasRenderingContext2D {
  const [columns, rows] = [
    Math.max(1, Math.round(width * ratio)),
    Math.max(1, Math.round(height * ratio)),
  ];
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("expected a canvas that can draw in 2D. Received: none");
  context.setTransform(columns / width, 0, 0, rows / height, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

export function readInks(element: Element): Inks {
  const style = getComputedStyle(element);
  const get = (name: string) => style.getPropertyValue(name).trim();
  return {
    card: get("--card"),
    text: get("--text"),
    muted: get("--muted"),
    grid: get("--grid"),
    border: get("--border-strong"),
    accent: get("--accent"),
    hatch: get("--hatch"),
    hatchBack: get("--hatch-bg"),
    hit: get("--tp"),
    missed: get("--fn"),
    falseAlarm: get("--fp"),
  };
}

const tiles = new Map<string, HTMLCanvasElement>();

/** Diagonal lines, the sign of "both empty", as a fill. One tile is 7 CSS pixels. */
export function hatch(context: CanvasRenderingContext2D, inks: Inks): CanvasPattern | string {
  const scale = context.getTransform().a || 1;
  const size = Math.max(4, Math.round(7 * scale));
  const key = `${size} ${inks.hatch} ${inks.hatchBack}`;
  const tile = tiles.get(key) ?? hatchTile(size, inks);
  tiles.set(key, tile);
  const pattern = context.createPattern(tile, "repeat");
  if (!pattern) return inks.hatchBack;
  pattern.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern;
}

function hatchTile(size: number, inks: Inks): HTMLCanvasElement {
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const pen = tile.getContext("2d");
  if (!pen) return tile;
  pen.fillStyle = inks.hatchBack;
  pen.fillRect(0, 0, size, size);
  pen.strokeStyle = inks.hatch;
  pen.lineWidth = size / 5;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift - 1, size + 1);
    pen.lineTo(shift + size + 1, -1);
  }
  pen.stroke();
  return tile;
}

/** A ring for "only target", a triangle for "only prediction", centred on (x, y). */
export function drawMark(
  context: CanvasRenderingContext2D,
  mark: Mark,
  x: number,
  y: number,
  color: string,
  radius = 2.6,
): void {
  context.beginPath();
  if (mark === "missed") {
    context.strokeStyle = color;
    context.lineWidth = Math.max(1, radius * 0.45);
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
    return;
  }
  context.fillStyle = color;
  context.moveTo(x, y - radius * 1.15);
  context.lineTo(x + radius * 1.2, y + radius * 0.95);
  context.lineTo(x - radius * 1.2, y + radius * 0.95);
  context.closePath();
  context.fill();
}

/** Call `draw` whenever the size of `element` changes, at most once per frame. Returns how to stop. */
export function onResize(element: Element, draw: () => void): () => void {
  let frame = 0;
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(draw);
  });
  observer.observe(element);
  return () => {
    cancelAnimationFrame(frame);
    observer.disconnect();
  };
}
