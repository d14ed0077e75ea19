import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { paced } from "../src/pace";

describe("paced", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const start = () => {
    const act = vi.fn();
    return { act, call: paced(act, { window: 1000, atOnce: 3, later: 100 }) };
  };

  it("acts at once while calls are few", () => {
    const { act, call } = start();
    for (let i = 1; i <= 3; i += 1) {
      call();
      expect(act).toHaveBeenCalledTimes(i);
    }
  });

  it("acts later, and once, for many", () => {
    const { act, call } = start();
    for (let i = 0; i < 50; i += 1) call();
    expect(act).toHaveBeenCalledTimes(3);
    vi.advanceTimersByTime(100);
    expect(act).toHaveBeenCalledTimes(4);
    vi.advanceTimersByTime(5000);
    expect(act).toHaveBeenCalledTimes(4);
  });

  it("acts at once again after a while", () => {
    const { act, call } = start();
    for (let i = 0; i < 50; i += 1) call();
    vi.advanceTimersByTime(1001);
    act.mockClear();
    call();
    expect(act).toHaveBeenCalledTimes(1);
  });
});
