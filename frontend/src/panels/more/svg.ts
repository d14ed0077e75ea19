/** SVG by hand: elements with attributes, colours by the classes of the style sheet. */

const SPACE = "http://www.w3.org/2000/svg";

export type Attributes = Record<string, string | number | undefined>;

export function shape(name: string, attributes: Attributes, ...children: (Element | string)[]) {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined)
      element.setAttribute(key, typeof value === "number" ? String(round(value)) : value);
  element.append(...children);
  return element;
}

/** Puts a drawing into `element`, in place of what is there. */
export function place(
  element: HTMLElement,
  width: number,
  height: number,
  ...children: Element[]
): void {
  const attributes = { width, height, "aria-hidden": "true", "font-size": 11 };
  const family = "Roboto, Helvetica Neue, Arial, sans-serif";
  element.replaceChildren(shape("svg", { ...attributes, "font-family": family }, ...children));
}

const round = (x: number): number => Math.round(x * 100) / 100;
