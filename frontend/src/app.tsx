/** The page: a left column, a top bar, the panels in the middle, the overlay on the right. */

import "./app.css";
import { reload } from "./boot";
import { LowerCard } from "./panels/analyses";
import { EmptyState, emptiness } from "./panels/empty-state";
import { FindingsPanel } from "./panels/findings";
import { HelpDialog } from "./panels/help";
import { ClassesPanel } from "./panels/left/classes";
import { DefinitionPanel } from "./panels/left/definition";
import { RunsPanel } from "./panels/left/runs";
import { OverlayPanel } from "./panels/overlay";
import { TimePanel } from "./panels/time";
import { TopBar } from "./panels/topbar";
import { drawer, failure, overlay, runs } from "./state";
import { Trouble } from "./ui/controls";

export function App() {
  const why = emptiness();
  const some = runs.value.length > 0;
  return (
    <div
      class={why === null && overlay.value.large ? "page large" : "page"}
      data-drawer={drawer.value}
      data-ready={why !== "loading"}
    >
      <aside class="left" aria-label="Runs, definition and classes">
        <RunsPanel />
        {some && <DefinitionPanel />}
        {some && <ClassesPanel />}
      </aside>
      <TopBar data={why === null} />
      {why === null ? <Panels /> : <EmptyState why={why} />}
      <button
        type="button"
        class="shade"
        tabIndex={-1}
        aria-label="Close the drawer"
        onClick={() => {
          drawer.value = "none";
        }}
      />
      <HelpDialog />
    </div>
  );
}

function Panels() {
  return (
    <>
      <main class="main">
        <h1 class="sr-only">Dice on the validation samples</h1>
        {failure.value !== null && (
          <div class="card">
            <Trouble text={failure.value} retry={() => void reload()} />
          </div>
        )}
        <FindingsPanel />
        <TimePanel />
        <LowerCard />
      </main>
      <aside class="right" aria-label="Overlay of the sample">
        <OverlayPanel />
      </aside>
    </>
  );
}
