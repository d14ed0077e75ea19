/** Decodes the binary answers of the server: a JSON header and little-endian arrays. */

type TypedArray = Float32Array | Int32Array | Uint8Array;

/** Decodes a Grid answer: a length, a JSON header, then little-endian arrays at multiples of 4. */
export function decodeGrid<T>(buffer: ArrayBuffer): T {
  if (buffer.byteLength < 4) throw new Error("The server's answer is cut short.");
  const length = new DataView(buffer).getUint32(0, true);
  if (4 + length > buffer.byteLength) throw new Error("The server's answer is cut short.");
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  const { arrays, ...header } = JSON.parse(text) as { arrays: ArrayHeader[] };
  const out: Record<string, unknown> = header;
  let at = aligned(4 + length);
  for (const { name, dtype, shape } of arrays) {
    const size = shape.reduce((product, n) => product * n, 1);
    const bytes = size * (dtype === "u1" ? 1 : 4);
    if (at + bytes > buffer.byteLength) throw new Error("The server's answer is cut short.");
    out[name] = view(buffer, at, dtype, size);
    at = aligned(at + bytes);
  }
  return out as T;
}

interface ArrayHeader {
  name: string;
  dtype: "f4" | "i4" | "u1";
  shape: number[];
}

function view(buffer: ArrayBuffer, at: number, dtype: string, size: number): TypedArray {
  if (dtype === "f4") return new Float32Array(buffer, at, size);
  if (dtype === "i4") return new Int32Array(buffer, at, size);
  return new Uint8Array(buffer, at, size);
}

const aligned = (n: number): number => Math.ceil(n / 4) * 4;
