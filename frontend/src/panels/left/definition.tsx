/** The Dice definition: a named variant, or its axes one by one; below stands what it means. */

import "./definition.css";
import type { Axis, EmptyRule } from "../../api";
import * as api from "../../api";
import { parameter } from "../../format";
import { useLoad } from "../../load";
import { definition, setDefinition } from "../../state";
import {
  Check,
  IconButton,
  NumberField,
  Segment,
  Select,
  Slider,
  Trouble,
} from "../../ui/controls";
import { SMOOTH_STEPS, smoothAt, smoothPosition } from "./smooth-scale";
import { VariantFault, VariantParams, VariantSelect } from "./variant";

const EMPTY_RULES: readonly { value: EmptyRule; text: string }[] = [
  { value: "nan", text: "undefined, skipped" },
  { value: "zero", text: "both empty = 0" },
  { value: "one", text: "both empty = 1" },
  { value: "formula", text: "what the formula gives" },
];
/** What may be summed before dividing; several at once. */
const AXES: readonly [Axis, string][] = [
  ["space", "Voxels are always summed"],
  ["class", "Sum the classes before dividing"],
  ["batch", "Sum the samples of a batch before dividing"],
];
const MEANS = [
  ["background", "with background"],
  ["pooled", "pooled samples"],
] as const;
const TICKS = [0, 1e-6, 1, 100];
const DEFAULTS = {
  compare: "hard",
  over: ["space"],
  smooth: 0,
  empty: "nan",
  alpha: 0.5,
  beta: 0.5,
};

export function DefinitionPanel() {
  const chosen = definition.value;
  const answer = useLoad(JSON.stringify(chosen), (signal) => api.definition(chosen, signal));
  const axes = { ...DEFAULTS, ...answer.data?.axes };
  const over = chosen.over ?? axes.over;
  return (
    <section data-testid="definition" aria-label="Dice definition">
      <div class="head">
        <h2>Dice definition</h2>
        <span class="grow" />
        <IconButton
          icon="reset"
          label="Back to the default"
          disabled={Object.keys(chosen).length === 0}
          onClick={() => {
            definition.value = {};
          }}
        />
      </div>
      <VariantSelect />
      <VariantParams />
      <div class="row">
        <span class="sub">Compare</span>
        <Segment
          wide
          label="Compare"
          value={chosen.compare ?? (axes.compare === "soft" ? "soft" : "hard")}
          options={[
            { value: "hard", text: "Hard", title: "Labels: argmax or threshold" },
            { value: "soft", text: "Soft", title: "Probabilities as they are" },
          ]}
          onChange={(compare) => setDefinition({ compare })}
        />
      </div>
      <div class="row">
        <span class="sub">Sum over</span>
        <fieldset class="checks across" aria-label="Sum over">
          {AXES.map(([axis, title]) => (
            <Check
              key={axis}
              label={axis}
              title={title}
              checked={over.includes(axis)}
              disabled={axis === "space"}
              onChange={() => setDefinition({ over: toggled(over as Axis[], axis) })}
            />
          ))}
        </fieldset>
      </div>
      <Smooth value={chosen.smooth ?? axes.smooth} />
      <div class="row">
        <span class="sub">If empty</span>
        <Select
          label="Score where target and prediction are empty"
          value={(chosen.empty ?? axes.empty) as EmptyRule}
          options={EMPTY_RULES}
          onChange={(empty) => setDefinition({ empty })}
        />
      </div>
      <div class="row">
        <span class="sub">α, β</span>
        <div class="pair">
          <NumberField
            label="Alpha, weight of false positives"
            value={chosen.alpha ?? axes.alpha}
            min={0}
            max={10}
            onChange={(alpha) => setDefinition({ alpha })}
          />
          <NumberField
            label="Beta, weight of false negatives"
            value={chosen.beta ?? axes.beta}
            min={0}
            max={10}
            onChange={(beta) => setDefinition({ beta })}
          />
        </div>
      </div>
      <div class="row">
        <span class="sub">Means</span>
        <div class="checks">
          {MEANS.map(([name, label]) => (
            <Check
              key={name}
              label={label}
              checked={chosen[name] ?? false}
              onChange={(on) => setDefinition({ [name]: on || undefined })}
            />
          ))}
        </div>
      </div>
      {answer.error !== null ? (
        <Trouble text={answer.error} retry={answer.retry} />
      ) : (
        <div class="formula" aria-live="polite">
          {answer.data?.formula ?? "\u00a0"}
          <small>{answer.data?.words ?? "\u00a0"}</small>
        </div>
      )}
      <VariantFault />
    </section>
  );
}

function Smooth({ value }: { value: number | null }) {
  const shown = value ?? 0;
  return (
    <>
      <div class="row">
        <span class="sub">Smooth</span>
        <div class="smooth">
          <Slider
            label="Smooth"
            min={0}
            max={SMOOTH_STEPS}
            value={smoothPosition(shown)}
            text={parameter(shown)}
            onChange={(at) => setDefinition({ smooth: smoothAt(Math.round(at)) })}
          />
          <NumberField
            label="Smooth, a number"
            value={value === null ? "mixed" : parameter(value)}
            min={0}
            max={1e6}
            onChange={(smooth) => setDefinition({ smooth })}
          />
        </div>
      </div>
      <div class="ticks num" aria-hidden="true">
        {TICKS.map((tick) => (
          <span key={tick} style={{ "--at": smoothPosition(tick) / SMOOTH_STEPS }}>
            {parameter(tick)}
          </span>
        ))}
      </div>
    </>
  );
}

/** `over` with `axis` in or out. */
function toggled(over: readonly Axis[], axis: Axis): Axis[] {
  return over.includes(axis) ? over.filter((one) => one !== axis) : [...over, axis];
}
