/** Wheel zooms, dragging moves, a double click shows the whole image again; in all panes at once. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { viewport, WHOLE } from "../../state";
import { listen } from "../../ui/listen";
import { panBy, place, probe, type Size, voxelAt, zoomAt } from "./viewport";

export function useGestures(
  canvas: RefObject<HTMLCanvasElement | null>,
  size: Size,
  image: Size,
): void {
  const now = useRef({ size, image });
  now.current = { size, image };
  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const spot = (event: MouseEvent): [number, number] => {
      const box = element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    return listen(
      element,
      {
        wheel(event) {
          const { size, image } = now.current;
          const old = viewport.peek();
          const next = zoomAt(old, event.deltaY > 0 ? 0.8 : 1.25, size, image, ...spot(event));
          if (next.zoom === old.zoom) return; // at the end the page scrolls
          event.preventDefault();
          viewport.value = next;
        },
        pointerdown(event) {
          if (event.button === 0) element.setPointerCapture(event.pointerId);
        },
        pointermove(event) {
          const { size, image } = now.current;
          const dragged = element.hasPointerCapture(event.pointerId);
          if (dragged)
            viewport.value = panBy(viewport.peek(), size, image, event.movementX, event.movementY);
          const at = place(viewport.peek(), size, image);
          probe.value = dragged ? null : voxelAt(at, image, ...spot(event));
        },
        pointerleave() {
          probe.value = null;
        },
        dblclick() {
          viewport.value = WHOLE;
        },
      },
      { passive: false },
    );
  }, []);
}
