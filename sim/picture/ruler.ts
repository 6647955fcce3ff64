/**
 * The picture in ASCII, at most 72 columns: the file as a ruler, and for a claim about mappings the guest's frames as a
 * second one. "[" is the first byte of a range, ")" the first one after it; "//" is a stretch that is not to scale.
 */

import type { Shown } from "../counterexample.ts";
import type { Range } from "../step.ts";
import { amount, hex } from "../words/amount.ts";
import type { Axis } from "./axis.ts";
import { axisOf } from "./axis.ts";
import type { Bar, Ink, Ruler } from "../words/geometry.ts";
import { end, pointsOf, sceneOf } from "../words/geometry.ts";

const COLUMNS = 72;
const GUTTER = 13;

const FILL: Readonly<Record<Ink, string>> = {
  slot: "#",
  other: "+",
  folio: "=",
  mapped: "-",
  meant: ".",
  outside: "x",
};

const TITLE = { "file pages": "file offset", "guest frames": "gpa" };

/** Text at a column of a line of spaces. */
function put(line: string[], column: number, text: string): void {
  text.split("").forEach((character, i) => {
    line[column + i] = character;
  });
}

const lineOf = (label: string): string[] => label.padEnd(COLUMNS).split("");
const textOf = (line: readonly string[]): string => line.join("").trimEnd();

interface Grid {
  readonly axis: Axis;
  readonly column: (point: number) => number;
  /** Columns of the "//" marks. */
  readonly marks: readonly number[];
  /** Lines that the numbers take, so that none runs into its neighbour. */
  readonly rows: number;
}

function gridOf(ruler: Ruler): Grid {
  const points = pointsOf(ruler);
  const longest = Math.max(...points.map((point) => hex(point).length));
  const width = COLUMNS - GUTTER - longest;
  const gaps = new Set(points).size - 1;
  const rows = [1, 2, 3].find((n) => gaps * Math.ceil((longest + 1) / n) <= width) ?? 4;
  const axis = axisOf(points, width, Math.ceil((longest + 1) / rows));
  const column = (point: number): number => GUTTER + Math.round(axis.at(point));
  const marks = axis.stretches
    .filter(({ broken }) => broken)
    .map(({ from, to }) => Math.floor((column(from) + column(to)) / 2));
  return { axis, column, marks, rows };
}

/** The axis with its numbers: above it, and in turn above and below it where they would run into each other. */
function scaleLines(ruler: Ruler, { axis, column, marks, rows }: Grid): readonly string[] {
  const labels = Array.from({ length: rows }, () => lineOf(""));
  const line = lineOf(TITLE[ruler.unit]);
  const first = column(axis.points[0] ?? 0);
  const last = column(axis.points.at(-1) ?? 0);
  put(line, first, "-".repeat(last - first + 1));
  axis.points.forEach((point, i) => {
    put(labels[i % rows] ?? [], column(point), hex(point));
    put(line, column(point), "|");
  });
  for (const mark of marks) put(line, mark, "//");
  const [above, ...below] = labels.map(textOf);
  return [above ?? "", textOf(line), ...below];
}

function putRange(line: string[], range: Range, fill: string, { column, marks }: Grid): void {
  const from = column(range.start);
  const to = column(end(range));
  put(line, from, `[${fill.repeat(Math.max(0, to - from - 1))})`);
  const inside = marks.filter((mark) => mark > from && mark + 1 < to);
  for (const mark of inside) put(line, mark, "//");
  // Its length in the widest gap that the breaks leave.
  const edges = [from, ...inside.map((mark) => mark + 1), to];
  const gaps = edges.slice(1).map((edge, i) => ({ from: edges[i] ?? 0, room: edge - (edges[i] ?? 0) - 3 }));
  const text = ` ${amount(range.npages)} `;
  const gap = gaps.toSorted((a, b) => b.room - a.room)[0];
  if (gap !== undefined && gap.room >= text.length) {
    put(line, gap.from + 1 + Math.floor((gap.room + 1 - text.length) / 2), text);
  } else if (to + text.length < COLUMNS) {
    put(line, to + 1, text);
  }
}

function barLine(bar: Bar, grid: Grid): string {
  const line = lineOf(bar.label);
  for (const range of bar.ranges) putRange(line, range, FILL[bar.ink], grid);
  return textOf(line);
}

function faultLines({ fault, unit }: Ruler, { column }: Grid): readonly string[] {
  if (fault === undefined) return [];
  const line = lineOf("fault");
  const text = unit === "file pages" ? `asks for ${hex(fault)}` : `guest touches ${hex(fault)}`;
  const at = column(fault);
  put(line, at, "^");
  put(line, at + 2 + text.length <= COLUMNS ? at + 2 : at - 1 - text.length, text);
  return [textOf(line)];
}

function rulerLines(ruler: Ruler): readonly string[] {
  const grid = gridOf(ruler);
  const [slot, ...rest] = ruler.bars;
  return [
    ...scaleLines(ruler, grid),
    ...(slot === undefined ? [] : [barLine(slot, grid)]),
    ...faultLines(ruler, grid),
    ...rest.map((bar) => barLine(bar, grid)),
  ];
}

export const ruler = (ce: Shown): readonly string[] =>
  sceneOf(ce).flatMap((each, i) => (i === 0 ? rulerLines(each) : ["", ...rulerLines(each)]));
