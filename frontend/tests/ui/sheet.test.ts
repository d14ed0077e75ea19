import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { slug } from "../../src/format";
import { definition, pending } from "../../src/state";
import { answered, captionOf, fileName, rowsOf } from "../../src/ui/sheet";

const SHEET = {
  name: "samples-a",
  head: ["sample", "score"],
  rows: [
    ["x", 0.5],
    ["y", 1],
  ],
};

beforeEach(() => {
  vi.stubGlobal("fetch", async (url: string) => {
    const asked = JSON.parse(new URL(url, "http://here").searchParams.get("definition") ?? "{}");
    return new Response(JSON.stringify({ formula: `smooth ${asked.smooth ?? 0}`, words: "hard" }));
  });
  definition.value = { smooth: 1 };
});

afterEach(() => {
  vi.unstubAllGlobals();
  definition.value = {};
});

it("says of each row which Dice it is: the chosen one", async () => {
  expect(await rowsOf(SHEET)).toEqual([
    ["sample", "score", "definition"],
    ["x", 0.5, "chosen definition: smooth 1; hard"],
    ["y", 1, "chosen definition: smooth 1; hard"],
  ]);
  expect(fileName(SHEET)).toBe("samples-a-smooth-1");
});

it("takes the definitions that a sheet names: one each, some, or none", async () => {
  const own = { ...SHEET, of: [{ variant: "v" }, null] };
  expect((await rowsOf(own)).map((row) => row[2])).toEqual([
    "definition",
    "v: smooth 0; hard",
    null,
  ]);
  expect(fileName(own)).toBe("samples-a");
  const none = { ...SHEET, of: [] };
  expect(await rowsOf(none)).toEqual([none.head, ...none.rows]);
  expect(await captionOf({ ...none, place: "here" })).toEqual(["here"]);
});

it("writes below a picture both definitions of two, and the chosen one of many", async () => {
  const lines = (...of: { smooth: number }[]) => captionOf({ ...SHEET, of, place: "here" });
  expect(await lines({ smooth: 2 }, { smooth: 3 })).toHaveLength(3);
  expect(await lines({ smooth: 2 }, { smooth: 3 }, { smooth: 4 })).toEqual([
    "here",
    "chosen definition: smooth 1; hard",
  ]);
});

it("waits for the answers under way", async () => {
  pending.value = 1;
  let done = false;
  const waiting = answered().then(() => {
    done = true;
  });
  await Promise.resolve();
  expect(done).toBe(false);
  pending.value = 0;
  await waiting;
  expect(done).toBe(true);
});

it.each([
  [{}, "default"],
  [{ variant: "recipe.dice_coef" }, "recipe.dice_coef"],
  [{ variant: "recipe.dice_coef", params: { smooth: 1 } }, "recipe.dice_coef-params-smooth-1"],
  [{ compare: "soft", over: ["space", "class"] }, "compare-soft-over-space-class"],
] as const)("%j is %s in the name of a file", (chosen, text) =>
  expect(slug(chosen as object)).toBe(text),
);
