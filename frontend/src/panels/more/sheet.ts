/** What a tab shows, as rows: one form for its table and its file. */

export type Field = string | number | null;

export interface Sheet {
  /** Name of the file. */
  name: string;
  head: readonly string[];
  rows: readonly (readonly Field[])[];
}
