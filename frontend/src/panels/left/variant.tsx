/** The named variant of the definition: which one, its parameters, and what is known to be wrong with it. */

import type { VariantInfo } from "../../api";
import { parameter } from "../../format";
import { definition, runA, setDefinition, variantList } from "../../state";
import { Check, NumberField, Select } from "../../ui/controls";
import { Icon } from "../../ui/icon";

export function VariantSelect() {
  const chosen = definition.value;
  const changed = Object.keys(chosen).some((key) => key !== "variant" && key !== "params");
  const options = [
    { value: "", text: "Default" },
    ...variantList.value.map(({ name, family }) => ({ value: name, text: name, group: family })),
  ];
  return (
    <div class="variant" title={chosenVariant()?.summary}>
      <Select label="Definition" value={chosen.variant ?? ""} options={options} onChange={choose} />
      <span class="sub">{changed ? "changed" : chosen.variant ? "" : "hard, smooth 0"}</span>
    </div>
  );
}

/** Fields for the variant's own parameters: numbers, lists of numbers, switches. */
export function VariantParams() {
  const chosen = definition.value;
  const params = { ...chosenVariant()?.params, ...chosen.params };
  if (!Object.keys(params).length) return null;
  return (
    <fieldset class="params">
      <legend class="sub">Arguments of {chosen.variant}</legend>
      {Object.entries(params).map(([name, value]) =>
        typeof value === "boolean" ? (
          <Check key={name} label={name} checked={value} onChange={(on) => setParam(name, on)} />
        ) : (
          <div
            key={name}
            class={name in chosen ? "row off" : "row"}
            title={name in chosen ? `Replaced by ${name} below` : name}
          >
            <span class="clip">{name}</span>
            <Param name={name} value={value} />
          </div>
        ),
      )}
    </fieldset>
  );
}

function Param({ name, value }: { name: string; value: unknown }) {
  if (typeof value === "number")
    return (
      <NumberField
        label={name}
        value={parameter(value)}
        width={84}
        onChange={(x) => setParam(name, x)}
      />
    );
  if (!Array.isArray(value)) return <span class="sub">{String(value ?? "–")}</span>;
  return (
    <span class="field num">
      <input
        aria-label={`${name}, one number per class`}
        value={value.join(", ")}
        onChange={(event) => {
          const numbers = listOf(event.currentTarget.value);
          if (numbers) setParam(name, numbers);
          else event.currentTarget.value = value.join(", ");
        }}
      />
    </span>
  );
}

export function VariantFault() {
  const fault = chosenVariant()?.fault;
  if (!fault) return null;
  return (
    <p class="fault sub">
      <Icon name="warn" size={14} />
      <span>{fault}</span>
    </p>
  );
}

function chosenVariant(): VariantInfo | undefined {
  return variantList.value.find((variant) => variant.name === definition.value.variant);
}

/** A variant as it comes; a list that it cannot do without starts with 1 for each class. */
function choose(name: string): void {
  const variant = variantList.peek().find((one) => one.name === name);
  const classes = runA.peek()?.classes.filter((c) => !c.region).length ?? 1;
  const missing = Object.entries(variant?.params ?? {}).filter(([, value]) => value === null);
  const params = Object.fromEntries(missing.map(([key]) => [key, Array(classes).fill(1)]));
  definition.value = { ...(name && { variant: name }), ...(missing.length > 0 && { params }) };
}

/** What was set last holds: an axis of the same name no longer replaces the argument. */
function setParam(name: string, value: number | boolean | number[]): void {
  setDefinition({ params: { ...definition.peek().params, [name]: value }, [name]: undefined });
}

/** "1, 2 3" as numbers, null where it is no list of numbers. */
function listOf(text: string): number[] | null {
  const numbers = text
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number);
  return numbers.length && numbers.every(Number.isFinite) ? numbers : null;
}
