/**
 * From pages to pixels and back. The ruler's axis (sim/picture/axis.ts, the same as in a mail) gives the points that
 * matter a place; everything between two of them is in proportion, so that a drag can be read back.
 */

import { axisOf } from "../../../sim/picture/axis.ts";

export interface Scale {
  readonly width: number;
  /** The points that the scale was made of, ascending. */
  readonly points: readonly number[];
  /** Stretches that are drawn shorter than they are. */
  readonly breaks: readonly { readonly from: number; readonly to: number }[];
  /** Pixels from the left end; a page beyond the ends is drawn at the end. */
  readonly x: (page: number) => number;
  /** The page at a pixel, with its fraction. */
  readonly page: (x: number) => number;
  /** What one can aim at there: 1 page where a page is a pixel or wider, else the power of two that is about one. */
  readonly grain: (x: number) => number;
}

interface Segment {
  readonly from: number;
  readonly to: number;
  readonly x: number;
  readonly width: number;
}

function grainOf({ from, to, width }: Segment): number {
  const pages = (to - from) / Math.max(width, 1);
  return pages <= 1 ? 1 : 2 ** Math.round(Math.log2(pages));
}

const clamp = (n: number, from: number, to: number): number => Math.min(Math.max(n, from), to);

/** @param numbers at least two different ones */
export function scaleOf(numbers: readonly number[], width: number, least: number): Scale {
  const axis = axisOf(numbers, width, least);
  const segments = axis.stretches.map(({ from, to }): Segment => {
    const x = axis.at(from);
    return { from, to, x, width: axis.at(to) - x };
  });
  const last = segments.at(-1);
  if (last === undefined) throw new RangeError("a scale needs two points");
  const under = (x: number): Segment => segments.find((segment) => x <= segment.x + segment.width) ?? last;
  return {
    width,
    points: axis.points,
    breaks: axis.stretches.filter(({ broken }) => broken),
    x: (page) => {
      const at = segments.find(({ to }) => page <= to) ?? last;
      return at.x + clamp((page - at.from) / (at.to - at.from), 0, 1) * at.width;
    },
    page: (x) => {
      const at = under(x);
      return at.from + clamp((x - at.x) / Math.max(at.width, 1), 0, 1) * (at.to - at.from);
    },
    grain: (x) => grainOf(under(x)),
  };
}

export interface Wanted {
  readonly text: string;
  readonly x: number;
}

export interface Label extends Wanted {
  /** Middle of the text; not the point, where that is too near to an end. */
  readonly middle: number;
  readonly row: number;
}

/** Places labels at their points, the first ones first; what has no room in `rows` is left out. */
export function placeLabels(
  wanted: readonly Wanted[],
  rows: number,
  total: number,
  charWidth: number,
): readonly Label[] {
  const placed: (Label & { readonly from: number; readonly to: number })[] = [];
  for (const each of wanted) {
    const width = each.text.length * charWidth;
    const from = clamp(each.x - width / 2, 0, Math.max(total - width, 0));
    const to = from + width;
    const free = (row: number): boolean =>
      placed.every((other) => other.row !== row || other.to + charWidth <= from || to + charWidth <= other.from);
    const row = Array.from({ length: rows }, (_, i) => i).find(free);
    if (row !== undefined) placed.push({ ...each, row, from, to, middle: (from + to) / 2 });
  }
  return placed;
}
