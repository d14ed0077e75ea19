/** The top bar: which step, which runs are compared, settings and help. */

import "./topbar.css";
import { useEffect } from "preact/hooks";
import { clamp } from "../../clamp";
import { runColor } from "../../colors";
import {
  allSteps,
  drawer,
  helpOpen,
  listedRuns,
  moveStep,
  nearest,
  pending,
  playing,
  runA,
  runB,
  select,
  selection,
  swapRuns,
  unpin,
} from "../../state";
import { IconButton, NumberField, Select, Slider } from "../../ui/controls";
import { SettingsButton } from "./settings";

const FRAME_MS = 400;

/** `data` is false while there is nothing to step through. */
export function TopBar({ data }: { data: boolean }) {
  return (
    <header class="top">
      <span class="narrow-only">
        <DrawerButton side="left" label="Runs, definition, classes" />
      </span>
      {data && <Player />}
      {data && <StepField />}
      <span class="grow" />
      {data && <Compare />}
      <span class="buttons">
        <SettingsButton />
        <IconButton
          icon="help"
          label="Help and keys"
          hotkey="?"
          size={18}
          testid="help"
          expanded={helpOpen.value}
          onClick={() => {
            helpOpen.value = true;
          }}
        />
        {data && (
          <span class="narrow-only">
            <DrawerButton side="right" label="Overlay of the sample" />
          </span>
        )}
      </span>
      {pending.value > 0 && <span class="progress" role="progressbar" aria-label="Reading" />}
    </header>
  );
}

function DrawerButton({ side, label }: { side: "left" | "right"; label: string }) {
  const open = drawer.value === side;
  return (
    <IconButton
      icon={side === "left" ? "menu" : "panel"}
      label={label}
      expanded={open}
      onClick={() => {
        drawer.value = open ? "none" : side;
      }}
    />
  );
}

function Player() {
  const on = playing.value;
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => {
      if (!moveStep(1)) playing.value = false;
    }, FRAME_MS);
    return () => clearInterval(timer);
  }, [on]);
  return (
    <span class="buttons">
      <IconButton icon="prev" label="Previous step" hotkey="[" onClick={() => moveStep(-1)} />
      <IconButton icon={on ? "pause" : "play"} label={on ? "Pause" : "Play"} onClick={play} />
      <IconButton icon="next" label="Next step" hotkey="]" onClick={() => moveStep(1)} />
    </span>
  );
}

/** Plays from here, or from the first step when the last one is shown. */
function play(): void {
  const steps = allSteps.peek();
  const atEnd = selection.peek().step === steps.at(-1);
  if (!playing.peek() && atEnd && steps[0] !== undefined) select({ step: steps[0] });
  playing.value = !playing.peek();
}

function StepField() {
  const steps = allSteps.value;
  const step = selection.value.step ?? 0;
  const at = Math.max(0, steps.indexOf(step));
  const last = steps.at(-1);
  const go = (index: number): void => {
    const next = steps[clamp(Math.round(index), 0, steps.length - 1)];
    if (next !== undefined) select({ step: next });
  };
  return (
    <div class="step" data-testid="step">
      <span class="sub">Step</span>
      <Slider
        label="Step"
        min={0}
        max={Math.max(0, steps.length - 1)}
        value={at}
        text={`step ${step}`}
        onChange={go}
      />
      <NumberField
        label="Step, a number"
        value={step}
        width={String(last ?? 0).length > 4 ? 74 : 52}
        onChange={(wanted) => {
          const near = nearest(steps, wanted);
          if (near !== null) select({ step: near });
        }}
      />
      <span class="sub num">of {last}</span>
    </div>
  );
}

function Compare() {
  const { stepB } = selection.value;
  return (
    <div class="compare">
      <RunSelect tag="A" />
      <IconButton
        icon="swap"
        label="Swap A and B"
        disabled={runB.value === null}
        style={{ margin: "0 -4px" }}
        onClick={swapRuns}
      />
      <RunSelect tag="B" />
      {stepB !== null && (
        <button type="button" class="chip" title="Let B follow the step again" onClick={unpin}>
          pinned at {stepB} ×
        </button>
      )}
    </div>
  );
}

function RunSelect({ tag }: { tag: "A" | "B" }) {
  const run = tag === "A" ? runA.value : runB.value;
  const runs = listedRuns.value;
  const options = [
    ...(tag === "B" && !run ? [{ value: "", text: "none" }] : []),
    ...(run && !runs.includes(run) ? [run, ...runs] : runs).map(({ name, label }) => ({
      value: name,
      text: label,
    })),
  ];
  return (
    <>
      <span class="tag">{tag}</span>
      <Select
        label={`Run ${tag}`}
        value={run?.name ?? ""}
        options={options}
        before={run && <span class="dot" style={{ background: runColor(run) }} />}
        onChange={(name) => name && select(tag === "A" ? { run: name } : { runB: name })}
      />
    </>
  );
}
