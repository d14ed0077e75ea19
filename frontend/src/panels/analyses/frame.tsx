/** What all tabs have in common: a sentence, export, the same as a table, and what to say when there is nothing. */

import type { ComponentChildren } from "preact";
import { unbroken } from "../../format";
import type { Loaded } from "../../load";
import { setTabs, tabs } from "../../state";
import { Trouble } from "../../ui/controls";
import type { Sheet } from "../../ui/sheet";
import { SheetTable } from "../../ui/sheet-table";
import { Tools } from "../../ui/tools";

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

/** Drawings as tables, in all tabs. */
const showTable = (table: boolean): void => setTabs({ table });

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
          <b>{words?.claim}</b> <span>{unbroken(words?.evidence ?? "")}</span>
        </p>
        {sheet && (
          <Tools
            sheet={() => sheet}
            table={plain ? undefined : { on: tabs.value.table, set: showTable }}
          />
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
          {tabs.value.table && !plain ? <SheetTable {...sheet} /> : props.children(data)}
        </div>
      )}
    </>
  );
}
