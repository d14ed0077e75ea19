import { describe, expect, it } from "vitest";
import {
  bins,
  columnAt,
  indexOfSteps,
  middle,
  moved,
  pushApart,
  ticks,
  unionOfSteps,
  worstOf,
  zoomed,
} from "../../src/draw/columns";

const whole = (n: number) => ({ from: 0, to: n });

it("joins the steps of all runs and finds each run's own", () => {
  const columns = unionOfSteps([[0, 2, 4], [1, 2], []]);
  expect(columns).toEqual([0, 1, 2, 4]);
  expect([...indexOfSteps(columns, [1, 2])]).toEqual([-1, 0, 1, -1]);
});

describe("bins", () => {
  it("keeps one column per bin while there is room", () => {
    const all = bins({ from: 10, to: 14 }, 400);
    expect(all.map((bin) => [bin.from, bin.to, bin.x, bin.width])).toEqual([
      [10, 11, 0, 100],
      [11, 12, 100, 100],
      [12, 13, 200, 100],
      [13, 14, 300, 100],
    ]);
  });

  it("covers every column exactly once when steps outnumber pixels", () => {
    const all = bins(whole(1001), 300);
    expect(all).toHaveLength(150);
    expect(all[0]?.from).toBe(0);
    expect(all.at(-1)?.to).toBe(1001);
    expect(all.slice(1).map((bin) => bin.from)).toEqual(all.slice(0, -1).map((bin) => bin.to));
  });

  it("gives none for no columns or no room", () => {
    expect(bins(whole(0), 100)).toEqual([]);
    expect(bins(whole(5), 0)).toEqual([]);
  });
});

describe("worstOf", () => {
  it("keeps the one bad step of a thousand visible", () => {
    const values = new Float32Array(1000).fill(0.9);
    values[637] = 0.05;
    const found = bins(whole(1000), 100).map(
      (bin) => values[worstOf(bin, (c) => values[c] as number)],
    );
    expect(found.filter((v) => v && v < 0.1)).toHaveLength(1);
  });

  it("prefers any number to NaN", () => {
    const values = [Number.NaN, 0.9, Number.NaN];
    expect(worstOf({ from: 0, to: 3, x: 0, width: 1 }, (c) => values[c] as number)).toBe(1);
  });
});

it("finds the column under a pixel and the pixel of a column", () => {
  const range = { from: 5, to: 15 };
  for (let column = 5; column < 15; column++)
    expect(columnAt(middle(column, range, 333), range, 333)).toBe(column);
  expect(columnAt(-1, range, 333)).toBe(-1);
  expect(columnAt(333, range, 333)).toBe(-1);
});

describe("ticks", () => {
  const steps = Array.from({ length: 50 }, (_, i) => i);

  it("labels both ends and round steps between", () => {
    expect(ticks(steps, whole(50), 560)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 49]);
  });

  it("never puts two labels closer than asked", () => {
    for (const width of [60, 100, 250, 900]) {
      const places = ticks(steps, whole(50), width).map((c) => middle(c, whole(50), width));
      const gaps = places.slice(1).map((x, i) => x - (places[i] as number));
      expect(Math.min(48, ...gaps)).toBe(48);
    }
  });

  it("copes with one step and with none", () => {
    expect(ticks([7], whole(1), 100)).toEqual([0]);
    expect(ticks([], whole(0), 100)).toEqual([]);
  });
});

describe("zoomed and moved", () => {
  it("keeps the column under the pointer in place", () => {
    const range = zoomed(whole(200), 200, 0.5, 0.25);
    expect(range).toEqual({ from: 25, to: 125 });
  });

  it("stays inside and shows at least four columns", () => {
    expect(zoomed({ from: 0, to: 10 }, 200, 0.01, 1)).toEqual({ from: 6, to: 10 });
    expect(zoomed({ from: 150, to: 200 }, 200, 9, 0.5)).toEqual(whole(200));
    expect(moved({ from: 0, to: 10 }, 20, -5)).toEqual({ from: 0, to: 10 });
    expect(moved({ from: 0, to: 10 }, 20, 50)).toEqual({ from: 10, to: 20 });
  });
});

describe("pushApart", () => {
  it("moves only what is too close", () => {
    expect(pushApart([0, 50, 100], 13, 0, 120)).toEqual([0, 50, 100]);
    expect(pushApart([10, 12, 100], 13, 0, 120)).toEqual([10, 23, 100]);
  });

  it("keeps the order of the labels and stays above the bottom", () => {
    const placed = pushApart([118, 119, 120], 13, 0, 120);
    expect(placed).toEqual([94, 107, 120]);
  });
});
