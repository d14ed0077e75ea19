/** The same predictions in batches of other sizes: which numbers move, and by how much. */

import { runColor } from "../../../colors";
import { useLoad } from "../../../load";
import { chosenVariants, definition, variantList } from "../../../state";
import { Select } from "../../../ui/controls";
import { Icon } from "../../../ui/icon";
import type { CurvesData } from "../curves";
import { CurvesChart } from "../curves-chart";
import { Frame } from "../frame";
import type { Spot } from "../spot";
import { curvesOf, refusals, say, sheetOf } from "./model";
import { type Answer, ask } from "./route";

/** Shown while none is chosen: the metric that most pages paste, and a loss summed over the batch. */
const EXAMPLES: readonly string[] = ["recipe.dice_coef", "segmentation_models.DiceLoss"];
/** The server computes as many at once. */
const MOST = 12;

export function BatchSize({ spot }: { spot: Spot }) {
  const { a, klass } = spot;
  const chosen = definition.value;
  const variants = chosenVariants.value.length
    ? chosenVariants.value
    : variantList.value.flatMap(({ name }) => (EXAMPLES.includes(name) ? [name] : []));
  const key = JSON.stringify([a.run.name, a.step, klass, chosen, variants]);
  const loaded = useLoad(key, (signal) => ask(a.run.name, a.step, klass, chosen, variants, signal));
  return (
    <Frame
      loaded={loaded}
      controls={<Choice variants={variants} />}
      saying={say}
      sheet={(answer) => sheetOf(answer, `${klass}-${a.run.name}-step-${a.step}`)}
    >
      {(answer) => (
        <Charts answer={answer} klass={klass} charts={curvesOf(answer, runColor(a.run))} />
      )}
    </Frame>
  );
}

interface ChartsProps {
  answer: Answer;
  klass: string;
  charts: { scores: CurvesData | null; losses: CurvesData | null };
}

function Charts({ answer, klass, charts }: ChartsProps) {
  const { recorded } = answer;
  const at = answer.sizes.indexOf(recorded ?? -1);
  const common = {
    cursor: at < 0 ? answer.sizes.length - 1 : at,
    heading: `in batches of ${at < 0 ? answer.sizes.at(-1) : recorded}`,
    name: (index: number) => `batches of ${answer.sizes[index]}`,
  };
  return (
    <>
      {charts.scores && (
        <CurvesChart {...common} data={charts.scores} title={`Batch size, ${klass}`} />
      )}
      {charts.losses && (
        <CurvesChart {...common} data={charts.losses} title="Losses" height={132} />
      )}
      {refusals(answer).map((why) => (
        <p key={why} class="quiet sub">
          {why}
        </p>
      ))}
    </>
  );
}

/** The variants drawn, each with a cross, and one more to add. They are those of the time card. */
function Choice({ variants }: { variants: readonly string[] }) {
  const own = chosenVariants.value;
  const rest = variantList.value.filter(({ name }) => !variants.includes(name));
  const options = rest.map(({ name, family }) => ({ value: name, text: name, group: family }));
  return (
    <span class="choice" data-no-picture>
      {own.map((name) => (
        <button
          key={name}
          type="button"
          class="chip"
          aria-label={`Remove ${name}`}
          onClick={() => {
            chosenVariants.value = own.filter((other) => other !== name);
          }}
        >
          {name}
          <Icon name="close" size={10} />
        </button>
      ))}
      {own.length < MOST && (
        <Select
          label="Add a variant"
          value=""
          options={[{ value: "", text: "+ variant" }, ...options]}
          onChange={(name) => {
            if (name) chosenVariants.value = [...(own.length ? own : variants), name];
          }}
        />
      )}
    </span>
  );
}
