/** What a panel shows, as rows: one form for its table and its file. */

import { useEffect, useRef } from "preact/hooks";
import type { Definition } from "../api";
import { csv, download } from "../draw/csv";
import { snapshot } from "../draw/snapshot";
import { score } from "../format";
import { IconButton } from "./controls";
import { answered, captionOf, fileName, rowsOf } from "./keep";
import { Menu } from "./menu";

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

interface ToolsProps {
  /** The rows of the file. */
  sheet: () => Sheet;
  /** Whether the panel is shown as a table, and what changes that; left out where it is one anyway. */
  table?: { on: boolean; set: (on: boolean) => void };
}

/** The panel as a table or not, its numbers and its picture to keep. */
export function Tools({ sheet, table }: ToolsProps) {
  const box = useRef<HTMLSpanElement>(null);
  const latest = useRef(sheet);
  latest.current = sheet;
  const keep = (ending: string, make: (shown: Sheet) => Promise<Blob | string>) => async () => {
    await answered();
    const shown = latest.current();
    download(`${fileName(shown)}.${ending}`, await make(shown));
  };
  const numbers = async (shown: Sheet) => csv(await rowsOf(shown));
  const picture = async (shown: Sheet) =>
    snapshot(box.current?.closest(".card, .overlay") as HTMLElement, await captionOf(shown));
  return (
    <span class="tools" data-no-picture ref={box}>
      {table && (
        <IconButton
          icon="table"
          label="Show as table"
          pressed={table.on}
          onClick={() => table.set(!table.on)}
        />
      )}
      <Menu
        icon="save"
        label="Export"
        items={[
          { text: "Numbers as CSV", act: keep("csv", numbers) },
          { text: "Picture as PNG", act: keep("png", picture) },
        ]}
      />
    </span>
  );
}

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
