/** Which part of the image all panes show: one zoom and one centre for all of them. Pure but for the signal. */

import { signal } from "@preact/signals";
import { MOST_ZOOM, type Viewport } from "../../choices";
import { clamp } from "../../clamp";

/** How voxels lie on a pane: pane = origin + voxel * scale, in CSS pixels. */
export interface Placement {
  scale: number;
  left: number;
  top: number;
}

export interface Size {
  width: number;
  height: number;
}

/** The voxel under the pointer, in every pane. */
export const probe = signal<{ x: number; y: number } | null>(null);

export function place({ zoom, x, y }: Viewport, pane: Size, image: Size): Placement {
  const scale = Math.min(pane.width / image.width, pane.height / image.height) * zoom;
  return {
    scale,
    left: pane.width / 2 - x * image.width * scale,
    top: pane.height / 2 - y * image.height * scale,
  };
}

/** The voxel at a point of the pane, null outside the image. */
export function voxelAt(at: Placement, image: Size, paneX: number, paneY: number) {
  const x = Math.floor((paneX - at.left) / at.scale);
  const y = Math.floor((paneY - at.top) / at.scale);
  return x >= 0 && y >= 0 && x < image.width && y < image.height ? { x, y } : null;
}

/** Zoom by `factor` so that the image point under (paneX, paneY) stays there. */
export function zoomAt(
  view: Viewport,
  factor: number,
  pane: Size,
  image: Size,
  paneX: number,
  paneY: number,
): Viewport {
  const zoom = clamp(view.zoom * factor, 1, MOST_ZOOM);
  const before = place(view, pane, image);
  const after = place({ ...view, zoom }, pane, image);
  const move = (point: number, from: number, size: number) =>
    ((point - from) / before.scale - (point - from) / after.scale) / size;
  const x = view.x + move(paneX, pane.width / 2, image.width);
  const y = view.y + move(paneY, pane.height / 2, image.height);
  return bounded({ zoom, x, y });
}

/** Move the image by a distance in CSS pixels. */
export function panBy(view: Viewport, pane: Size, image: Size, dx: number, dy: number): Viewport {
  const { scale } = place(view, pane, image);
  return bounded({
    zoom: view.zoom,
    x: view.x - dx / (scale * image.width),
    y: view.y - dy / (scale * image.height),
  });
}

/** Never beyond the edge of the image. */
function bounded({ zoom, x, y }: Viewport): Viewport {
  const half = 0.5 / zoom;
  const inside = (value: number) => clamp(value, half, 1 - half);
  return { zoom, x: inside(x), y: inside(y) };
}
