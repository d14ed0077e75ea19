import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as api from "../src/api";

describe("asking", () => {
  const asked: { url: string; signal: AbortSignal; answer: (response: Response) => void }[] = [];

  beforeEach(() => {
    asked.length = 0;
    api.clearCache();
    vi.stubGlobal(
      "fetch",
      (url: string, { signal }: { signal: AbortSignal }) =>
        new Promise<Response>((answer, fail) => {
          asked.push({ url, signal, answer });
          signal.addEventListener("abort", () => fail(new DOMException("", "AbortError")));
        }),
    );
  });
  afterEach(() => vi.unstubAllGlobals());

  const runs = () => Response.json({ runs: [], others: ["a"] });

  test("names the route relative to the page and leaves the default definition out", () => {
    void api.series("a b/dice", {});
    void api.lines("r", "c&d", { compare: "soft" }, ["x", "y"]);
    expect(asked.map(({ url }) => url)).toEqual([
      "./series?run=a+b%2Fdice",
      "./lines?run=r&class=c%26d&definition=%7B%22compare%22%3A%22soft%22%7D&variant=x&variant=y",
    ]);
    expect(api.imageUrl("r", [3, 1])).toBe("./image?run=r&step=3&element=1");
  });

  test("asks once for the same thing, and again after a reload", async () => {
    const both = Promise.all([api.runs(), api.runs()]);
    expect(asked).toHaveLength(1);
    asked[0]?.answer(runs());
    expect((await both)[1].others).toEqual(["a"]);
    await api.runs();
    expect(asked).toHaveLength(1);
    api.clearCache();
    void api.runs();
    expect(asked).toHaveLength(2);
  });

  test("does not keep an answer that was under way during a reload", async () => {
    const old = api.runs();
    api.clearCache();
    asked[0]?.answer(runs());
    await old;
    void api.runs();
    expect(asked).toHaveLength(2);
  });

  test("calls a question off only when nobody waits for it", async () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const first = api.runs(one.signal);
    const second = api.runs(two.signal);
    one.abort();
    await expect(first).rejects.toThrow("No longer asked for");
    expect(asked[0]?.signal.aborted).toBe(false);
    asked[0]?.answer(runs());
    expect((await second).others).toEqual(["a"]);

    const third = api.variants(two.signal);
    two.abort();
    await expect(third).rejects.toThrow("No longer asked for");
    expect(asked[1]?.signal.aborted).toBe(true);
  });

  test("forgets the answers that were not used for longest", async () => {
    for (let step = 0; step < 300; step += 1) {
      const answer = api.images("r", String(step));
      asked.at(-1)?.answer(Response.json({}));
      await answer;
      await api.images("r", "0"); // used again and again, so kept
    }
    expect(asked).toHaveLength(300);
    void api.images("r", "1");
    expect(asked).toHaveLength(301);
  });

  test("hands on the server's sentence, but no page of HTML", async () => {
    const wrong = api.images("r", "nobody");
    asked[0]?.answer(new Response("Expected a sample. Received: nobody.\n", { status: 404 }));
    await expect(wrong).rejects.toMatchObject({
      status: 404,
      message: "Expected a sample. Received: nobody.",
    });
    const proxy = api.images("r", "other");
    asked[1]?.answer(new Response("<html>Bad gateway</html>", { status: 502 }));
    await expect(proxy).rejects.toThrow("The server answered with status 502.");
  });

  test("says so when TensorBoard is gone", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    await expect(api.runs()).rejects.toThrow("Is it still running?");
  });
});
