/** One ruler of the .svg: the axis with its numbers, and a bar for each slot, folio and mapping below it. */

import { amount, hex, pageCount } from "../words/amount.ts";
import type { Axis } from "./axis.ts";
import { axisOf } from "./axis.ts";
import type { Bar, Ruler } from "../words/geometry.ts";
import { end, pointsOf } from "../words/geometry.ts";
import type { LookName } from "./svg-style.ts";
import { look } from "./svg-style.ts";

export const WIDTH = 960;
const LEFT = 150;
const RIGHT = 64;
const BAR = 26;
const STEP = 40;
/** Of a number above the axis, and of a letter of the small text. */
const NUMBER = 92;
const LETTER = 7.6;

const TITLE = { "file pages": "file offset", "guest frames": "guest address" };

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const n = (value: number): string => String(Math.round(value * 10) / 10);

export const text = (x: number, y: number, content: string, name: LookName, attributes = ""): string =>
  `<text x="${n(x)}" y="${n(y)}" ${look(name)}${attributes === "" ? "" : ` ${attributes}`}>${escaped(content)}</text>`;

/** Text on a ground of its own: what is drawn behind it does not run through it. `middle` is where it is centred. */
const grounded = (middle: number, y: number, content: string, name: LookName): string => {
  const width = content.length * LETTER + 6;
  return (
    `<rect ${look("ground")} x="${n(middle - width / 2)}" y="${n(y - 13)}" width="${n(width)}" height="17" rx="2"/>` +
    text(middle, y, content, name, 'text-anchor="middle"')
  );
};

const line = (name: LookName, x1: number, y1: number, x2: number, y2: number): string =>
  `<line ${look(name)} x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}"/>`;

interface Grid {
  readonly axis: Axis;
  readonly x: (point: number) => number;
  /** Where the broken stretches are cut. */
  readonly cuts: readonly number[];
  /** 2 where the numbers do not fit side by side. */
  readonly rows: number;
}

function gridOf(ruler: Ruler): Grid {
  const points = pointsOf(ruler);
  const width = WIDTH - LEFT - RIGHT;
  const rows = (new Set(points).size - 1) * NUMBER <= width ? 1 : 2;
  const axis = axisOf(points, width, NUMBER / rows);
  const x = (point: number): number => LEFT + axis.at(point);
  const cuts = axis.stretches.filter(({ broken }) => broken).map(({ from, to }) => (x(from) + x(to)) / 2);
  return { axis, x, cuts, rows };
}

/** Two slanted strokes with nothing between them. */
function cut(x: number, y: number, height: number): string {
  const top = y - 4;
  const bottom = y + height + 4;
  const slant = 4;
  const points = [x - 4 + slant, x + 4 + slant, x + 4 - slant, x - 4 - slant].map(
    (px, i) => `${n(px)},${n(i < 2 ? top : bottom)}`,
  );
  return (
    `<polygon ${look("gap")} points="${points.join(" ")}"/>` +
    line("cut", x - 4 + slant, top, x - 4 - slant, bottom) +
    line("cut", x + 4 + slant, top, x + 4 - slant, bottom)
  );
}

function scale({ axis, x, cuts, rows }: Grid, y: number): string {
  const first = x(axis.points[0] ?? 0);
  const last = x(axis.points.at(-1) ?? 0);
  const ticks = axis.points.map((point, i) => {
    const above = i % rows === 0;
    return (
      line("axis", x(point), y - 6, x(point), y + 6) +
      text(x(point), above ? y - 12 : y + 22, hex(point), "mono", 'text-anchor="middle"')
    );
  });
  return line("axis", first, y, last, y) + ticks.join("") + cuts.map((at) => cut(at, y - 4, 8)).join("");
}

/** The bar's length, in it where there is room, else beside it. */
function lengthText(
  content: string,
  from: number,
  to: number,
  y: number,
  cuts: readonly number[],
  name: LookName,
): string {
  const edges = [from, ...cuts.filter((at) => at > from && at < to), to];
  const gaps = edges
    .slice(1)
    .map((edge, i) => ({ middle: (edge + (edges[i] ?? 0)) / 2, room: edge - (edges[i] ?? 0) - 24 }));
  const gap = gaps.toSorted((a, b) => b.room - a.room)[0];
  const needs = content.length * LETTER;
  if (gap !== undefined && gap.room >= needs) return grounded(gap.middle, y, content, name);
  if (to + 8 + needs <= WIDTH) return text(to + 8, y, content, name);
  return text(from - 8, y, content, name, 'text-anchor="end"');
}

/** Shapes and words apart: the line of the fault goes over the one and under the other. */
interface Drawn {
  readonly shapes: string;
  readonly words: string;
}

function barOf(bar: Bar, { x, cuts }: Grid, y: number): Drawn {
  const isWrong = bar.ink === "outside";
  const total = bar.ranges.reduce((sum, { npages }) => sum + npages, 0);
  const shapes: string[] = [];
  const words = [text(24, y + 17.5, bar.label, isWrong ? "wrong" : "name")];
  bar.ranges.forEach((range, i) => {
    const [from, to] = [x(range.start), x(end(range))];
    const inside = cuts.filter((at) => at > from && at < to);
    shapes.push(
      `<rect ${look(bar.ink)} x="${n(from)}" y="${n(y)}" width="${n(to - from)}" height="${BAR}"/>`,
      ...inside.map((at) => cut(at, y, BAR)),
    );
    const length = isWrong ? `${amount(total)} (${pageCount(total)})` : amount(range.npages);
    if (!isWrong || i === bar.ranges.length - 1) {
      words.push(lengthText(length, from, to, y + 17.5, inside, isWrong ? "wrong" : "label"));
    }
  });
  return { shapes: shapes.join(""), words: words.join("") };
}

function faultOf({ fault, unit }: Ruler, { x }: Grid, from: number, to: number): readonly Drawn[] {
  if (fault === undefined) return [];
  const at = x(fault);
  const words = unit === "file pages" ? `the fault asks for ${hex(fault)}` : `the guest touches ${hex(fault)}`;
  const fits = at + 14 + words.length * LETTER <= WIDTH;
  return [
    {
      shapes:
        line("fault", at, from, at, to) +
        `<polygon ${look("arrow")} points="${n(at - 6)},${n(from - 8)} ${n(at + 6)},${n(from - 8)} ${n(at)},${n(from + 3)}"/>`,
      words:
        text(24, from + 4, "fault", "name") +
        text(fits ? at + 12 : at - 12, from + 4, words, "label", fits ? "" : 'text-anchor="end"'),
    },
  ];
}

/** The drawing, and the y below it. */
export function rulerInSvg(ruler: Ruler, top: number): { readonly svg: string; readonly bottom: number } {
  const grid = gridOf(ruler);
  const axisY = top + 26;
  const faultY = axisY + (grid.rows === 2 ? 46 : 30);
  const firstBar = ruler.fault === undefined ? faultY : faultY + 18;
  const bottom = firstBar + ruler.bars.length * STEP;
  const lines = grid.axis.points.map((point) => line("grid", grid.x(point), axisY + 8, grid.x(point), bottom - 6));
  const drawn = ruler.bars.map((bar, i) => barOf(bar, grid, firstBar + i * STEP));
  const all = [...drawn, ...faultOf(ruler, grid, faultY, bottom - 6)];
  const svg = [
    ...lines,
    text(24, axisY + 4, TITLE[ruler.unit], "name"),
    scale(grid, axisY),
    ...all.map(({ shapes }) => shapes),
    ...all.map(({ words }) => words),
  ];
  return { svg: svg.join("\n"), bottom };
}
