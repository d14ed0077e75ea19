/** A button that opens a small box below it; Escape or a click elsewhere closes it. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { IconButton } from "./controls";
import type { IconName } from "./icon";
import { listen } from "./listen";

interface DropProps {
  /** The button; calls `toggle`. */
  button: (open: boolean, toggle: () => void) => ComponentChildren;
  children: (close: () => void) => ComponentChildren;
  class?: string;
}

export function Drop({ button, children, ...rest }: DropProps) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open) return;
    box.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
    return listen(
      document,
      {
        pointerdown(event) {
          if (!box.current?.contains(event.target as Node)) setOpen(false);
        },
        keydown(event) {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          setOpen(false);
          box.current?.querySelector("button")?.focus();
        },
      },
      { capture: true },
    );
  }, [open]);
  return (
    <span class="drop" ref={box}>
      {button(open, () => setOpen(!open))}
      {open && <div class={`box ${rest.class ?? ""}`}>{children(() => setOpen(false))}</div>}
    </span>
  );
}

interface MenuProps {
  icon: IconName;
  label: string;
  items: readonly { text: string; act: () => unknown }[];
}

export function Menu({ icon, label, items }: MenuProps) {
  return (
    <Drop
      class="menu"
      button={(open, toggle) => (
        <IconButton icon={icon} label={label} expanded={open} onClick={toggle} />
      )}
    >
      {(close) =>
        items.map(({ text, act }) => (
          <button
            key={text}
            type="button"
            onClick={() => {
              close();
              act();
            }}
          >
            {text}
          </button>
        ))
      }
    </Drop>
  );
}
