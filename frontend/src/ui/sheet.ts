/**
 * What a panel shows, as rows: one form for its table and its file. What leaves the page says which
 * Dice it is: in a column, in the name of the file, below a picture.
 */

import type { Definition } from "../api";
import * as api from "../api";
import { slug } from "../format";
import { definition, pending, runA, runB, selection } from "../state";

export type Field = string | number | null;

export interface Sheet {
  /** Name of the file. */
  name: string;
  head: readonly Field[];
  rows: readonly (readonly Field[])[];
  /** The definitions of the rows, one for all or one each; empty where the rows name theirs. The chosen one. */
  of?: readonly (Definition | null)[];
  /** Which run and step a picture of it shows. The selected ones. */
  place?: string;
}

/** The rows of the file, its head first, each with the definition that it is of. */
export async function rowsOf({ head, rows, of = [definition.peek()] }: Sheet): Promise<Field[][]> {
  if (!of.length) return [head, ...rows].map((row) => [...row]);
  const words = await Promise.all(of.map((one) => one && inWords(one)));
  return [
    [...head, "definition"],
    ...rows.map((row, at) => [...row, words[at % words.length] ?? null]),
  ];
}

/** The file's name without its ending. */
export const fileName = ({ name, of = [definition.peek()] }: Sheet): string =>
  of.length === 1 && of[0] ? `${name}-${slug(of[0])}` : name;

/** Lines below a picture: where it is, and what its numbers are; of many definitions, the chosen one. */
export async function captionOf({
  place = here(),
  of = [definition.peek()],
}: Sheet): Promise<string[]> {
  const own = of.filter((one) => one !== null);
  return [place, ...(await Promise.all((own.length > 2 ? [definition.peek()] : own).map(inWords)))];
}

/** Waits while an answer is awaited: what is shown may be of the definition before. */
export async function answered(): Promise<void> {
  while (pending.peek()) await new Promise((go) => setTimeout(go, 20));
}

async function inWords(chosen: Definition): Promise<string> {
  const { formula, words } = await api.definition(chosen);
  return `${nameOf(chosen)}: ${formula}; ${words}`;
}

/** As the server labels it. */
function nameOf({ variant, ...rest }: Definition): string {
  const changed = Object.keys(rest).length > 0;
  return variant
    ? `${variant}${changed ? ", changed" : ""}`
    : `${changed ? "chosen" : "default"} definition`;
}

function here(): string {
  const { step, stepB } = selection.peek();
  const [a, b] = [runA.peek(), runB.peek()];
  const first = `${a?.label}, step ${step}`;
  return b ? `A ${first}; B ${b.label}, step ${stepB ?? step}` : first;
}
