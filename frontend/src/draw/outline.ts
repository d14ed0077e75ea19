/** The border of a mask as closed loops along voxel edges, so that dashes run on around corners. */

import { VOXEL } from "./maps";

/** Corner points x0, y0, x1, y1 ... in voxels; the last joins the first; the inside is to the right. */
export type Loop = number[];

/** Steps along a voxel edge: right, down, left, up. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;

/** For each heading, the voxels ahead of a corner: on the right and on the left of the way. */
const AHEAD = [
  [
    [0, 0],
    [0, -1],
  ],
  [
    [-1, 0],
    [0, 0],
  ],
  [
    [-1, -1],
    [-1, 0],
  ],
  [
    [0, -1],
    [-1, -1],
  ],
] as const;

/** The bit of `walked` for an edge that was walked to the right. */
const RIGHT = 1;

/**
 * Trace the border of `mask` (row-major, `width` voxels a row).
 *
 * Every unit edge between inside and outside is walked once, clockwise around the inside. Straight edges are
 * joined. Voxels that touch only at a corner become two loops.
 */
export function contours(mask: Uint8Array, width: number, height: number): Loop[] {
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === VOXEL.inside;
  const walked = new Uint8Array((width + 1) * (height + 1));
  const loops: Loop[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!inside(x, y) || inside(x, y - 1)) continue;
      const heading = walked[y * (width + 1) + x] as number;
      if ((heading & RIGHT) === 0) loops.push(trace(inside, walked, width, x, y));
    }
  return loops;
}

/** Follow one border from the top edge of voxel (x, y), to the right, until it closes. */
function trace(
  inside: (x: number, y: number) => boolean,
  walked: Uint8Array,
  width: number,
  startX: number,
  startY: number,
): Loop {
  const loop: Loop = [];
  let [x, y, heading] = [startX, startY, 0];
  let before = -1;
  do {
    const at = y * (width + 1) + x;
    walked[at] = (walked[at] as number) | (1 << heading);
    if (heading !== before) loop.push(x, y);
    before = heading;
    const [dx, dy] = STEPS[heading] as readonly [number, number];
    x += dx;
    y += dy;
    heading = turn(inside, x, y, heading);
  } while (x !== startX || y !== startY || heading !== 0);
  return loop;
}

/** The next heading at corner (x, y): right where the inside ends, left where it goes on to the left, else straight. */
function turn(
  inside: (x: number, y: number) => boolean,
  x: number,
  y: number,
  heading: number,
): number {
  const [right, left] = AHEAD[heading] as (typeof AHEAD)[number];
  if (!inside(x + right[0], y + right[1])) return (heading + 1) % 4;
  return inside(x + left[0], y + left[1]) ? (heading + 3) % 4 : heading;
}

/** The loops as one path in voxels. */
export function toPath(loops: readonly Loop[]): Path2D {
  const path = new Path2D();
  for (const loop of loops) {
    path.moveTo(loop[0] as number, loop[1] as number);
    for (let at = 2; at < loop.length; at += 2)
      path.lineTo(loop[at] as number, loop[at + 1] as number);
    path.closePath();
  }
  return path;
}
