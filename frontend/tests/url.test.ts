import { describe, expect, test } from "vitest";
import { DEFAULT_OVERLAY, DEFAULT_SETTINGS } from "../src/state";
import { decode, encode, fromHash, type PageState, toHash } from "../src/url";

const FULL: PageState = {
  selection: {
    run: "runs/a & b=1#2/dice",
    runB: "ö %41",
    stepB: 3,
    klass: "class, with 'quotes' + \"more\"",
    step: 0,
    sample: "r3c6",
    slice: 12,
  },
  definition: { compare: "soft", over: ["space", "batch"], smooth: 1e-6, background: true },
  view: "diff",
  zoom: [3, 40],
  pane: { zoom: 4, x: 0.25, y: 0.75 },
  variants: ["recipe.dice_coef", "keras.Dice"],
  runFilter: "^(a|b)+$",
  classFilter: "small&large",
  runChecks: { "a/dice": false, "z/dice": true },
  classChecks: { background: false },
  overlay: {
    view: "error",
    opacity: 0.3,
    outline: true,
    large: false,
    compare: true,
    off: ["large"],
    brightness: -0.2,
    threshold: 64,
    contrast: 0.5,
  },
  settings: {
    kind: "samples",
    colormap: "viridis",
    sort: "last",
    table: true,
    folded: ["a"],
    follow: false,
  },
  tabs: {
    open: "why_they_differ",
    table: true,
    filter: "monai & batch",
    sort: "value",
    down: true,
    from: "recipe.dice_coef",
    to: "default",
    loss: "recipe.dice_loss",
  },
};

const PLAIN = decode({});

describe("the address", () => {
  test("brings back everything", () => {
    expect(decode(fromHash(toHash("#dice", encode(FULL))))).toEqual(FULL);
  });

  test("says nothing about what has its default", () => {
    expect(encode(PLAIN)).toEqual({});
    expect(PLAIN.overlay).toEqual(DEFAULT_OVERLAY);
    expect(PLAIN.settings).toEqual(DEFAULT_SETTINGS);
  });

  test("keeps step 0, which is a step", () => {
    const state = { ...PLAIN, selection: { ...PLAIN.selection, step: 0 } };
    expect(encode(state)).toEqual({ step: "0" });
  });

  test("leaves slashes, colons and commas readable", () => {
    expect(toHash("#dice", { run: "a/b: c,&" })).toBe("#dice&p.dice.run=a/b:%20c,%26");
  });

  test("leaves what is not ours in the hash, and replaces what is", () => {
    expect(toHash("#dice&p.dice.run=old&p.other.run=x&runFilter=y", { step: "7" })).toBe(
      "#dice&p.other.run=x&runFilter=y&p.dice.step=7",
    );
    expect(toHash("", { step: "7" })).toBe("#dice&p.dice.step=7");
  });

  test.each([
    ["samples", "samples"],
    ["compare", "a_against_b"],
    ["size", "object_size"],
    ["smooth", "smooth"],
    ["batch", "batch_size"],
    ["rules", "empty_rules"],
    ["variants", "all_variants"],
    ["differ", "why_they_differ"],
    ["gradient", "gradient"],
    ["nonsense", "samples"],
    ["constructor", "samples"],
  ])("of before opens the same tab: %s is %s", (former, open) => {
    expect(decode({ tab: former }).tabs.open).toBe(open);
    expect(decode(encode(decode({ tab: former }))).tabs.open).toBe(open);
  });

  test("reads what is malformed as missing", () => {
    const state = decode({
      step: "1e9",
      stepB: "x",
      view: "nonsense",
      zoom: "5",
      pane: '{"zoom":1e9,"x":-3,"y":"low"}',
      variants: "{}",
      definition: "[1",
      runs: '{"a":1,"b":true}',
      overlay: '{"opacity":"much","outline":true,"off":[1,"large"],"unknown":3}',
      settings: "null",
    });
    expect(state).toEqual({
      ...PLAIN,
      pane: { zoom: 64, x: 0, y: 0.5 },
      runChecks: { b: true },
      overlay: { ...DEFAULT_OVERLAY, outline: true, off: ["large"] },
    });
    expect(fromHash("#dice&p.dice.run=%E0%A4%A")).toEqual({ run: "%E0%A4%A" });
  });
});
