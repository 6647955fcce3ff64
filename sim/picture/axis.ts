/**
 * Where page numbers come to lie on a line. To scale where that leaves room for every number; else the long stretches
 * are cut short and marked as broken, so that 4 KiB beside 1 GiB can still be seen. What is not marked is to scale.
 */

interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Drawn shorter than its length. */
  readonly broken: boolean;
}

export interface Axis {
  /** Ascending. */
  readonly points: readonly number[];
  readonly stretches: readonly Stretch[];
  /** Position of a point; only the points that the axis was made of have one. */
  readonly at: (point: number) => number;
}

interface Fit {
  readonly widths: readonly number[];
  /** Stretches of at most this length are to scale with each other. */
  readonly longest: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

/** All to scale, if even the shortest stretch then gets `least`. */
function toScale(lengths: readonly number[], width: number, least: number): Fit | undefined {
  const widths = lengths.map((length) => (length / sum(lengths)) * width);
  return Math.min(...widths) >= least ? { widths, longest: Infinity } : undefined;
}

/** Stretches up to `longest` to scale, the others cut but no shorter than the longest of those. */
function cutAbove(longest: number, lengths: readonly number[], width: number, least: number): Fit | undefined {
  const unit = least / Math.min(...lengths);
  const cut = lengths.filter((length) => length > longest);
  const kept = lengths.filter((length) => length <= longest);
  const spare = width - sum(kept) * unit - cut.length * longest * unit;
  if (spare < 0 || cut.length === 0) return undefined;
  const weight = (length: number): number => 1 + Math.log2(length / longest);
  const share = spare / sum(cut.map(weight));
  const widths = lengths.map((length) => (length > longest ? longest * unit + share * weight(length) : length * unit));
  return { widths, longest };
}

function fit(lengths: readonly number[], width: number, least: number): Fit {
  const scaled = toScale(lengths, width, least);
  if (scaled !== undefined) return scaled;
  for (const longest of lengths.toSorted((a, b) => b - a)) {
    const fitted = cutAbove(longest, lengths, width, least);
    if (fitted !== undefined) return fitted;
  }
  return { widths: lengths.map(() => width / lengths.length), longest: 0 };
}

/** An axis of `width` units on which neighbouring points are `least` apart if there is room for that. */
export function axisOf(numbers: readonly number[], width: number, least: number): Axis {
  const points = [...new Set(numbers)].toSorted((a, b) => a - b);
  const lengths = points.slice(1).map((point, i) => point - (points[i] ?? 0));
  const { widths, longest } = fit(lengths, width, least);
  const positions = new Map(points.map((point, i) => [point, sum(widths.slice(0, i))]));
  return {
    points,
    stretches: lengths.map((length, i) => ({
      from: points[i] ?? 0,
      to: points[i + 1] ?? 0,
      broken: length > longest,
    })),
    at: (point) => {
      const position = positions.get(point);
      if (position === undefined) throw new Error(`${point} is no point of this axis`);
      return position;
    },
  };
}
