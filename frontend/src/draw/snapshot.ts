/** A picture of a part of the page: a copy of it with the page's style, as an SVG image on a canvas. */

/** What stands inside `element` now, as a PNG, and lines below it. What carries `data-no-picture` is left out. */
export async function snapshot(
  element: HTMLElement,
  lines: readonly string[],
  scale = 2,
): Promise<Blob> {
  const { width } = element.getBoundingClientRect();
  const copy = copyOf(element, lines);
  copy.style.cssText += `;width:${width}px;height:auto`;
  const height = heightOf(copy);
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(drawing(copy, width, height))}`;
  await image.decode();
  const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const [across, down] = [image.width * scale, image.height * scale];
  canvas.getContext("2d")?.drawImage(image, 0, 0, across, down);
  return canvas.convertToBlob();
}

function copyOf(element: HTMLElement, lines: readonly string[]): HTMLElement {
  const copy = element.cloneNode(true) as HTMLElement;
  const copies = [copy, ...copy.querySelectorAll<HTMLElement>("*")];
  [element, ...element.querySelectorAll("*")].forEach((original, index) => {
    fill(copies[index] as HTMLElement, original);
  });
  const caption = document.createElement("p");
  caption.className = "caption";
  caption.textContent = lines.join("\n");
  copy.append(caption);
  copy.classList.add("picture");
  return copy;
}

/** How high the copy comes out, without its controls and with its caption. */
function heightOf(copy: HTMLElement): number {
  document.body.append(copy);
  const { height } = copy.getBoundingClientRect();
  copy.remove();
  return height;
}

/** As wide as the window, so that the same media queries hold. */
function drawing(copy: HTMLElement, width: number, height: number): string {
  const body = document.createElement("body");
  body.className = document.body.className;
  const style = document.createElement("style");
  style.textContent = [...document.styleSheets]
    .flatMap(({ cssRules }) => [...cssRules].map(({ cssText }) => cssText))
    .join("");
  body.append(style, copy);
  const page = new XMLSerializer().serializeToString(body);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.max(innerWidth, width)}" height="${height}"><foreignObject width="${width}" height="${height}">${page}</foreignObject></svg>`;
}

/** What a copy lacks: pixels of canvases and images, what is chosen, how far things are scrolled. */
function fill(copy: HTMLElement, original: Element): void {
  if (original instanceof HTMLCanvasElement)
    copy.style.background = `url(${original.toDataURL()}) 0 0 / 100% 100%`;
  if (original instanceof HTMLImageElement && original.naturalWidth) {
    const canvas = document.createElement("canvas");
    canvas.width = original.naturalWidth;
    canvas.height = original.naturalHeight;
    canvas.getContext("2d")?.drawImage(original, 0, 0);
    (copy as HTMLImageElement).src = canvas.toDataURL();
    copy.removeAttribute("loading");
  }
  if (original instanceof HTMLSelectElement)
    (copy as HTMLSelectElement).options[original.selectedIndex]?.setAttribute("selected", "");
  if (original instanceof HTMLInputElement) copy.setAttribute("value", original.value);
  if (original.scrollLeft || original.scrollTop)
    for (const child of copy.children)
      (child as HTMLElement).style.translate = `${-original.scrollLeft}px ${-original.scrollTop}px`;
}
