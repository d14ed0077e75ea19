/** What the page says when there is nothing to draw: what is missing, and one way on. */

import "./empty-state.css";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { reload } from "../../boot";
import { plural } from "../../format";
import {
  checkRuns,
  failure,
  listedRuns,
  loading,
  others,
  runFilter,
  runs,
  shownRuns,
} from "../../state";

/** Why there is nothing to draw, or null if there is something. */
export function emptiness(): "loading" | "error" | "log" | "data" | "filter" | "checks" | null {
  if (!runs.value.length) {
    if (loading.value === "first") return "loading";
    if (failure.value !== null) return "error";
    return others.value.length ? "data" : "log";
  }
  if (shownRuns.value.length) return null;
  return listedRuns.value.length ? "checks" : "filter";
}

export function EmptyState({ why }: { why: NonNullable<ReturnType<typeof emptiness>> }) {
  if (why === "loading")
    return (
      <main class="empty loading">
        <p class="sub" role="status">
          Reading the runs …
        </p>
      </main>
    );
  return (
    <main class="empty" data-testid="empty-state" data-why={why}>
      <div>
        <Art />
        {why === "error" && <Unreachable />}
        {why === "log" && <NoRuns />}
        {why === "data" && <NoData />}
        {why === "filter" && <NoMatch />}
        {why === "checks" && <NoneChecked />}
      </div>
    </main>
  );
}

function Unreachable() {
  return (
    <Message title="The page could not read the log" action={["Try again", () => void reload()]}>
      {failure.value}
    </Message>
  );
}

function NoMatch() {
  const clear = (): void => {
    runFilter.value = "";
  };
  return (
    <Message title="No run matches the filter" action={["Clear the filter", clear]}>
      {plural(runs.value.length, "run has", "runs have")} Dice data, but none matches “
      {runFilter.value}”.
    </Message>
  );
}

function NoneChecked() {
  const check = (): void => {
    checkRuns(
      listedRuns.peek().map((run) => run.name),
      true,
    );
  };
  return (
    <Message title="No run is checked" action={["Check all runs", check]}>
      Check a run on the left to draw it.
    </Message>
  );
}

function NoRuns() {
  return (
    <>
      <h1>No runs yet</h1>
      <p>
        TensorBoard found no event files in its log directory. Add the callback to your training: it
        reads the validation pass that Keras runs anyway.
      </p>
      <Snippet />
    </>
  );
}

function NoData() {
  return (
    <>
      <h1>No Dice data in these runs</h1>
      <p>
        TensorBoard found {plural(others.value.length, "run")}, but none recorded the sums that this
        page needs. Add the callback to your training: it reads the validation pass that Keras runs
        anyway.
      </p>
      <Snippet />
    </>
  );
}

interface MessageProps {
  title: string;
  action: [text: string, act: () => void];
  children: ComponentChildren;
}

function Message({ title, action: [text, act], children }: MessageProps) {
  return (
    <>
      <h1>{title}</h1>
      <p role="status">{children}</p>
      <p>
        <button type="button" class="button" onClick={act}>
          {text}
        </button>
      </p>
    </>
  );
}

const KERAS = `from tb_dice import DiceDiagnostics

model.fit(x, y, validation_data=(x_val, y_val), epochs=50,
          callbacks=[TensorBoard(logs), DiceDiagnostics()])`;

const RECORDER = `from tb_dice import DiceRecorder

with DiceRecorder("logs/my_run/dice") as recorder:
    for epoch in range(50):
        ...
        recorder.update(y_true, y_pred, images=images)
        recorder.commit(step=epoch)`;

function Snippet() {
  const [keras, setKeras] = useState(true);
  return (
    <>
      <Code text={keras ? KERAS : RECORDER} />
      <p>
        The page fills after the first validation pass.{" "}
        {keras ? "Not training with Keras? " : "Training with Keras? "}
        <button type="button" class="link" onClick={() => setKeras(!keras)}>
          {keras ? "Record with DiceRecorder" : "Use the callback"}
        </button>
        .
      </p>
    </>
  );
}

function Code({ text }: { text: string }) {
  const [said, setSaid] = useState("Copy");
  const copy = async (): Promise<void> => {
    setSaid((await copied(text)) ? "Copied" : "Press Ctrl+C");
    setTimeout(() => setSaid("Copy"), 2000);
  };
  return (
    <pre>
      <button type="button" class="chip" onClick={copy}>
        {said}
      </button>
      <code>
        {text
          .split(/(\bfrom\b|\bimport\b|\bwith\b|\bfor\b|\bin\b|\bas\b|Dice\w+\([^)]*\))/)
          .map(paint)}
      </code>
    </pre>
  );
}

function paint(part: string, at: number) {
  if (at % 2 === 0) return part;
  return part.startsWith("Dice") ? <mark key={at}>{part}</mark> : <i key={at}>{part}</i>;
}

/** Copies by the clipboard, or where the frame may not, by a selection. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const code = document.querySelector(".empty code");
    if (code) getSelection()?.selectAllChildren(code);
    return document.execCommand("copy");
  }
}

/** A small heatmap of nothing. */
function Art() {
  const cells = Array.from({ length: 28 }, (_, i) => ({ x: i % 7, y: Math.floor(i / 7) }));
  return (
    <div class="art" aria-hidden="true">
      {cells.map(({ x, y }) => (
        <span key={`${x} ${y}`} class={(x * 3 + y * 5) % 4 ? "" : "hatch"} />
      ))}
    </div>
  );
}
