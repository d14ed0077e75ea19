/** The score of each sample over the size of its object, of runs A and B; a click selects the sample. */

import * as api from "../../../api";
import { runColor } from "../../../colors";
import { count, quantity } from "../../../format";
import { useLoad } from "../../../load";
import { classOf, definition } from "../../../state";
import { MarkIcon } from "../../../ui/mark";
import { Dots } from "../dots";
import { Frame } from "../frame";
import { Sides, type SidesProps } from "../sides";
import { both, labelOf, placesKey, type Spot } from "../spot";
import { axisOf, type Data, dataOf, placed, say, sheetOf } from "./model";
import { INSET, plotSize, scatter } from "./scatter";

const HEIGHT = 210;

export function ObjectSize({ spot }: { spot: Spot }) {
  const { a, b, klass } = spot;
  const chosen = definition.value;
  const key = JSON.stringify([placesKey(spot), klass, chosen]);
  const loaded = useLoad(key, (signal) =>
    both(spot, (run, step) => api.samples(run, step, klass, chosen, signal)).then((answers) => ({
      refused: answers.a.refused,
      ...dataOf(
        answers.a,
        answers.b,
        classOf(a.run, klass)?.index ?? 0,
        classOf(b?.run ?? null, klass)?.index ?? 0,
      ),
    })),
  );
  const places = b ? [a, b] : [a];
  const labels = places.map((place) => labelOf(place, spot));
  const colors = places.map(({ run }) => runColor(run));
  return (
    <Frame
      loaded={loaded}
      refused={(data) => data.refused && `The definition ${data.refused}.`}
      saying={(data) => say(data, klass)}
      sheet={(data) => sheetOf(data, labels, `${klass}-${a.run.name}-step-${a.step}`)}
    >
      {(data) => (
        <div class="curves">
          <Legend
            title={`Object size, ${klass}`}
            labels={labels}
            colors={colors}
            empty={data.dots.some(({ state }) => state === api.STATE.bothEmpty)}
          />
          <Scatter data={data} labels={labels} colors={colors} klass={klass} />
        </div>
      )}
    </Frame>
  );
}

interface LegendProps extends SidesProps {
  title: string;
  /** Samples without target and prediction have a number too. */
  empty: boolean;
}

function Legend({ title, labels, colors, empty }: LegendProps) {
  return (
    <div class="key">
      <h2 class="clip">{title}</h2>
      <Sides labels={labels} colors={colors} />
      <span class="entry">
        <MarkIcon mark="missed" /> missed
        <MarkIcon mark="false-alarm" /> false alarm
      </span>
      {empty && (
        <span class="entry">
          <i class="swatch hatch" /> both empty
        </span>
      )}
      <span class="sub">score by target voxels</span>
    </div>
  );
}

interface ScatterProps extends SidesProps {
  data: Data;
  klass: string;
}

function Scatter({ data, labels, colors, klass }: ScatterProps) {
  const { dots, median } = data;
  const room = (width: number) => plotSize({ width, height: HEIGHT });
  const axis = (width: number) => axisOf(dots, room(width).width);
  return (
    <Dots
      label={`Samples by size of ${klass}`}
      height={HEIGHT}
      dots={dots}
      place={(width) =>
        placed(dots, axis(width), room(width).width, room(width).height).map(({ x, y }) => ({
          x: x + INSET.left,
          y: y + INSET.top,
        }))
      }
      draw={(canvas, places, width, inks) =>
        scatter(
          canvas,
          { dots, places, axis: axis(width), median },
          { width, height: HEIGHT, colors, inks },
        )
      }
      inputs={[data, colors.join()]}
      spoken={(dot) =>
        `${dot.side ? "" : `target ${count(dot.size)} voxels, `}${labels[dot.side]} ${quantity(dot.score)}`
      }
      tip={(dot) => (
        <>
          <span>
            <b>{dot.id}</b> {labels[dot.side]}: <b>{quantity(dot.score)}</b>
          </span>
          <span>
            target {count(dot.size)}, drawn {count(dot.drawn)} voxels
          </span>
        </>
      )}
    />
  );
}
