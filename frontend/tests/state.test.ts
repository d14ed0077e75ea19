import { effect } from "@preact/signals";
import { beforeEach, describe, expect, test } from "vitest";
import type { RunInfo } from "../src/api";
import * as state from "../src/state";
import { decode } from "../src/url";

function run(name: string, steps: number[], classes = ["small", "large", "background"]): RunInfo {
  return {
    name,
    label: name.replace(/\/dice$/, ""),
    color: 0,
    steps,
    wall_times: steps.map(Number),
    image_steps: [],
    classes: classes.map((klass, index) => ({
      name: klass,
      index,
      background: klass === "background",
      region: false,
      frequency: 0.1,
      empty: 0,
    })),
    samples: 4,
    total: 4,
    reading: "",
    notices: [],
  };
}

const A = run("a/dice", [0, 1, 2]);
const B = run("b/dice", [1, 2, 5]);
const NOTHING = decode({}).selection;

beforeEach(() => {
  state.runs.value = [];
  state.selection.value = NOTHING;
  state.runFilter.value = "";
  state.classFilter.value = "";
  state.runChecks.value = {};
  state.classChecks.value = {};
  state.definition.value = {};
  state.settings.value = state.DEFAULT_SETTINGS;
  state.sampleOrder.value = [];
});

describe("what is shown", () => {
  test("runs match the filter and are checked", () => {
    state.setRuns([A, B], []);
    expect(state.shownRuns.value).toEqual([A, B]);
    state.runFilter.value = "^A$";
    expect(state.shownRuns.value).toEqual([A]);
    state.runFilter.value = "";
    state.checkRun("a/dice", false);
    expect(state.shownRuns.value).toEqual([B]);
    expect(state.listedRuns.value).toEqual([A, B]);
  });

  test("several runs are checked as one change", () => {
    state.setRuns([A, B], []);
    let changes = -1; // the first call is no change
    const stop = effect(() => {
      void state.runChecks.value;
      changes += 1;
    });
    state.checkRuns(["a/dice", "b/dice"], false);
    stop();
    expect([changes, state.shownRuns.value]).toEqual([1, []]);
  });

  test("a wrong filter is told and filters nothing", () => {
    state.setRuns([A, B], []);
    state.runFilter.value = "(";
    expect(state.runFilterWrong.value).toBe(true);
    expect(state.shownRuns.value).toHaveLength(2);
  });

  test("of many runs the first ten start checked", () => {
    state.setRuns(
      Array.from({ length: 12 }, (_, i) => run(`r${String(i).padStart(2, "0")}`, [0])),
      [],
    );
    expect(state.shownRuns.value).toHaveLength(10);
    state.select({ run: "r11" });
    expect(state.shownRuns.value.map(({ name }) => name)).toContain("r11");
  });

  test("classes are those of all runs, background last", () => {
    state.setRuns([A, run("b/dice", [0], ["tiny", "background"])], []);
    expect(state.shownClasses.value.map(({ name }) => name)).toEqual([
      "small",
      "large",
      "tiny",
      "background",
    ]);
    state.checkClass("large", false);
    state.classFilter.value = "l";
    expect(state.shownClasses.value.map(({ name }) => name)).toEqual(["small"]);
  });

  test("steps are the union of the shown runs", () => {
    state.setRuns([A, B], []);
    expect(state.allSteps.value).toEqual([0, 1, 2, 5]);
    state.checkRun("b/dice", false);
    expect(state.allSteps.value).toEqual([0, 1, 2]);
  });
});

describe("the selection", () => {
  test("is filled with the first runs, the first class and the last step of run A", () => {
    state.setRuns([A, B], []);
    expect(state.selection.value).toEqual({
      ...NOTHING,
      run: "a/dice",
      runB: "b/dice",
      klass: "small",
      step: 2,
    });
  });

  test("of an address stays where it exists and is mended where it does not", () => {
    state.selection.value = { ...NOTHING, run: "b/dice", klass: "large", step: 1, sample: "s" };
    state.setRuns([A, B], []);
    expect(state.selection.value).toMatchObject({
      run: "b/dice",
      runB: "a/dice",
      klass: "large",
      step: 1,
      sample: "s",
    });
    state.selection.value = { ...NOTHING, klass: "large", sample: "s" };
    state.complete();
    expect(state.selection.value).toMatchObject({ run: "a/dice", klass: "large", sample: "s" });
    state.selection.value = { ...NOTHING, run: "gone", klass: "gone", step: 4, sample: "s" };
    state.complete();
    expect(state.selection.value).toMatchObject({
      run: "a/dice",
      klass: "small",
      step: 5,
      sample: null,
    });
  });

  test("leaves a run or class that is no longer shown", () => {
    state.setRuns([A, B], []);
    state.checkRun("a/dice", false);
    state.checkClass("small", false);
    state.complete();
    expect(state.selection.value).toMatchObject({ run: "b/dice", runB: null, klass: "large" });
  });

  test("waits while nothing is shown", () => {
    state.setRuns([A, B], []);
    const before = state.selection.value;
    state.runFilter.value = "nothing";
    state.complete();
    expect(state.selection.value).toEqual(before);
  });

  test("a new class asks for its worst sample, a new step keeps the sample", () => {
    state.setRuns([A, B], []);
    state.select({ sample: "s", slice: 3 });
    state.select({ step: 1 });
    expect(state.selection.value).toMatchObject({ step: 1, sample: "s", slice: 3 });
    state.select({ klass: "large", step: 2 });
    expect(state.selection.value).toMatchObject({
      klass: "large",
      step: 2,
      sample: null,
      slice: null,
    });
    state.select({ klass: "small", sample: "t" });
    expect(state.selection.value).toMatchObject({ klass: "small", sample: "t" });
  });

  test("never compares a run with itself: the other takes its place", () => {
    state.setRuns([A, B], []);
    state.select({ run: "b/dice" });
    expect(state.selection.value).toMatchObject({ run: "b/dice", runB: "a/dice" });
    state.select({ runB: "b/dice" });
    expect(state.selection.value).toMatchObject({ run: "a/dice", runB: "b/dice" });
  });

  test("choosing what is unchecked checks it", () => {
    state.setRuns([A, B], []);
    state.checkRun("b/dice", false);
    state.checkClass("large", false);
    state.complete();
    state.select({ run: "b/dice", klass: "large" });
    expect(state.shownRuns.value).toContain(B);
    expect(state.shownClasses.value.map(({ name }) => name)).toContain("large");
  });

  test("swaps A and B, with the step that was pinned", () => {
    state.setRuns([A, B], []);
    state.swapRuns();
    expect(state.selection.value).toMatchObject({ run: "b/dice", runB: "a/dice", stepB: null });
    state.pin("b/dice", 1);
    state.swapRuns();
    expect(state.selection.value).toMatchObject({
      run: "b/dice",
      runB: "b/dice",
      step: 1,
      stepB: 2,
    });
  });

  test("pins a cell as B, even of the same run, and lets it go", () => {
    state.setRuns([A, B], []);
    state.pin("a/dice", 1);
    expect(state.selection.value).toMatchObject({ run: "a/dice", runB: "a/dice", stepB: 1 });
    state.select({ step: 2 });
    expect(state.selection.value.stepB).toBe(1);
    state.pin("a/dice", 1);
    expect(state.selection.value).toMatchObject({ runB: "b/dice", stepB: null });
  });

  test("follows the last step only from the last step, and only if asked to", () => {
    state.setRuns([A], []);
    const longer = run("a/dice", [0, 1, 2, 3]);
    state.setRuns([longer], []);
    expect(state.selection.value.step).toBe(3);
    state.select({ step: 1 });
    state.setRuns([run("a/dice", [0, 1, 2, 3, 4])], []);
    expect(state.selection.value.step).toBe(1);
    state.setSettings({ follow: false });
    state.select({ step: 4 });
    state.setRuns([run("a/dice", [0, 1, 2, 3, 4, 5])], []);
    expect(state.selection.value.step).toBe(4);
  });

  test("does not follow another run beyond the last step of run A", () => {
    state.setRuns([A, B], []);
    state.setRuns([A, run("b/dice", [1, 2, 5, 6])], []);
    expect(state.selection.value.step).toBe(2);
  });
});

describe("moving", () => {
  test("steps are the recorded ones, and the ends hold", () => {
    state.setRuns([A, B], []);
    expect(state.moveStep(-1)).toBe(true);
    expect(state.selection.value.step).toBe(1);
    expect(state.moveStep(10)).toBe(true);
    expect(state.selection.value.step).toBe(5);
    expect(state.moveStep(1)).toBe(false);
    state.moveStep(-10);
    expect(state.selection.value.step).toBe(0);
  });

  test("samples go in the order of the grid", () => {
    state.setRuns([A, B], []);
    state.sampleOrder.value = ["x", "y", "z"];
    state.select({ sample: "y" });
    state.moveSample(1);
    expect(state.selection.value.sample).toBe("z");
    state.moveSample(-5);
    expect(state.selection.value.sample).toBe("x");
  });

  test("classes go down the shown rows", () => {
    state.setRuns([A, B], []);
    state.checkClass("large", false);
    state.moveClass(1);
    expect(state.selection.value.klass).toBe("background");
    state.moveClass(1);
    expect(state.selection.value.klass).toBe("background");
  });

  test("slices start from the middle one, which is shown first", () => {
    state.setRuns([A, B], []);
    state.slices.value = [10, 20, 30];
    state.moveSlice(1);
    expect(state.selection.value.slice).toBe(30);
  });
});

test("a definition keeps only what was said", () => {
  state.setDefinition({ compare: "soft", background: true });
  state.setDefinition({ background: undefined });
  expect(state.definition.value).toEqual({ compare: "soft" });
});

test("nearest takes the earlier one of two", () => {
  expect(state.nearest([0, 4, 8], 6)).toBe(4);
  expect(state.nearest([], 6)).toBe(null);
});
