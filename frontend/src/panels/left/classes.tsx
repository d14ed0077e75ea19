/** Classes: which are drawn, how frequent each is and how many samples lack it. */

import { classColor } from "../../colors";
import { percent, plural } from "../../format";
import {
  allClasses,
  type ClassRow,
  checkClass,
  classChecks,
  classFilter,
  classFilterWrong,
  classOf,
  listedClasses,
  runA,
  runs,
  select,
  selection,
} from "../../state";
import { Tick } from "../../ui/controls";
import { FilterField } from "../../ui/filter";

/** From this many classes on, the list has a filter. */
const MANY = 8;

export function ClassesPanel() {
  const filtered = allClasses.value.length > MANY || classFilter.value !== "";
  return (
    <section data-testid="classes" aria-label="Classes">
      <div class="head">
        <h2>Classes</h2>
        <span class="grow" />
        <small class="voxels" title="Share of all target voxels at the last step">
          voxels
        </small>
        <small class="empty" title="Samples without the class in their target at the last step">
          empty
        </small>
      </div>
      {filtered && (
        <FilterField
          id="class-filter"
          label="Filter classes"
          value={classFilter.value}
          wrong={classFilterWrong.value}
          onInput={(text) => {
            classFilter.value = text;
          }}
        />
      )}
      <div class="list classes">
        {listedClasses.value.map((row) => (
          <ClassLine key={row.name} row={row} />
        ))}
        {!listedClasses.value.length && <p class="sub more">No class matches the filter.</p>}
      </div>
    </section>
  );
}

function ClassLine({ row }: { row: ClassRow }) {
  const chosen = selection.value.klass === row.name;
  const run = classOf(runA.value, row.name)
    ? runA.value
    : runs.value.find((r) => classOf(r, row.name));
  const info = classOf(run ?? null, row.name);
  return (
    <div class={chosen ? "class sel" : "class"}>
      <Tick
        aria-label={`Show ${row.name}`}
        checked={classChecks.value[row.name] ?? true}
        onChange={(on) => checkClass(row.name, on)}
      />
      <span class="swatch" style={{ background: classColor(row.name) }} />
      <button
        type="button"
        class="name clip"
        aria-pressed={chosen}
        title={row.region ? `${row.name}, a region of several classes` : row.name}
        onClick={() => select({ klass: row.name })}
      >
        {row.name}
        {row.region && <span class="sub"> region</span>}
      </button>
      <span class="sub num">{percent(info?.frequency)}</span>
      <span class="sub num" title={run ? `of ${plural(run.total, "sample")}` : undefined}>
        {info ? `${info.empty} / ${run?.total}` : ""}
      </span>
    </div>
  );
}
