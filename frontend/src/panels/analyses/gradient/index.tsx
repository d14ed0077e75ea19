/** Who gets the gradient of a loss: stacked bars by class and by case. */

import "./gradient.css";
import type { Definition } from "../../../api";
import { classColor } from "../../../colors";
import { percent } from "../../../format";
import { useLoad } from "../../../load";
import { allClasses, definition, setTabs, tabs, variantList } from "../../../state";
import { Select } from "../../../ui/controls";
import { Frame } from "../frame";
import type { Spot } from "../spot";
import { CASES, type Share, say, sharesOf, sheetOf } from "./model";
import { type Answer, ask } from "./route";

/** Classes of the style sheet with the colours of the cases, as in the panel of empties. */
const CLASSES = ["hatch", "missed", "alarm", "hit"] as const;
/** From the left: what the network should learn from first. */
const ORDER = [3, 1, 2, 0] as const;

export function Gradient({ spot }: { spot: Spot }) {
  const { run, step } = spot.a;
  const variant = tabs.value.loss || undefined;
  const chosen: Definition = { ...definition.value, compare: "soft" }; // labels have no gradient
  const asked = variant ?? chosen;
  const loaded = useLoad(JSON.stringify([run.name, step, asked]), (signal) =>
    ask(run.name, step, chosen, variant, signal),
  );
  const names = allClasses.value.map(({ name }) => name);
  const shown = (answer: Answer) =>
    sharesOf(answer).sort((x, y) => names.indexOf(x.name) - names.indexOf(y.name));
  return (
    <Frame
      loaded={loaded}
      refused={(data) => data.refused && `${variant ?? "The definition"} ${data.refused}.`}
      controls={<Choice />}
      saying={(data) => say(shown(data), spot.klass)}
      sheet={(data) => ({
        ...sheetOf(shown(data), `${run.name}-step-${step}`),
        of: [variant ? { variant } : chosen],
      })}
    >
      {(data) => <Shares shares={shown(data)} klass={spot.klass} words={data.words} />}
    </Frame>
  );
}

function Choice() {
  const options = [
    { value: "", text: "chosen definition, soft" },
    ...variantList.value.map(({ name, family }) => ({ value: name, text: name, group: family })),
  ];
  return (
    <span class="choice" data-no-picture>
      <Select
        label="Gradient of"
        value={tabs.value.loss}
        options={options}
        onChange={(loss) => setTabs({ loss })}
      />
    </span>
  );
}

interface SharesProps {
  shares: readonly Share[];
  klass: string;
  words: string;
}

function Shares({ shares, klass, words }: SharesProps) {
  return (
    <>
      <div class="legend cases">
        {ORDER.map((state) => (
          <span key={state}>
            <i class={`swatch ${CLASSES[state]}`} /> {CASES[state]}
          </span>
        ))}
      </div>
      <div class="shares">
        {shares.map((one) => (
          <ClassBar key={one.name} one={one} chosen={one.name === klass} />
        ))}
        <ClassBar one={total(shares)} chosen={false} />
      </div>
      <p class="quiet sub">{words}</p>
    </>
  );
}

function ClassBar({ one, chosen }: { one: Share; chosen: boolean }) {
  const parts = ORDER.map((state) => `${CASES[state]} ${percent(one.cases[state])}`).join(", ");
  return (
    <div class={chosen ? "share current" : "share"} data-class={one.name} title={parts}>
      <span class="swatch" style={{ background: one.name ? classColor(one.name) : "none" }} />
      <span class="clip">{one.name || "all classes"}</span>
      <span class="stack" role="img" aria-label={parts}>
        {ORDER.map((state) => (
          <i key={state} class={CLASSES[state]} style={{ width: `${100 * one.cases[state]}%` }} />
        ))}
      </span>
      <span class="num">{percent(one.share)}</span>
    </div>
  );
}

/** All classes together, by case. */
function total(shares: readonly Share[]): Share {
  const cases = CASES.map((_, state) =>
    shares.reduce((sum, one) => sum + (one.cases[state] ?? 0), 0),
  );
  const share = shares.reduce((sum, one) => sum + one.share, 0);
  return { name: "", share, cases: cases as unknown as Share["cases"] };
}
