/** All variants of the catalogue on this pass, as a table; a click takes one as the definition. */

import "./all_variants.css";
import { runColor } from "../../../colors";
import { quantity } from "../../../format";
import { useLoad } from "../../../load";
import { definition, setTabs, tabs, variantList } from "../../../state";
import { Icon } from "../../../ui/icon";
import { Frame } from "../frame";
import { both, labelOf, placesKey, type Spot } from "../spot";
import {
  type Column,
  type Data,
  definitionOf,
  type Entry,
  entriesOf,
  filtered,
  formWords,
  say,
  sheetOf,
  sorted,
} from "./model";
import { ask } from "./route";

export function AllVariants({ spot }: { spot: Spot }) {
  const loaded = useLoad(JSON.stringify([placesKey(spot), spot.klass]), (signal) =>
    both(spot, (run, step) => ask(run, step, spot.klass, signal)),
  );
  const { filter, sort, down } = tabs.value;
  const shown = (data: Data) => sorted(filtered(entriesOf(data), filter), sort, down);
  return (
    <Frame
      plain
      loaded={loaded}
      controls={<Filter />}
      saying={say}
      sheet={(data) => sheetOf(shown(data), data)}
    >
      {(data) => <Table data={data} entries={shown(data)} spot={spot} />}
    </Frame>
  );
}

function Filter() {
  return (
    <label class="field" data-no-picture>
      <Icon name="search" size={14} />
      <input
        aria-label="Filter the table"
        placeholder="Filter, such as monai batch"
        value={tabs.value.filter}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => setTabs({ filter: event.currentTarget.value })}
      />
    </label>
  );
}

interface TableProps {
  data: Data;
  entries: readonly Entry[];
  spot: Spot;
}

function Table({ data, entries, spot }: TableProps) {
  const { b } = data;
  return (
    <div class="scroller">
      <table class="table all-variants">
        <thead>
          <tr>
            <Head column="name" text="Variant" />
            <Head column="value" text={labelOf(spot.a, spot)} color={runColor(spot.a.run)} />
            {b && spot.b && (
              <Head column="valueB" text={labelOf(spot.b, spot)} color={runColor(spot.b.run)} />
            )}
            <Head column="class_value" text={`score of ${spot.klass}`} />
            <Head column="form" text="Form" />
            <Head column="formula" text="Formula" />
            <Head column="empty" text="Both empty" />
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <Row key={entry.name} entry={entry} second={b !== null && spot.b !== null} />
          ))}
        </tbody>
      </table>
      {!entries.length && <p class="quiet sub">No variant matches the filter.</p>}
    </div>
  );
}

/** A title that sorts: first up, then down, then as listed. */
function Head({ column, text, color }: { column: Column; text: string; color?: string }) {
  const { sort, down } = tabs.value;
  const on = sort === column;
  const turn = (): void =>
    setTabs(
      on ? (down ? { sort: "", down: false } : { down: true }) : { sort: column, down: false },
    );
  return (
    <th
      scope="col"
      class={`c-${column}`}
      aria-sort={on ? (down ? "descending" : "ascending") : "none"}
    >
      <button type="button" onClick={turn} title={`Sort by ${text}`}>
        {color && <span class="dot" style={{ background: color }} />}
        <span class="clip">{text}</span>
        <span aria-hidden="true">{on ? (down ? "▾" : "▴") : ""}</span>
      </button>
    </th>
  );
}

function Row({ entry, second }: { entry: Entry; second: boolean }) {
  const { name, value, valueB, class_value, form, formula, empty, refused } = entry;
  const info = variantList.value.find((one) => one.name === name);
  const chosen = definition.value.variant === name;
  return (
    <tr class={chosen ? "sel" : ""} data-variant={name}>
      <th scope="row">
        <button
          type="button"
          class="pick"
          aria-pressed={chosen}
          title={[info?.summary, formula, info?.fault].filter(Boolean).join("\n")}
          onClick={() => {
            definition.value = definitionOf(entry, info);
          }}
        >
          {name}
        </button>
      </th>
      {refused === null ? (
        <>
          <td class="num">{quantity(value)}</td>
          {second && <td class="num">{quantity(valueB)}</td>}
          <td class="num sub">{quantity(class_value)}</td>
        </>
      ) : (
        <td class="refused sub" colSpan={second ? 3 : 2} title={refused}>
          refused
        </td>
      )}
      <td class="words">{formWords(form)}</td>
      <td class="formula" title={formula}>
        {refused === null ? formula : <span class="sub">{refused}</span>}
      </td>
      <td class="words clip" title={empty}>
        {empty}
      </td>
    </tr>
  );
}
