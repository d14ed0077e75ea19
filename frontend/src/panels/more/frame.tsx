/** What all tabs have in common: a sentence, export, the same as a table, and what to say when there is nothing. */

import type { ComponentChildren } from "preact";
import { csv, download } from "../../draw/csv";
import { snapshot } from "../../draw/snapshot";
import { score } from "../../format";
import type { Loaded } from "../../load";
import { setTabs, tabs } from "../../state";
import { IconButton, Trouble } from "../../ui/controls";
import { Menu } from "../../ui/menu";
import type { Sheet } from "./sheet";

/** What the drawing says, in words: the claim bold, what it rests on behind it. */
export interface Saying {
  claim: string;
  evidence: string;
}

interface FrameProps<T> {
  loaded: Loaded<T>;
  saying: (data: T) => Saying;
  /** Why there are no numbers, where there are none. */
  refused?: (data: T) => string | null | undefined;
  sheet: (data: T) => Sheet;
  /** Choices of this tab, before the sentence. */
  controls?: ComponentChildren;
  /** The drawing is a table already. */
  plain?: boolean;
  children: (data: T) => ComponentChildren;
}

export function Frame<T>(props: FrameProps<T>) {
  const { loaded, controls, plain } = props;
  const { data, error, stale, retry } = loaded;
  const refused = data && props.refused?.(data);
  const words = data && !refused ? props.saying(data) : null;
  const sheet = data && !refused ? props.sheet(data) : null;
  return (
    <>
      <div class="says">
        {controls}
        <p class="summary num" aria-live="polite">
          <b>{words?.claim}</b> <span>{words?.evidence}</span>
        </p>
        {sheet && (
          <span class="tools" data-no-picture>
            {!plain && (
              <IconButton
                icon="table"
                label="Show as table"
                pressed={tabs.value.table}
                onClick={() => setTabs({ table: !tabs.peek().table })}
              />
            )}
            <Menu icon="save" label="Export" items={exports(sheet)} />
          </span>
        )}
      </div>
      {error !== null && <Trouble text={error} retry={retry} />}
      {!data && error === null && (
        <p class="quiet sub" role="status">
          Reading …
        </p>
      )}
      {refused && (
        <p class="quiet sub" role="status">
          {refused}
        </p>
      )}
      {data && sheet && (
        <div class={stale ? "body dim" : "body"} aria-busy={stale}>
          {tabs.value.table && !plain ? <SheetTable sheet={sheet} /> : props.children(data)}
        </div>
      )}
    </>
  );
}

function exports(sheet: Sheet) {
  return [
    {
      text: "Numbers as CSV",
      act: () => download(`${sheet.name}.csv`, csv([sheet.head, ...sheet.rows])),
    },
    {
      text: "Picture as PNG",
      act: async () => {
        const card = document.querySelector<HTMLElement>(".lower");
        if (card) download(`${sheet.name}.png`, await snapshot(card));
      },
    },
  ];
}

/** As many rows are put into the page; the file has all. */
const MOST_ROWS = 500;

function SheetTable({ sheet }: { sheet: Sheet }) {
  const rest = sheet.rows.length - MOST_ROWS;
  return (
    <div class="scroller">
      <table class="table sheet">
        <thead>
          <tr>
            {sheet.head.map((name, column) => (
              <th key={name} scope="col" class={kind(sheet.rows[0]?.[column])}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sheet.rows.slice(0, MOST_ROWS).map((row, index) => (
            <tr key={index}>
              {row.map((field, column) => (
                <td key={column} class={kind(field)}>
                  {shown(field)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rest > 0 && <p class="sub quiet">{rest} more rows are in the CSV file.</p>}
    </div>
  );
}

const kind = (field: unknown): string => (typeof field === "string" ? "words" : "");

const shown = (field: string | number | null): string =>
  typeof field === "string" ? field : Number.isInteger(field) ? String(field) : score(field, 4);
