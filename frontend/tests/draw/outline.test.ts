import { describe, expect, it } from "vitest";
import { contours, type Loop } from "../../src/draw/outline";

/** A mask from rows of "#" and ".". */
function mask(...rows: string[]): [Uint8Array, number, number] {
  const cells = rows.join("");
  return [
    Uint8Array.from(cells, (c) => (c === "#" ? 1 : 0)),
    (rows[0] as string).length,
    rows.length,
  ];
}

/** Twice the area inside a loop (shoelace); a hole counts below zero. */
function area(loop: Loop): number {
  let sum = 0;
  for (let i = 0; i < loop.length; i += 2) {
    const j = (i + 2) % loop.length;
    sum +=
      (loop[i] as number) * (loop[j + 1] as number) - (loop[j] as number) * (loop[i + 1] as number);
  }
  return sum / 2;
}

describe("contours", () => {
  it("gives nothing for an empty mask", () => {
    expect(contours(...mask("..", ".."))).toEqual([]);
  });

  it("goes clockwise around one voxel", () => {
    expect(contours(...mask("...", ".#.", "..."))).toEqual([[1, 1, 2, 1, 2, 2, 1, 2]]);
  });

  it("joins straight edges, also at the edge of the map", () => {
    expect(contours(...mask("###", "###"))).toEqual([[0, 0, 3, 0, 3, 2, 0, 2]]);
  });

  it("turns into inner corners", () => {
    expect(contours(...mask("#.", "##"))).toEqual([[0, 0, 1, 0, 1, 1, 2, 1, 2, 2, 0, 2]]);
  });

  it("walks a hole the other way round", () => {
    const loops = contours(...mask("###", "#.#", "###"));
    expect(loops.map(area)).toEqual([9, -1]);
  });

  it("makes two loops of voxels that touch at a corner", () => {
    expect(contours(...mask("#.", ".#")).map(area)).toEqual([1, 1]);
    expect(contours(...mask(".#", "#.")).map(area)).toEqual([1, 1]);
  });

  it("encloses exactly the voxels of any mask", () => {
    let seed = 3;
    const random = () => {
      seed = (seed * 1664525 + 1013904223) >>> 0;
      return seed / 2 ** 32;
    };
    for (let round = 0; round < 40; round++) {
      const [width, height] = [1 + Math.floor(random() * 12), 1 + Math.floor(random() * 12)];
      const cells = Uint8Array.from({ length: width * height }, () => (random() < 0.5 ? 1 : 0));
      const total = contours(cells, width, height).reduce((sum, loop) => sum + area(loop), 0);
      expect(total).toBe(cells.reduce((sum, cell) => sum + cell, 0));
    }
  });

  it("leaves ignored voxels outside", () => {
    expect(contours(Uint8Array.of(255, 1), 2, 1)).toEqual([[1, 0, 2, 0, 2, 1, 1, 1]]);
  });
});
