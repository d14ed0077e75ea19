import { describe, expect, test } from "vitest";
import { decodeGrid } from "../src/grid";

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
      const answer = decodeGrid<{ run: string; u: Uint8Array; f: Float32Array; i: Int32Array }>(
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
    const answer = decodeGrid<{ f: Float32Array }>(
      grid({}, [["f", "f4", [0, 4], new Float32Array()]]),
    );
    expect(answer.f).toHaveLength(0);
  });

  test("refuses an answer that is cut short", () => {
    const whole = grid({}, [["f", "f4", [2], new Float32Array([1, 2])]]);
    for (const length of [0, 3, 10, whole.byteLength - 4])
      expect(() => decodeGrid(whole.slice(0, length))).toThrow("cut short");
  });
});
