import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import * as api from "../src/api";

/** A Grid answer as the server writes it. */
function grid(
  header: object,
  arrays: [name: string, dtype: string, shape: number[], data: ArrayBufferView][],
) {
  const text = new TextEncoder().encode(
    JSON.stringify({
      ...header,
      arrays: arrays.map(([name, dtype, shape]) => ({ name, dtype, shape })),
    }),
  );
  const parts: Uint8Array[] = [new Uint8Array(new Uint32Array([text.length]).buffer), text];
  let length = 4 + text.length;
  const pad = () => {
    const gap = (4 - (length % 4)) % 4;
    parts.push(new Uint8Array(gap));
    length += gap;
  };
  for (const [, , , data] of arrays) {
    pad();
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    length += data.byteLength;
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out.buffer;
}

describe("decodeGrid", () => {
  test("reads header and arrays of every type, whatever the length of the header", () => {
    for (const run of ["a", "ab", "abc", "abcd"]) {
      const answer = api.decodeGrid<{ run: string; u: Uint8Array; f: Float32Array; i: Int32Array }>(
        grid({ run }, [
          ["u", "u1", [3], new Uint8Array([1, 2, 255])],
          ["f", "f4", [1, 2], new Float32Array([0.5, Number.NaN])],
          ["i", "i4", [2], new Int32Array([-7, 9])],
        ]),
      );
      expect(answer.run).toBe(run);
      expect([...answer.u]).toEqual([1, 2, 255]);
      expect([...answer.f]).toEqual([0.5, Number.NaN]);
      expect([...answer.i]).toEqual([-7, 9]);
      expect(answer).not.toHaveProperty("arrays");
    }
  });

  test("reads empty arrays", () => {
    const answer = api.decodeGrid<{ f: Float32Array }>(
      grid({}, [["f", "f4", [0, 4], new Float32Array()]]),
    );
    expect(answer.f).toHaveLength(0);
  });

  test("refuses an answer that is cut short", () => {
    const whole = grid({}, [["f", "f4", [2], new Float32Array([1, 2])]]);
    for (const length of [0, 3, 10, whole.byteLength - 4])
      expect(() => api.decodeGrid(whole.slice(0, length))).toThrow("cut short");
  });
});

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
