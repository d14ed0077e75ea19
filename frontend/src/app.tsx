/** The page: a left column, a top bar, the panels in the middle, the overlay on the right. */

import { OverlayPanel } from "./panels/overlay";
import { TimePanel } from "./panels/time";

export function App() {
  return (
    <main>
      <TimePanel />
      <OverlayPanel />
    </main>
  );
}
