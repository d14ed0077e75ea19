/** One pane as a drawing: voxels as they are, masks filled or outlined on top. */

import type { Viewport } from "../../choices";
import { prepare } from "../../draw/canvas";
import { adjust, type Pixels } from "../../draw/maps";
import type { Layer } from "./layers";
import { place } from "./viewport";

export interface PaneData {
  image: Pixels;
  layers: readonly Layer[];
}

export interface PaneOptions {
  width: number;
  height: number;
  viewport: Viewport;
  /** 0 to 1 */
  opacity: number;
  outline: boolean;
  /** -1 to 1 */
  brightness: number;
  contrast: number;
}

/** Width of an outline in CSS pixels; it lies inside the mask. */
const LINE = 1.6;

export function pane(canvas: HTMLCanvasElement, data: PaneData, options: PaneOptions): void {
  const { image, layers } = data;
  const context = prepare(canvas, options.width, options.height);
  context.fillStyle = "#000";
  context.fillRect(0, 0, options.width, options.height);
  const at = place(options.viewport, options, image);
  context.translate(at.left, at.top);
  context.scale(at.scale, at.scale);
  context.imageSmoothingEnabled = false;
  context.drawImage(greyCanvas(image, options.brightness, options.contrast), 0, 0);
  for (const layer of layers) drawLayer(context, layer, at.scale, options);
}

function drawLayer(
  context: CanvasRenderingContext2D,
  layer: Layer,
  scale: number,
  { opacity, outline }: PaneOptions,
): void {
  context.save();
  if (!outline) {
    context.globalAlpha = opacity;
    context.fillStyle = layer.color;
    context.fill(layer.path);
  }
  context.clip(layer.path);
  context.globalAlpha = Math.min(1, 2 * opacity);
  context.strokeStyle = layer.color;
  context.lineWidth = (2 * LINE) / scale;
  context.setLineDash(layer.dash.map((length) => length / scale));
  context.stroke(layer.path);
  context.restore();
}

const adjusted = new WeakMap<Pixels, { key: string; canvas: OffscreenCanvas }>();

/** The image with brightness and contrast applied, at one pixel a voxel. */
function greyCanvas(image: Pixels, brightness: number, contrast: number): OffscreenCanvas {
  const key = `${brightness} ${contrast}`;
  const known = adjusted.get(image);
  if (known?.key === key) return known.canvas;
  const canvas = new OffscreenCanvas(image.width, image.height);
  const data = new ImageData(adjust(image, brightness, 4 ** contrast), image.width, image.height);
  canvas.getContext("2d")?.putImageData(data, 0, 0);
  adjusted.set(image, { key, canvas });
  return canvas;
}
