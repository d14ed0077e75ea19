/** The colours of the page for drawings, read once a theme. */

import { computed } from "@preact/signals";
import { type Inks, readInks } from "../../draw/canvas";
import { theme } from "../../state";

export const inks = computed<Inks>(() => {
  void theme.value;
  return readInks(document.body);
});
