/** The lower card: samples, and what else there is to ask of one pass, as tabs. */

import "./analyses.css";
import { useLoad } from "../../load";
import {
  ANALYSES,
  type Analysis,
  LABELS,
  nearest,
  runA,
  select,
  selection,
  setTabs,
  tabs,
} from "../../state";
import { Trouble } from "../../ui/controls";
import { modified } from "../../ui/press";
import { SamplesPanel, useOrder, useSamples } from "./samples";
import { type Spot, spot } from "./spot";
import { tabByKey } from "./tab-keys";

export function LowerCard() {
  const { open } = tabs.value;
  const samples = useSamples();
  useOrder(samples);
  const here = spot();
  return (
    <section class="card lower" aria-label="Samples and analyses">
      <TabStrip />
      <div
        role="tabpanel"
        id="lower-panel"
        aria-labelledby={`tab-${open}`}
        data-testid={`panel-${open}`}
        class={open === "samples" ? "samples" : "more"}
      >
        {!here && <Elsewhere />}
        {here && open === "samples" && <SamplesPanel loaded={samples} />}
        {here && open !== "samples" && <Opened name={open} here={here} />}
      </div>
    </section>
  );
}

/** An analysis whose code is loaded when the first of them is opened. */
function Opened({ name, here }: { name: Exclude<Analysis, "samples">; here: Spot }) {
  const { data, error, retry } = useLoad("analyses", () => import("./analyses"));
  if (error !== null) return <Trouble text={error} retry={retry} />;
  const Panel = data?.PANELS[name];
  return Panel ? <Panel key={name} spot={here} /> : null;
}

function TabStrip() {
  const { open } = tabs.value;
  const turn = (event: KeyboardEvent): void => {
    const next = tabByKey(open, event.key);
    if (!next || modified(event)) return;
    event.preventDefault();
    turnTo(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Panels at this step" onKeyDown={turn}>
      {ANALYSES.map((name) => (
        <button
          key={name}
          id={`tab-${name}`}
          type="button"
          role="tab"
          aria-selected={name === open}
          aria-controls="lower-panel"
          tabIndex={name === open ? 0 : -1}
          onClick={() => turnTo(name)}
        >
          {LABELS[name]}
        </button>
      ))}
    </div>
  );
}

/** Opens a tab. The panel keeps its height in view, so a lower one does not move the tabs on the screen. */
function turnTo(open: Analysis): void {
  const panel = document.getElementById("lower-panel");
  const room = innerHeight - (panel?.getBoundingClientRect().top ?? 0);
  panel?.style.setProperty("--room", `${Math.min(panel.offsetHeight, room)}px`);
  setTabs({ open });
}

/** Run A has no pass at the step: the nearest one it has. */
function Elsewhere() {
  const { step, klass } = selection.value;
  const info = runA.value;
  if (!info || step === null) return null;
  const near = info.steps.includes(step) ? null : nearest(info.steps, step);
  if (near === null)
    return (
      <p class="quiet sub">
        {info.label} does not have {klass ?? "a class"}.
      </p>
    );
  return (
    <p class="quiet sub">
      {info.label} has no validation pass at step {step}.{" "}
      <button type="button" class="link" onClick={() => select({ step: near })}>
        Nearest logged: step {near}
      </button>
    </p>
  );
}
