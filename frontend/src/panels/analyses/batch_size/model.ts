/** Values over the batch size: what to draw and what to say. Pure. */

import type { Line } from "../../../api";
import { dashOf } from "../../../draw/dashes";
import { quantity } from "../../../format";
import type { Sheet } from "../../../ui/sheet";
import { rangeOf } from "../axis";
import type { CurvesData } from "../curves";
import type { Saying } from "../frame";
import type { Answer } from "./route";

/** Less than this cannot be seen in the numbers shown. */
const NOTICED = 0.005;

/** Scores and losses apart: they do not share an axis. */
export function curvesOf(
  { sizes, lines, recorded }: Answer,
  color: string,
): { scores: CurvesData | null; losses: CurvesData | null } {
  const shares = sizes.map((_, index) => index / Math.max(1, sizes.length - 1));
  const draw = (isScore: boolean): CurvesData | null => {
    const curves = lines.flatMap(({ key, label, form, values, refused }, rank) =>
      refused || (form === "score") !== isScore
        ? []
        : [{ key, label, color, dash: dashOf(rank), values }],
    );
    if (!curves.length) return null;
    const [low, high] = rangeOf(curves.flatMap(({ values }) => values));
    const ticks = sizes.map((size, index) => ({ share: shares[index] ?? 0, text: String(size) }));
    const at = sizes.indexOf(recorded ?? -1);
    const mark = { share: shares[at] ?? 0, text: "as recorded", state: false };
    return { curves, shares, ticks, marks: at < 0 ? [] : [mark], low, high };
  };
  return { scores: draw(true), losses: draw(false) };
}

export function say({ sizes, lines }: Answer): Saying {
  const moves = lines.map((line) => ({ line, by: spread(line) }));
  const [most] = [...moves].sort((x, y) => y.by - x.by);
  const [own] = lines;
  if (sizes.length < 2)
    return { claim: "There is only one sample,", evidence: "so there is only one batch size." };
  if (!most || most.by < NOTICED)
    return {
      claim: "None of these depends on the batch size.",
      evidence: "Each sample is scored by itself.",
    };
  const { label, values } = most.line;
  const ends = `${quantity(values[0])} at ${sizes[0]}, ${quantity(values.at(-1))} at ${sizes.at(-1)}`;
  const still = own && own !== most.line && !own.refused && spread(own) < NOTICED;
  return {
    claim: `${label} depends on the batch size: ${ends}.`,
    evidence: still
      ? `The chosen definition stays at ${quantity(own.values[0])}.`
      : "The predictions are the same.",
  };
}

/** Lines that cannot be computed, each with its reason. */
export const refusals = ({ lines }: Answer): string[] =>
  lines.flatMap(({ label, refused }) => (refused ? [`${label} ${refused}.`] : []));

export function sheetOf({ sizes, lines }: Answer, name: string): Sheet {
  return {
    name: `batch-size-${name}`,
    head: ["batch size", ...lines.map(({ label }) => label)],
    rows: sizes.map((size, index) => [size, ...lines.map(({ values }) => values[index] ?? null)]),
  };
}

function spread({ values }: Line): number {
  const known = values.filter((value) => value !== null);
  return known.length ? Math.max(...known) - Math.min(...known) : 0;
}
