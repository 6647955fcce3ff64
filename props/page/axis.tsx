/** An axis of the ruler: a line, its numbers in hex, and marks where it is not to scale. */

import { hex } from "../../sim/words/amount.ts";
import { CHAR } from "./bar.tsx";
import type { Frame } from "./state/frame.ts";
import { placeLabels } from "./state/scale.ts";

interface AxisProps {
  readonly frame: Frame;
  /** Absolute, the telling ones first. */
  readonly points: readonly number[];
  /** The page that is touched: its number is always told. */
  readonly marked: number | undefined;
  /** What stands at 0 of the scale. */
  readonly origin: number;
  readonly y: number;
  /** Numbers above the line, not below it. */
  readonly above?: boolean;
}

/** Height of a row of numbers, and how many rows there can be. */
const ROW = 14;
const ROWS = 3;

export function Axis({ frame, points, marked, origin, y, above = false }: AxisProps) {
  const { scale } = frame;
  const at = (page: number): number => scale.x(page - origin);
  const numbered = marked === undefined ? points : [marked, ...points.filter((page) => page !== marked)];
  const labels = placeLabels(
    numbered.map((page) => ({ text: hex(page), x: at(page) })),
    ROWS,
    scale.width,
    CHAR,
  );
  const touched = marked === undefined ? "" : hex(marked);
  const up = above ? -1 : 1;
  const textY = (row: number): number => y + up * (9 + row * ROW) + (above ? 0 : 9);
  return (
    <g class="axis">
      <line class="axis-line" x1={0} x2={scale.width} y1={y} y2={y} />
      {points.map((page) => (
        <line key={page} class="tick" x1={at(page)} x2={at(page)} y1={y} y2={y + up * 5} />
      ))}
      {labels.map(({ text, x, middle, row }) => (
        <g key={text}>
          {row > 0 && <line class="tick faint" x1={x} x2={x} y1={y} y2={y + up * (5 + row * ROW)} />}
          <text class={text === touched ? "touched" : ""} x={middle} y={textY(row)} text-anchor="middle">
            {text}
          </text>
        </g>
      ))}
      {scale.breaks.map(({ from, to }) => (
        <text key={from} class="break" x={(scale.x(from) + scale.x(to)) / 2} y={y + 4} text-anchor="middle">
          <title>not to scale</title>
          {"//"}
        </text>
      ))}
    </g>
  );
}
