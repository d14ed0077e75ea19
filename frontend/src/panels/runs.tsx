/** Runs: which are drawn, which one is A and which B. */

import { useComputed } from "@preact/signals";
import type { RunInfo } from "../api";
import { runColor } from "../colors";
import { count, plural } from "../format";
import {
  checkRun,
  isChecked,
  listedRuns,
  others,
  runFilter,
  runFilterWrong,
  runs,
  select,
  selection,
  shownRuns,
} from "../state";
import { FilterField } from "../ui/filter";
import { Icon } from "../ui/icon";

export function RunsPanel() {
  const longest = useComputed(() => Math.max(0, ...runs.value.map((run) => run.steps.length)));
  const all = runs.value.length;
  const bare = all === 0;
  const number = bare ? plural(others.value.length, "run") : `${shownRuns.value.length} of ${all}`;
  return (
    <section data-testid="runs" aria-label="Runs">
      <div class="head">
        <h2>Runs</h2>
        <small class="num">{number}</small>
      </div>
      <FilterField
        id="run-filter"
        label="Filter runs"
        hotkey="/"
        value={runFilter.value}
        wrong={runFilterWrong.value}
        onInput={(text) => {
          runFilter.value = text;
        }}
      />
      <div class="list runs">
        {listedRuns.value.map((run) => (
          <RunRow key={run.name} run={run} longest={longest.value} />
        ))}
        {bare && others.value.map((name, i) => <OtherRow key={name} name={name} color={i} />)}
      </div>
      {!bare && others.value.length > 0 && (
        <p class="sub more" title={others.value.slice(0, 30).join("\n")}>
          {plural(others.value.length, "run")} without Dice data
        </p>
      )}
    </section>
  );
}

function RunRow({ run, longest }: { run: RunInfo; longest: number }) {
  const { run: a, runB: b } = selection.value;
  const tags = [a === run.name && "A", b === run.name && "B"].filter(Boolean) as string[];
  const steps = run.steps.length;
  const cut = run.total > run.samples;
  return (
    <div class={a === run.name ? "run current" : "run"}>
      <input
        type="checkbox"
        class="check"
        aria-label={`Show ${run.label}`}
        checked={isChecked(run.name)}
        onChange={(event) => checkRun(run.name, event.currentTarget.checked)}
      />
      <button
        type="button"
        class="name clip"
        title={details(run, cut)}
        onClick={(event) =>
          select(event.shiftKey ? { runB: run.name, stepB: null } : { run: run.name })
        }
      >
        {run.label}
      </button>
      <span class="sub num">{steps < longest ? `${steps} of ${longest}` : ""}</span>
      <Notices run={run} cut={cut} />
      <span class="tags">
        {tags.map((tag) => (
          <span key={tag} class="tag">
            {tag}
          </span>
        ))}
      </span>
      <span class="dot" style={{ background: runColor(run) }} />
    </div>
  );
}

/** A sign that something about the recording is worth knowing; the sentences are in its title. */
function Notices({ run, cut }: { run: RunInfo; cut: boolean }) {
  const sentences = cut ? [keptSentence(run), ...run.notices] : run.notices;
  if (!sentences.length) return null;
  return (
    <span class="notice" role="img" aria-label={sentences.join(" ")} title={sentences.join("\n")}>
      <Icon name="note" size={14} />
    </span>
  );
}

function OtherRow({ name, color }: { name: string; color: number }) {
  return (
    <div class="run other">
      <span class="clip" title={name}>
        {name}
      </span>
      <span class="dot" style={{ background: runColor({ color }) }} />
    </div>
  );
}

const keptSentence = (run: RunInfo): string =>
  `${count(run.samples)} of ${count(run.total)} samples were kept one by one; pooled sums are over all.`;

function details(run: RunInfo, cut: boolean): string {
  const samples = cut ? keptSentence(run) : plural(run.total, "sample");
  return `${run.name}\n${samples}\n${run.reading}\nClick: run A. Shift-click: run B.`;
}
