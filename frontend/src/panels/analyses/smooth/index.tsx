/** The score over smooth, with the size of the median object; a click sets smooth. */

import type { Definition } from "../../../api";
import { runColor } from "../../../colors";
import { parameter } from "../../../format";
import { useLoad } from "../../../load";
import { definition, setDefinition } from "../../../state";
import { indexIn } from "../axis";
import { CurvesChart } from "../curves-chart";
import { Frame } from "../frame";
import { both, labelOf, placesKey, type Spot } from "../spot";
import { curvesOf, say, sheetOf } from "./model";
import { ask } from "./route";

export function Smooth({ spot }: { spot: Spot }) {
  const { smooth: chosen, ...rest } = definition.value;
  const asked: Definition = rest; // the curve is the same for every smooth: dragging asks nothing
  const key = JSON.stringify([placesKey(spot), spot.klass, asked]);
  const loaded = useLoad(key, (signal) =>
    both(spot, (run, step) => ask(run, step, spot.klass, asked, signal)),
  );
  const places = spot.b ? [spot.a, spot.b] : [spot.a];
  const names = places.map((place) => ({
    label: labelOf(place, spot),
    color: runColor(place.run),
  }));
  const at = chosen ?? loaded.data?.a.at ?? null;
  return (
    <Frame
      loaded={loaded}
      refused={({ a }) => a.refused && `The definition ${a.refused}.`}
      saying={(data) => say(data, at)}
      sheet={(data) => sheetOf(data, names, asked)}
    >
      {(data) => (
        <CurvesChart
          data={curvesOf(data, names, at)}
          title={`Smooth, ${spot.klass}`}
          heading={at === null ? "" : `at smooth ${parameter(at)}`}
          cursor={at === null ? null : indexIn(data.a.smooth, at)}
          name={(index) => `smooth ${parameter(data.a.smooth[index] ?? 0)}`}
          onPick={(index) => {
            const smooth = data.a.smooth[index];
            if (smooth !== undefined) setDefinition({ smooth: Number(smooth.toPrecision(3)) });
          }}
        />
      )}
    </Frame>
  );
}
