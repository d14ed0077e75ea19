/** Rules for empty masks x classes, with the means of both runs; a click takes a rule. */

import { clamp } from "../../../clamp";
import "./empty_rules.css";
import * as api from "../../../api";
import { classColor, runColor } from "../../../colors";
import { colorAt, css, inkOn } from "../../../draw/colormap";
import { quantity, score, slug } from "../../../format";
import { useLoad } from "../../../load";
import { allClasses, definition, settings, variantList } from "../../../state";
import { Frame } from "../frame";
import { both, labelOf, placesKey, type Spot } from "../spot";
import { chosenRule, type Data, lacking, leader, say, sheetOf, taken } from "./model";
import { type Answer, ask } from "./route";

export function EmptyRules({ spot }: { spot: Spot }) {
  const { empty, ...asked } = definition.value; // every rule is asked for: the chosen one changes nothing
  const key = JSON.stringify([placesKey(spot), asked]);
  const loaded = useLoad(key, async (signal) => ({
    ...(await both(spot, (run, step) => ask(run, step, asked, signal))),
    own: (await api.definition(asked, signal)).axes.empty,
  }));
  const labels = [labelOf(spot.a, spot), spot.b ? labelOf(spot.b, spot) : ""];
  return (
    <Frame
      plain
      loaded={loaded}
      refused={({ a }) => a.refused && `The definition ${a.refused}.`}
      saying={(data) => say(data, labels)}
      sheet={(data) => ({
        ...sheetOf(data, labels, `${spot.a.run.name}-step-${spot.a.step}-${slug(asked)}`),
        of: data.a.rules.map((rule) => taken(rule.key, definition.value, [])),
      })}
    >
      {(data) => (
        <Rules data={data} spot={spot} labels={labels} current={empty ?? data.own ?? null} />
      )}
    </Frame>
  );
}

interface RulesProps {
  data: Data;
  spot: Spot;
  labels: readonly string[];
  /** The rule of the definition, as a definition says it. */
  current: string | null;
}

function Rules({ data, spot, labels, current }: RulesProps) {
  const { a, b } = data;
  const order = shownOrder(a);
  const chosen = chosenRule(a.rules, definition.value.variant, current);
  return (
    <div class="scroller">
      <table class="table empty-rules">
        <thead>
          <tr>
            <th scope="col">If both are empty</th>
            {order.map((column) => (
              <th key={column} scope="col">
                <span class="swatch" style={{ background: classColor(a.classes[column] ?? "") }} />
                {a.classes[column]}
              </th>
            ))}
            <MeanHead label={labels[0] ?? ""} color={runColor(spot.a.run)} />
            {b && spot.b && <MeanHead label={labels[1] ?? ""} color={runColor(spot.b.run)} />}
          </tr>
        </thead>
        <tbody>
          {a.rules.map((rule, row) => (
            <tr key={rule.key} class={row === chosen ? "sel" : ""} data-rule={rule.key}>
              <th scope="row">
                <RuleButton rule={rule} chosen={row === chosen} />
              </th>
              {order.map((column) => (
                <Cell
                  key={column}
                  value={a.values[row]?.[column] ?? null}
                  scored={a.scored[row]?.[column] ?? 0}
                />
              ))}
              <Mean of={a} row={row} leads={leader(data, row) === 0} />
              {b && <Mean of={b} row={row} leads={leader(data, row) === 1} />}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet sub">{a.rules[chosen]?.words} The small numbers count the samples scored.</p>
    </div>
  );
}

/** Columns in the order of the page, background last. */
function shownOrder({ classes }: Answer): number[] {
  const names = allClasses.value.map(({ name }) => name);
  return classes
    .map((_, column) => column)
    .sort((x, y) => names.indexOf(classes[x] ?? "") - names.indexOf(classes[y] ?? ""));
}

function MeanHead({ label, color }: { label: string; color: string }) {
  return (
    <th scope="col" class="mean">
      <span class="dot" style={{ background: color }} /> mean {label}
    </th>
  );
}

interface RuleButtonProps {
  rule: Answer["rules"][number];
  chosen: boolean;
}

function RuleButton({ rule: { key, label, words }, chosen }: RuleButtonProps) {
  const names = variantList.value.map(({ name }) => name);
  const next = taken(key, definition.value, names);
  return (
    <button
      type="button"
      class="pick"
      aria-pressed={chosen}
      disabled={!next}
      title={words}
      onClick={() => {
        if (next) definition.value = next;
      }}
    >
      {label}
    </button>
  );
}

function Cell({ value, scored }: { value: number | null; scored: number }) {
  if (value === null)
    return (
      <td class="cell">
        <span class="hatch blank" title="undefined" /> <small>{scored}</small>
      </td>
    );
  const colour = colorAt(settings.value.colormap, value);
  return (
    <td class="cell">
      <span style={{ background: css(colour), color: inkOn(colour) }}>{quantity(value)}</span>{" "}
      <small title={`${scored} samples scored`}>{scored}</small>
    </td>
  );
}

function Mean({ of, row, leads }: { of: Answer; row: number; leads: boolean }) {
  const value = of.mean[row] ?? null;
  const lacks = lacking(of, row);
  return (
    <td class={`mean ${leads ? "leads" : ""} ${lacks ? "lacks" : ""}`}>
      <i style={{ width: `${60 * clamp(value ?? 0, 0, 1)}%` }} />
      {leads ? <b>{score(value)}</b> : score(value)}
      {lacks && <small> {lacks}</small>}
    </td>
  );
}
