/** Colour maps as tables of 256 colours: cividis and viridis for scores, a diverging one for A - B. */

import { clamp } from "../clamp";

export type Rgb = readonly [number, number, number];
export type ColorMapName = "cividis" | "viridis" | "difference" | "difference-dark";

/** Every 15th colour of matplotlib's maps; the colours between are interpolated. */
const CIVIDIS =
  "00224e002d681637702e416d3f4c6c4e566c5c616e696b71767676838179928c78a09875afa471bfb06bcfbd62dfca57f0d846fee838";
const VIRIDIS =
  "440154481769472a7a433d843d4e8a355e8d2e6d8e297b8e23898e1f978b21a5852eb37c46c06f65cb5e89d548b0dd2fd8e219fde725";
/** Purple below zero, green above: told apart by people who are colour-blind, and never orange. */
const DIFFERENCE = "5b2a7d7b519d9f81bcc4b2d7e4dbebf1f1f1d5ead2a5d19f6db07036894513602b";
const DIFFERENCE_DARK = "d2aef0b18ad19069b2704c915337715050502f6a4145874f5fa56182c47ba9e39d";

const STOPS: Record<ColorMapName, string> = {
  cividis: CIVIDIS,
  viridis: VIRIDIS,
  difference: DIFFERENCE,
  "difference-dark": DIFFERENCE_DARK,
};

const tables = new Map<ColorMapName, readonly Rgb[]>();

/** The 256 colours of a map, made once. */
export function table(name: ColorMapName): readonly Rgb[] {
  let colors = tables.get(name);
  if (!colors) {
    colors = interpolate(parse(STOPS[name]), 256);
    tables.set(name, colors);
  }
  return colors;
}

/** The colour at `position` in [0, 1]; positions outside are clamped. NaN is a mistake of the caller. */
export function colorAt(name: ColorMapName, position: number): Rgb {
  const clamped = clamp(position, 0, 1);
  const color = table(name)[Math.round(clamped * 255)];
  if (!color) throw new RangeError(`expected a position in [0, 1]. Received: ${position}`);
  return color;
}

export function css([red, green, blue]: Rgb, alpha = 1): string {
  return alpha < 1 ? `rgba(${red},${green},${blue},${alpha})` : `rgb(${red},${green},${blue})`;
}

/** Black or white, whichever reads better on `color`. */
export function inkOn(color: Rgb): "#000" | "#fff" {
  return luminance(color) > 0.18 ? "#000" : "#fff";
}

/** Relative luminance in [0, 1], as WCAG 2 defines it. */
export function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((channel) => {
    const value = channel / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** A CSS gradient from the low to the high end, for a legend. */
export function gradient(name: ColorMapName, reversed = false): string {
  const stops = parse(STOPS[name]).map((color) => css(color));
  return `linear-gradient(to right, ${(reversed ? stops.reverse() : stops).join(", ")})`;
}

function parse(hex: string): Rgb[] {
  const colors: Rgb[] = [];
  for (let at = 0; at < hex.length; at += 6) colors.push(parseHex(hex.slice(at, at + 6)));
  return colors;
}

/** "#rrggbb", "#rgb" or the same without "#" as numbers. */
export function parseHex(text: string): Rgb {
  let hex = text.replace("#", "");
  if (hex.length === 3) hex = [...hex].map((digit) => digit + digit).join("");
  if (!/^[0-9a-f]{6}$/i.test(hex))
    throw new TypeError(`expected a colour as #rrggbb. Received: ${text}`);
  const value = Number.parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function interpolate(stops: readonly Rgb[], count: number): Rgb[] {
  return Array.from({ length: count }, (_, index) => {
    const at = (index / (count - 1)) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(at));
    const from = stops[low] as Rgb;
    const to = stops[low + 1] as Rgb;
    return from.map((value, k) =>
      Math.round(value + ((to[k] as number) - value) * (at - low)),
    ) as unknown as Rgb;
  });
}
