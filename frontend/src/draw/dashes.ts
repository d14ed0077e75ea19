/** The dashes that tell lines of one colour apart. */

/** Solid, dashed, dotted; then patterns of their own. */
const DASHES: readonly number[][] = [
  [],
  [5, 3],
  [1, 3],
  [9, 3, 2, 3],
  [2, 2],
  [12, 4],
  [6, 2, 1, 2, 1, 2],
  [3, 5],
  [14, 3, 3, 3],
  [1, 1],
];

/** The dash of a line by its rank; after the last pattern they start again. */
export const dashOf = (rank: number): readonly number[] => DASHES[rank % DASHES.length] ?? [];
