/** What a panel shows, as a table. */

import "./sheet-table.css";
import { useEffect, useRef } from "preact/hooks";
import { score } from "../format";
import type { Field, Sheet } from "./sheet";

interface SheetTableProps extends Pick<Sheet, "head" | "rows"> {
  /** So many columns at the left say what a row is; they stay in sight. */
  names?: number;
  /** The row and the column of the selection. */
  row?: number;
  column?: number;
}

/** As many rows are put into the page; the file has all. */
const MOST_ROWS = 500;

export function SheetTable({ head, rows, names = 0, row, column }: SheetTableProps) {
  const here = useRef<HTMLTableCellElement>(null);
  useEffect(
    () => here.current?.scrollIntoView({ block: "nearest", inline: "nearest" }),
    [column, rows.length],
  );
  const rest = rows.length - MOST_ROWS;
  const scores = head.map((_, at) => rows.some((fields) => isScore(fields[at])));
  const look = head.map((_, at) =>
    [isText(rows[0]?.[at]) && "words", at < names && "name"].filter(Boolean).join(" "),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keys
    <div class="scroller" tabIndex={0}>
      <table class="table sheet">
        <thead>
          <tr>
            {head.map((text, at) => (
              <th
                key={at}
                scope="col"
                class={at === column ? "here" : look[at]}
                ref={at === column ? here : undefined}
              >
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, MOST_ROWS).map((fields, index) => (
            <tr key={index} class={index === row ? "sel" : ""}>
              {fields.map((field, at) =>
                at < names ? (
                  <th key={at} scope="row" class={look[at]}>
                    {shown(field, scores[at])}
                  </th>
                ) : (
                  <td key={at} class={look[at]}>
                    {shown(field, scores[at])}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && <p class="sub quiet">{rest} more rows are in the CSV file.</p>}
    </div>
  );
}

const isText = (field: unknown): boolean => typeof field === "string" && /^[a-z]/i.test(field);

const isScore = (field: unknown): boolean => typeof field === "number" && !Number.isInteger(field);

/** A whole number among scores is a score too: 0 is .0000 there. */
function shown(field: Field, amongScores: boolean | undefined): string {
  if (typeof field === "string") return field;
  return Number.isInteger(field) && !amongScores ? String(field) : score(field, 4);
}
