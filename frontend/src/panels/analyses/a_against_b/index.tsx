/** Run A against run B, sample by sample: a dot each, the diagonal, and the mean difference with its interval. */

import "./a_against_b.css";
import { runColor } from "../../../colors";
import type { Inks } from "../../../draw/canvas";
import { prepare, SANS } from "../../../draw/canvas";
import { niceTicks } from "../../../draw/ticks";
import { difference, score, tickText } from "../../../format";
import { useLoad } from "../../../load";
import { definition } from "../../../state";
import type { Point } from "../axis";
import { Dots } from "../dots";
import { Frame } from "../frame";
import { dotMark, rule } from "../marks";
import { Sides, type SidesProps } from "../sides";
import { labelOf, placesKey, type Spot } from "../spot";
import { axisOf, type Pair, pairsOf, placesOf, say, sheetOf, sidesOf, telling } from "./model";
import { type Answer, ask } from "./route";

const SIDE = 220;
const INSET = { left: 34, top: 10 };
const HEIGHT = SIDE + INSET.top + 34;

export function AAgainstB({ spot }: { spot: Spot }) {
  const { a, b, klass } = spot;
  const chosen = definition.value;
  const key = b && JSON.stringify([placesKey(spot), klass, chosen]);
  const loaded = useLoad(key, (signal) => {
    const places = { run: a.run.name, step: a.step, runB: b?.run.name ?? "", stepB: b?.step ?? 0 };
    return ask(places, klass, chosen, signal);
  });
  if (!b)
    return (
      <p class="quiet sub">
        To compare {a.run.label}, choose a run B at the top that has {klass} at this step.
      </p>
    );
  const labels = [labelOf(a, spot), labelOf(b, spot)] as const;
  const colors = [runColor(a.run), runColor(b.run)];
  return (
    <Frame
      loaded={loaded}
      refused={(data) => data.refused}
      saying={(data) => say(data, labels)}
      sheet={(data) => sheetOf(data, labels)}
    >
      {(data) => <Scatter data={data} labels={labels} colors={colors} />}
    </Frame>
  );
}

interface ScatterProps extends SidesProps {
  data: Answer;
}

function Scatter({ data, labels, colors }: ScatterProps) {
  const pairs = pairsOf(data);
  return (
    <div class="curves">
      <div class="key">
        <h2 class="clip">{data.class}, sample by sample</h2>
        <Sides labels={labels} colors={colors} />
        <Tally data={data} />
        <span class="sub">Below the diagonal, A is better.</span>
      </div>
      <Dots
        label={`${data.class} in both runs, what A loses most first`}
        height={HEIGHT}
        dots={pairs}
        place={() =>
          placesOf(pairs, SIDE).map(({ x, y }) => ({ x: x + INSET.left, y: y + INSET.top }))
        }
        draw={(canvas, places, width, inks) => {
          const pen = prepare(canvas, width, HEIGHT);
          square(pen, axisOf(pairs), inks);
          pairs.forEach((pair, at) => {
            dot(pen, pair, places[at], colors, inks);
          });
          interval(pen, data, width, inks);
        }}
        inputs={[data, colors.join()]}
        spoken={({ a, b }) => `A ${score(a)}, B ${score(b)}`}
        tip={({ id, a, b }) => (
          <>
            <b>{id}</b>
            <span>
              A <b>{score(a)}</b> B <b>{score(b)}</b> A − B <b>{difference(a - b)}</b>
            </span>
          </>
        )}
      />
    </div>
  );
}

/** What each run scores, misses and draws where nothing is: also of the samples that are no pairs. */
function Tally({ data }: { data: Answer }) {
  const [a, b] = sidesOf(data);
  const rows = [
    ["mean of all scored", score(a.mean), score(b.mean)],
    ["scored", a.scored, b.scored],
    ["missed", a.missed, b.missed],
    ["false alarms", a.alarms, b.alarms],
  ];
  return (
    <table class="tally num">
      <thead>
        <tr>
          <td />
          <th scope="col">A</th>
          <th scope="col">B</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, x, y]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{x}</td>
            <td>{y}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Both axes with their grid, and the diagonal. */
function square(pen: CanvasRenderingContext2D, [low, high]: [number, number], inks: Inks): void {
  pen.font = `11px ${SANS}`;
  pen.translate(INSET.left, INSET.top);
  pen.textBaseline = "middle";
  for (const tick of niceTicks(low, high)) {
    const at = ((tick - low) / (high - low)) * SIDE;
    pen.strokeStyle = inks.grid;
    rule(pen, 0, SIDE - at, SIDE, SIDE - at);
    rule(pen, at, 0, at, SIDE);
    pen.fillStyle = inks.muted;
    pen.textAlign = "right";
    pen.fillText(tickText(tick), -6, SIDE - at);
    pen.textAlign = "center";
    pen.fillText(tickText(tick), at, SIDE + 12);
  }
  pen.fillText("A →", SIDE / 2, SIDE + 27);
  pen.textAlign = "left";
  pen.fillText("B ↑", 4, 8);
  pen.strokeStyle = inks.muted;
  pen.setLineDash([3, 3]);
  rule(pen, 0, SIDE, SIDE, 0);
  pen.setLineDash([]);
  pen.translate(-INSET.left, -INSET.top);
}

/** A sample that one run alone draws or misses carries the mark and the colour of that run. */
function dot(
  pen: CanvasRenderingContext2D,
  { states }: Pair,
  place: Point | undefined,
  colors: readonly string[],
  inks: Inks,
): void {
  const side = states.findIndex((state) => state === 1 || state === 2);
  const color = colors[side] ?? inks.text;
  if (place) dotMark(pen, { state: states[side] ?? states[0] }, place, color, inks);
}

/** The mean difference with its interval, on a line through 0. */
function interval(pen: CanvasRenderingContext2D, answer: Answer, width: number, inks: Inks): void {
  const { mean } = answer;
  const [low, high] = telling(answer) ? [answer.low, answer.high] : [null, null];
  const from = INSET.left + SIDE + 60;
  const room = Math.min(320, width - from - 24);
  if (mean === null || room < 120) return;
  const most = niceTicks(0, Math.max(...[mean, low, high].map((x) => Math.abs(x ?? 0)), 0.02)).at(
    -1,
  );
  const end = Math.max(0.02, (most ?? 0) * 1.5);
  const x = (value: number) => from + (0.5 + value / end / 2) * room;
  const y = INSET.top + SIDE / 2;
  pen.strokeStyle = inks.border;
  rule(pen, from, y, from + room, y);
  pen.strokeStyle = inks.muted;
  rule(pen, x(0), y - 8, x(0), y + 8); // short: numbers stand above and below it
  pen.fillStyle = inks.muted;
  pen.textAlign = "center";
  pen.fillText("mean of A − B", x(0), y - 40);
  pen.fillText("0", x(0), y + 34);
  pen.fillStyle = pen.strokeStyle = inks.text;
  if (low !== null && high !== null) {
    pen.fillRect(x(low), y - 1.5, x(high) - x(low), 3);
    pen.fillText(difference(low), x(low), y - 14);
    pen.fillText(difference(high), x(high), y - 14);
  }
  pen.beginPath();
  pen.arc(x(mean), y, 5, 0, 7);
  pen.fill();
  pen.fillText(difference(mean), x(mean), y + 18);
}
