/** Recorded PNGs, fetched and decoded once, kept while there is room. */

import { type ImageRef, imageUrl, type MapEncoding } from "../../api";
import { type ClassMap, decodeMap, type Pixels } from "../../draw/maps";

/** About 128 MB of decoded pixels. */
const ROOM = 128 * 2 ** 20;

interface Kept<T> {
  value: T;
  bytes: number;
}

/** The most recently used values up to a number of bytes; concurrent questions share one answer. */
export class Shelf<T> {
  private readonly kept = new Map<string, Kept<T>>();
  private readonly pending = new Map<string, Promise<T>>();
  private bytes = 0;

  constructor(
    private readonly room: number,
    private readonly sizeOf: (value: T) => number,
  ) {}

  peek(key: string): T | undefined {
    return this.kept.get(key)?.value;
  }

  get(key: string, make: () => Promise<T>): Promise<T> {
    const found = this.kept.get(key);
    if (found) {
      this.kept.delete(key);
      this.kept.set(key, found);
      return Promise.resolve(found.value);
    }
    let promise = this.pending.get(key);
    if (!promise) {
      promise = make().finally(() => this.pending.delete(key));
      this.pending.set(key, promise);
      promise.then(
        (value) => this.keep(key, value),
        () => undefined,
      );
    }
    return promise;
  }

  private keep(key: string, value: T): void {
    const bytes = this.sizeOf(value);
    this.kept.set(key, { value, bytes });
    this.bytes += bytes;
    for (const [oldest, entry] of this.kept) {
      if (this.bytes <= this.room || oldest === key) break;
      this.kept.delete(oldest);
      this.bytes -= entry.bytes;
    }
  }
}

const pixels = new Shelf<Pixels>(ROOM / 2, (value) => value.data.length);
const maps = new Shelf<ClassMap>(ROOM / 2, (value) => value.values.byteLength);

export function loadPixels(run: string, ref: ImageRef): Promise<Pixels> {
  const url = imageUrl(run, ref);
  return pixels.get(url, () => fetchPixels(url));
}

export function loadMap(run: string, ref: ImageRef, encoding: MapEncoding): Promise<ClassMap> {
  const url = imageUrl(run, ref);
  return maps.get(url, async () => decodeMap(await fetchPixels(url), encoding));
}

/** The numbers of a PNG as they were written: no colour management, no premultiplied alpha. */
async function fetchPixels(url: string): Promise<Pixels> {
  const response = await fetch(url, { credentials: "same-origin" });
  if (!response.ok) throw new Error((await response.text()).slice(0, 300) || "no such image");
  const bitmap = await createImageBitmap(await response.blob(), {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("expected a canvas that can draw in 2D. Received: none");
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}
