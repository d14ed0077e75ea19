/** A picture of a part of the page: its canvases, boxes and text, drawn onto one canvas. */

/** What stands inside `element` now, as a PNG. Inline SVG is drawn too; anything else is not. */
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
  paintBox(context, element, style);
  for (const child of element.childNodes) {
    if (child instanceof Text) paintText(context, child, style);
    else if (child instanceof Element) await paint(context, child);
  }
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
  const box = element.getBoundingClientRect();
  const border = Number.parseFloat(style.borderTopWidth);
  const filled = style.backgroundColor !== "rgba(0, 0, 0, 0)";
  if ((!filled && !border) || !box.width || !box.height) return;
  context.beginPath();
  const inset = border / 2;
  context.roundRect(
    box.left + inset,
    box.top + inset,
    Math.max(0, box.width - border),
    Math.max(0, style.borderBottomWidth === "0px" ? 0 : box.height - border),
    Number.parseFloat(style.borderTopLeftRadius) || 0,
  );
  context.fillStyle = style.backgroundColor;
  if (filled) context.fill();
  if (!border) return;
  context.strokeStyle = style.borderTopColor;
  context.lineWidth = border;
  context.setLineDash(style.borderTopStyle === "dashed" ? [2, 2] : []);
  context.stroke();
  context.setLineDash([]);
}

function paintText(
  context: CanvasRenderingContext2D,
  node: Text,
  style: CSSStyleDeclaration,
): void {
  const text = node.data.trim();
  if (!text) return;
  const range = document.createRange();
  range.selectNodeContents(node);
  const box = range.getBoundingClientRect();
  if (!box.width) return;
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.fillStyle = style.color;
  context.textBaseline = "middle";
  context.fillText(text, box.left, box.top + box.height / 2);
}
