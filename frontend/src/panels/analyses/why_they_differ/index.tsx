/** Why two definitions differ: from one to the other, one axis after the other. */

import "./why_they_differ.css";
import { useRef } from "preact/hooks";
import type { Definition } from "../../../api";
import { colorAt, css } from "../../../draw/colormap";
import { difference, quantity } from "../../../format";
import { useLoad } from "../../../load";
import { chosenVariants, definition, setTabs, tabs, theme, variantList } from "../../../state";
import { IconButton, Select } from "../../../ui/controls";
import { useWidth } from "../../../ui/drawing";
import { Frame } from "../frame";
import type { Spot } from "../spot";
import { type Step, say, sheetOf, spanOf, stepsOf } from "./model";
import { type Answer, ask } from "./route";
import { Waterfall } from "./waterfall";

/** What stands for the definition at the left, and for the one the page starts with. */
const CHOSEN = "chosen";
const DEFAULT = "default";
/** Compared with while nothing else is chosen: the metric that most pages paste. */
const EXAMPLE = "recipe.dice_coef";
const ROW = 26;

export function WhyTheyDiffer({ spot }: { spot: Spot }) {
  const { run, step } = spot.a;
  const [from, to] = sides();
  const [a, b] = [definitionOf(from), definitionOf(to)];
  const loaded = useLoad(JSON.stringify([run.name, step, a, b]), (signal) =>
    ask(run.name, step, a, b, signal),
  );
  return (
    <Frame
      plain
      loaded={loaded}
      refused={(data) => data.refused && `${data.refused}.`}
      controls={<Choice from={from} to={to} />}
      saying={say}
      sheet={(data) => sheetOf(data, `${run.name}-step-${step}`, [a, b])}
    >
      {(data) => <Changes answer={data} />}
    </Frame>
  );
}

function sides(): [string, string] {
  const { from, to } = tabs.value;
  const usual = chosenVariants.value[0] || EXAMPLE;
  const same = JSON.stringify(definitionOf(from || CHOSEN)) === JSON.stringify({ variant: usual });
  return [from || CHOSEN, to || (same ? DEFAULT : usual)];
}

function definitionOf(name: string): Definition {
  if (name === CHOSEN) return definition.value;
  return name === DEFAULT ? {} : { variant: name };
}

function Choice({ from, to }: { from: string; to: string }) {
  const options = [
    { value: CHOSEN, text: "chosen definition" },
    { value: DEFAULT, text: "default: hard, smooth 0" },
    ...variantList.value.map(({ name, family }) => ({ value: name, text: name, group: family })),
  ];
  return (
    <span class="choice" data-no-picture>
      <Select label="From" value={from} options={options} onChange={(x) => setTabs({ from: x })} />
      <IconButton
        icon="swap"
        label="Swap the two"
        onClick={() => setTabs({ from: to, to: from })}
      />
      <Select label="To" value={to} options={options} onChange={(x) => setTabs({ to: x })} />
    </span>
  );
}

function Changes({ answer }: { answer: Answer }) {
  const steps = stepsOf(answer);
  return (
    <div class="scroller">
      <table class="table why-they-differ">
        <thead>
          <tr>
            <th scope="col">Changed one after the other</th>
            <th scope="col" class="to">
              from → to
            </th>
            <th scope="col" class="bars">
              <span class="sr-only">bar</span>
            </th>
            <th scope="col">value</th>
            <th scope="col">change</th>
            <th scope="col" class="alone" title="The change if only this is changed">
              alone
            </th>
          </tr>
        </thead>
        <tbody>
          <End label={answer.a.label} value={answer.a.value}>
            <Bars answer={answer} steps={steps} />
          </End>
          {steps.map((step) => (
            <Row key={step.axis} step={step} first={step.axis === answer.first} />
          ))}
          <End label={answer.b.label} value={answer.b.value} />
        </tbody>
      </table>
      {answer.note && <p class="quiet sub">{answer.note}</p>}
    </div>
  );
}

interface EndProps {
  label: string;
  value: number | null;
  children?: preact.ComponentChildren;
}

function End({ label, value, children }: EndProps) {
  return (
    <tr class="end">
      <th scope="row" colSpan={2}>
        {label}
      </th>
      {children ?? <td class="bars" />}
      <td>{quantity(value)}</td>
      <td />
      <td class="alone" />
    </tr>
  );
}

function Row({ step, first }: { step: Step; first: boolean }) {
  return (
    <tr data-axis={step.axis} class={first ? "first" : ""}>
      <th scope="row">{step.label}</th>
      <td class="to" title={`${step.from} → ${step.to}`}>
        {step.from} → {step.to}
      </td>
      <td class="bars" />
      <td>{quantity(step.after)}</td>
      <td class="delta">{difference(step.delta)}</td>
      <td class="alone sub">{difference(step.alone)}</td>
    </tr>
  );
}

/** One drawing over the rows, in the cell of the first one. */
function Bars({ answer, steps }: { answer: Answer; steps: readonly Step[] }) {
  const box = useRef<HTMLTableCellElement>(null);
  const width = useWidth(box) - 16;
  const map = theme.value === "dark" ? "difference-dark" : "difference";
  const [low, high] = spanOf(answer);
  return (
    <td class="bars" ref={box}>
      <div class="drawing">
        {width > 0 && (
          <Waterfall
            bars={[
              { before: 0, after: answer.a.value },
              ...steps,
              { before: 0, after: answer.b.value },
            ]}
            {...{ width, low, high }}
            rowHeight={ROW}
            colors={[css(colorAt(map, 0.12)), css(colorAt(map, 0.88))]}
          />
        )}
      </div>
    </td>
  );
}
