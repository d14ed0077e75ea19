/** A picture of a part of the page: its canvases, boxes and text, drawn onto one canvas. */

import { hatch, readInks } from "./canvas";

/** What stands inside `element` now, as a PNG. Inline SVG and images are drawn too. */
export async function snapshot(element: HTMLElement, scale = 2): Promise<Blob> {
  const frame = element.getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(frame.width * scale);
  canvas.height = Math.ceil(frame.height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("expected a canvas that can draw in 2D. Received: none");
  context.scale(scale, scale);
  context.translate(-frame.left, -frame.top);
  await paint(context, element);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) =>
      blob ? resolve(blob) : reject(new Error("The picture is too large.")),
    ),
  );
}

async function paint(context: CanvasRenderingContext2D, element: Element): Promise<void> {
  const style = getComputedStyle(element);
  if (style.display === "none" || style.visibility === "hidden") return;
  if (element.hasAttribute("data-no-picture")) return;
  context.globalAlpha = Number(style.opacity);
  if (element instanceof HTMLCanvasElement) return paintCanvas(context, element);
  if (element instanceof SVGSVGElement) return paintSvg(context, element);
  if (element instanceof HTMLImageElement) return paintImage(context, element);
  paintBox(context, element, style);
  context.save();
  if (style.overflowX !== "visible") clipTo(context, element);
  for (const child of element.childNodes) {
    if (child instanceof Text) paintText(context, child, style);
    else if (child instanceof Element) await paint(context, child);
  }
  context.restore();
}

function clipTo(context: CanvasRenderingContext2D, element: Element): void {
  const box = element.getBoundingClientRect();
  context.beginPath();
  context.rect(box.left, box.top, box.width, box.height);
  context.clip();
}

/** A whole image within its box, as `object-fit: contain` shows it. */
function paintImage(context: CanvasRenderingContext2D, image: HTMLImageElement): void {
  const { left, top, width, height } = image.getBoundingClientRect();
  if (!image.complete || !image.naturalWidth) return;
  const scale = Math.min(width / image.naturalWidth, height / image.naturalHeight);
  const [w, h] = [image.naturalWidth * scale, image.naturalHeight * scale];
  context.fillStyle = "#000";
  context.fillRect(left, top, width, height);
  context.drawImage(image, left + (width - w) / 2, top + (height - h) / 2, w, h);
}

function paintCanvas(context: CanvasRenderingContext2D, canvas: HTMLCanvasElement): void {
  const box = canvas.getBoundingClientRect();
  if (box.width && box.height) context.drawImage(canvas, box.left, box.top, box.width, box.height);
}

/** SVG carries its colours as variables of the page: resolve them into a copy before it becomes an image. */
async function paintSvg(context: CanvasRenderingContext2D, svg: SVGSVGElement): Promise<void> {
  const box = svg.getBoundingClientRect();
  if (!box.width || !box.height) return;
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((node, index) => {
    const style = getComputedStyle(originals[index] as Element);
    for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap"])
      node.setAttribute(name, style.getPropertyValue(name));
    node.removeAttribute("style");
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const image = new Image(box.width, box.height);
  image.src = `data:image/svg+xml,${encodeURIComponent(copy.outerHTML)}`;
  await image.decode().catch(() => undefined);
  context.drawImage(image, box.left, box.top, box.width, box.height);
}

function paintBox(
  context: CanvasRenderingContext2D,
  element: Element,
  style: CSSStyleDeclaration,
): void {
  const { left, top, width, height } = element.getBoundingClientRect();
  if (!width || !height) return;
  const border = Number.parseFloat(style.borderTopWidth);
  const inset = border / 2;
  const radius = Number.parseFloat(style.borderTopLeftRadius) || 0;
  context.beginPath();
  context.roundRect(left + inset, top + inset, width - border, height - border, radius);
  context.fillStyle = filling(context, element, style);
  context.fill();
  if (!border) return;
  if (style.borderBottomWidth === "0px") {
    context.beginPath();
    context.moveTo(left, top + inset);
    context.lineTo(left + width, top + inset);
  }
  context.strokeStyle = style.borderTopColor;
  context.lineWidth = border;
  context.setLineDash(style.borderTopStyle === "dashed" ? [2, 2] : []);
  context.stroke();
  context.setLineDash([]);
}

/** The colour behind an element, its hatch, or its gradient from left to right. */
function filling(
  context: CanvasRenderingContext2D,
  element: Element,
  style: CSSStyleDeclaration,
): string | CanvasGradient | CanvasPattern {
  if (element.classList.contains("hatch")) return hatch(context, readInks(element));
  if (!style.backgroundImage.startsWith("linear-gradient(to right")) return style.backgroundColor;
  const box = element.getBoundingClientRect();
  const gradient = context.createLinearGradient(box.left, 0, box.right, 0);
  const stops = style.backgroundImage.match(/rgba?\([^)]*\)/g) ?? [];
  stops.forEach((stop, at) => {
    gradient.addColorStop(at / (stops.length - 1), stop);
  });
  return gradient;
}

/** Word by word, where each one stands: text may run over several lines. */
function paintText(
  context: CanvasRenderingContext2D,
  node: Text,
  style: CSSStyleDeclaration,
): void {
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.fillStyle = style.color;
  context.textBaseline = "middle";
  const range = document.createRange();
  for (const word of node.data.matchAll(/\S+/g)) {
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    const box = range.getBoundingClientRect();
    if (box.width) context.fillText(word[0], box.left, box.top + box.height / 2);
  }
}
