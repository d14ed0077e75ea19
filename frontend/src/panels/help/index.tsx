/** The help: what the marks mean, and the keys. */

import "./help.css";
import { useEffect, useRef } from "preact/hooks";
import { gradient } from "../../draw/colormap";
import { KEYS } from "../../keys";
import { helpOpen, settings } from "../../state";
import { IconButton } from "../../ui/controls";
import { MarkIcon } from "../../ui/mark";

export function HelpDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open && dialog.current?.open) dialog.current.close();
  }, [open]);
  const close = (): void => {
    helpOpen.value = false;
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, the click outside is an extra
    <dialog
      ref={dialog}
      class="help card"
      aria-label="Help"
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      {open && <Help close={close} />}
    </dialog>
  );
}

function Help({ close }: { close: () => void }) {
  return (
    <div class="help-body">
      <div class="head">
        <h2>How to read this page</h2>
        <span class="grow" />
        <IconButton icon="close" label="Close" onClick={close} />
      </div>
      <p>
        All panels share one selection, marked in orange: run A, class, step and sample. The heatmap
        shows where the model goes wrong, the curves and the empty masks below it show why, the
        samples show in which images, and the overlay shows what the model drew there.
      </p>
      <p>
        Change the definition of Dice in the left column and every number follows, without training
        again: all are computed from recorded sums.
      </p>
      <p>
        Click to select, Shift-click to pin B. Drag over steps to zoom in, double-click to see all
        steps. On an image, the wheel zooms and dragging moves it.
      </p>
      <div class="columns">
        <dl class="marks">
          <Mark
            swatch={<span class="box" style={{ background: gradient(settings.value.colormap) }} />}
            name="score"
          >
            from 0 (dark) to 1 (bright)
          </Mark>
          <Mark swatch={<MarkIcon mark="missed" boxed />} name="missed">
            only the target has the class; counted in the miss rate q
          </Mark>
          <Mark swatch={<MarkIcon mark="false-alarm" boxed />} name="false alarm">
            only the prediction has the class; counted in the false-alarm rate r₀
          </Mark>
          <Mark swatch={<span class="box hatch" />} name="both empty">
            neither has the class: 0 / 0 is not a number
          </Mark>
          <Mark swatch={<span class="box blank" />} name="blank">
            not logged at this step
          </Mark>
        </dl>
        <table class="keys">
          <tbody>
            {KEYS.map(([keys, meaning]) => (
              <tr key={keys}>
                <td>
                  {keys.split(" ").map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </td>
                <td>{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Mark(props: { swatch: preact.JSX.Element; name: string; children: string }) {
  return (
    <>
      <dt>
        {props.swatch} {props.name}
      </dt>
      <dd class="sub">{props.children}</dd>
    </>
  );
}
