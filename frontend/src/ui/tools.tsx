/** The buttons of a panel: its numbers as a table, and its numbers and its picture to keep. */

import { useRef } from "preact/hooks";
import { csv, download } from "../draw/csv";
import { snapshot } from "../draw/snapshot";
import { IconButton } from "./controls";
import { Menu } from "./menu";
import { answered, captionOf, fileName, rowsOf, type Sheet } from "./sheet";

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
