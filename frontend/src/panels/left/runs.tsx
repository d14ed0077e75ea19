/** Runs: which are drawn, which one is A and which B. */

import "./left.css";
import { Fragment } from "preact";
import type { RunInfo } from "../../api";
import { runColor } from "../../colors";
import { plural } from "../../format";
import {
  checkRun,
  checkRuns,
  isChecked,
  listedRuns,
  others,
  runA,
  runFilter,
  runFilterWrong,
  runs,
  select,
  selection,
  setSettings,
  settings,
  shownRuns,
} from "../../state";
import { Tick } from "../../ui/controls";
import { FilterField } from "../../ui/filter";
import { Icon } from "../../ui/icon";

export function RunsPanel() {
  const longest = Math.max(0, ...runs.value.map((run) => run.steps.length));
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
        {folders(listedRuns.value).map(([folder, members]) => (
          <Fragment key={folder}>
            {folder && <FolderRow folder={folder} members={members} />}
            {!settings.value.folded.includes(folder) &&
              members.map((run) => (
                <RunRow key={run.name} run={run} folder={folder} longest={longest} />
              ))}
          </Fragment>
        ))}
        {bare && others.value.map((name, i) => <OtherRow key={name} name={name} color={i} />)}
      </div>
      {runA.value && <Reading run={runA.value} />}
      {!bare && others.value.length > 0 && (
        <p class="sub more" title={others.value.slice(0, 30).join("\n")}>
          {plural(others.value.length, "run")} without Dice data
        </p>
      )}
    </section>
  );
}

/** The runs by the folder they lie in, those without one first. */
function folders(all: readonly RunInfo[]): [string, RunInfo[]][] {
  const found = new Map<string, RunInfo[]>([["", []]]);
  for (const run of all) {
    const folder = run.label.slice(0, Math.max(0, run.label.lastIndexOf("/")));
    found.set(folder, [...(found.get(folder) ?? []), run]);
  }
  return [...found];
}

/** A folder: its box checks all its runs, its name folds them away. */
function FolderRow({ folder, members }: { folder: string; members: readonly RunInfo[] }) {
  const on = members.filter(({ name }) => isChecked(name)).length;
  const { folded } = settings.value;
  const open = !folded.includes(folder);
  return (
    <div class="run folder">
      <Tick
        aria-label={`Show all of ${folder}`}
        checked={on === members.length}
        indeterminate={on > 0 && on < members.length}
        onChange={(all) =>
          checkRuns(
            members.map(({ name }) => name),
            all,
          )
        }
      />
      <button
        type="button"
        class="name clip"
        title={folder}
        aria-expanded={open}
        onClick={() =>
          setSettings({
            folded: open ? [...folded, folder] : folded.filter((name) => name !== folder),
          })
        }
      >
        {folder}/
      </button>
      <span class="sub num">
        {on} of {members.length}
      </span>
      <Icon name="caret" size={14} />
    </div>
  );
}

interface RunRowProps {
  run: RunInfo;
  folder: string;
  longest: number;
}

function RunRow({ run, folder, longest }: RunRowProps) {
  const { run: a, runB: b } = selection.value;
  const tags = [a === run.name && "A", b === run.name && "B"].filter(Boolean) as string[];
  const steps = run.steps.length;
  return (
    <div class={folder ? "run inside" : "run"}>
      <Tick
        aria-label={`Show ${run.label}`}
        checked={isChecked(run.name)}
        onChange={(on) => checkRun(run.name, on)}
      />
      <button
        type="button"
        class="name clip"
        title={details(run)}
        onClick={(event) =>
          select(event.shiftKey ? { runB: run.name, stepB: null } : { run: run.name })
        }
      >
        {folder ? run.label.slice(folder.length + 1) : run.label}
      </button>
      <span class="sub num">{steps < longest ? `${steps} of ${longest}` : ""}</span>
      {run.notices.length > 0 && (
        <span class="notice">
          <Icon name="note" size={14} />
        </span>
      )}
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

/** How the predictions of A were read, and what is worth knowing of its recording. */
function Reading({ run }: { run: RunInfo }) {
  return (
    <div class="reading">
      <p class="sub">
        <span class="tag">A</span> Read as {run.reading || "nothing yet"}
      </p>
      {run.notices.map((text) => (
        <p key={text} class="sub fault">
          <Icon name="note" size={14} /> <span>{text}</span>
        </p>
      ))}
    </div>
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

function details({ name, total, reading, notices }: RunInfo): string {
  const lines = [name, plural(total, "sample"), reading, ...notices];
  return [...lines, "Click: run A. Shift-click: run B."].join("\n");
}
