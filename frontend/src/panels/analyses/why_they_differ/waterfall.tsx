/** The bars of a waterfall, one for each row: from the value before to the value after. */

interface Bar {
  before: number | null;
  after: number | null;
}

interface WaterfallProps {
  /** The first and the last one stand on 0 and are neutral. */
  bars: readonly Bar[];
  width: number;
  rowHeight: number;
  low: number;
  high: number;
  /** Of a fall and of a rise. */
  colors: readonly [string, string];
}

/** Moves by less than this have no direction to show. */
const STILL = 0.0005;

export function Waterfall({ bars, width, rowHeight, low, high, colors }: WaterfallProps) {
  const x = (value: number) => 4 + ((value - low) / (high - low)) * (width - 8);
  const last = bars.length - 1;
  const height = bars.length * rowHeight;
  return (
    <svg aria-hidden="true" width={width} height={height}>
      <path class="grid-line" d={`M${x(0)} 0V${height}`} />
      {bars.map(({ before, after }, row) => {
        if (after === null) return null;
        const foot = (row + 1) * rowHeight - 5;
        const [from, to] = [x(before ?? after), x(after)];
        const plain = row === 0 || row === last || Math.abs(after - (before ?? after)) < STILL;
        return (
          <>
            {row < last && <path class="mark-line" d={`M${to} ${foot}v10`} />}
            {before !== null && (
              <rect
                class="bar"
                x={Math.min(from, to)}
                y={foot - rowHeight + 10}
                width={Math.max(2, Math.abs(to - from))}
                height={rowHeight - 10}
                rx="2"
                style={plain ? undefined : { fill: colors[after >= before ? 1 : 0] }}
              />
            )}
          </>
        );
      })}
    </svg>
  );
}
