/** Findings: what stands out, in the server's sentences, each with a link that sets the selection. */

import "./findings.css";
import { useState } from "preact/hooks";
import type { Finding } from "../../api";
import * as api from "../../api";
import { unbroken } from "../../format";
import { useLoad } from "../../load";
import {
  type Analysis,
  definition,
  findRun,
  LABELS,
  select,
  setTabs,
  shownRuns,
} from "../../state";
import { Trouble } from "../../ui/controls";
import { Icon } from "../../ui/icon";
import type { Sheet } from "../../ui/sheet";
import { Tools } from "../../ui/tools";

/** As many are shown at first, so the heatmap stays in sight. */
const AT_FIRST = 3;
/** So long a definition must stand before the findings, the slowest answer, follow it. */
const REST_MS = 250;
const NAMES = { bad: "error", warn: "warning", note: "note" } as const;

export function FindingsPanel() {
  const [open, setOpen] = useState(false);
  const names = shownRuns.value.map((run) => run.name);
  const chosen = definition.value;
  const key = names.length ? JSON.stringify([names, chosen]) : null;
  const load = (signal: AbortSignal) => api.findings(names, chosen, signal);
  const { data, error, retry } = useLoad(key, load, REST_MS);
  const all = data?.findings ?? [];
  const shown = open ? all : all.slice(0, AT_FIRST);
  return (
    <section
      class="card findings"
      data-testid="findings"
      aria-label="Findings"
      aria-busy={!data && error === null}
    >
      {error !== null && <Trouble text={error} retry={retry} />}
      {data && !all.length && <p class="sub quiet">Nothing stands out in the last step.</p>}
      {!data && error === null && <p class="sub quiet">Reading the runs …</p>}
      <ul>
        {shown.map((finding) => (
          <FindingRow key={`${finding.claim} ${finding.label}`} finding={finding} />
        ))}
      </ul>
      {all.length > 0 && (
        <div class="foot">
          {all.length > AT_FIRST && (
            <button type="button" class="more" aria-expanded={open} onClick={() => setOpen(!open)}>
              <Icon name="caret" />
              <span class="clip">
                {open ? "Fewer" : `${all.length - AT_FIRST} more: ${kinds(all.slice(AT_FIRST))}`}
              </span>
            </button>
          )}
          <span class="sub">At the last step of each run</span>
          <Tools sheet={() => sheetOf(all)} />
        </div>
      )}
    </section>
  );
}

/** What findings are about, in few words. */
const kinds = (some: readonly Finding[]): string =>
  [...new Set(some.map(({ id }) => id.replaceAll("-", " ")))].join(", ");

function FindingRow({ finding }: { finding: Finding }) {
  const { level, claim, evidence, link, analysis } = finding;
  const place = analysis && analysis !== "samples" ? `, ${LABELS[analysis]}` : "";
  const label = finding.label + place;
  return (
    <li>
      <span role="img" aria-label={NAMES[level]} style={{ color: `var(--${level})` }}>
        <Icon name={level} />
      </span>
      <span class="num">
        <b>{claim}</b> <em>{unbroken(evidence)}</em>
      </span>
      {link && (
        <button
          type="button"
          class="goto"
          aria-label={`Show ${label}`}
          title={label}
          onClick={() => follow(link, analysis)}
        >
          <span>{label}</span> →
        </button>
      )}
    </li>
  );
}

const sheetOf = (all: readonly Finding[]): Sheet => ({
  name: "findings",
  place: "At the last step of each run",
  head: ["level", "claim", "evidence", "run", "class", "step", "sample"],
  rows: all.map(({ level, claim, evidence, link }) => [
    level,
    claim,
    evidence,
    link?.run ?? null,
    link?.class ?? null,
    link?.step ?? null,
    link?.sample ?? null,
  ]),
});

function follow(link: NonNullable<Finding["link"]>, analysis: Analysis | null): void {
  const run = findRun(link.run);
  select({
    ...(run && { run: run.name }),
    ...(link.class != null && { klass: link.class }),
    ...(link.step != null && { step: link.step }),
    sample: link.sample ?? null,
  });
  if (link.definition) definition.value = link.definition;
  if (analysis) setTabs({ open: analysis });
  if (!analysis || analysis === "samples") return;
  setTimeout(() => document.querySelector(".lower")?.scrollIntoView({ block: "nearest" })); // once drawn
}
