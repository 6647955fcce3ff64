/** Lines of what the user gave, which know where each character came from, however they were cut, joined or decoded. */

import type { Place, PlaceOf } from "../syntax/place.ts";
import { lastAtMost } from "../syntax/place.ts";

/** From character `from` on, until the next run. */
type Run = Place & {
  readonly from: number;
  /** Columns a character: 4/3 where it stands in base64. */
  readonly scale: number;
};

export type Line = { readonly text: string; readonly runs: readonly Run[] };

export const lineAt = (text: string, { line, column }: Place, scale = 1): Line => ({
  text,
  runs: [{ from: 0, line, column, scale }],
});

/** A line that the user did not write, at the place that it stands for. */
export const madeAt = (text: string, place: Place): Line => lineAt(text, place, 0);

/** A byte order mark is no column. */
export const linesOf = (text: string): Line[] =>
  text
    .replace(/^\u{feff}/u, "")
    .split("\n")
    .map((line, i) => lineAt(line.replace(/\r$/, ""), { line: i + 1, column: 1 }));

/** The last run that begins at character `at` or before. */
function runAt(runs: readonly Run[], at: number): Run {
  let [first, last] = [0, runs.length - 1];
  while (first < last) {
    const middle = Math.ceil((first + last) / 2);
    if ((runs[middle]?.from ?? 0) <= at) first = middle;
    else last = middle - 1;
  }
  return runs[first] ?? { from: 0, line: 1, column: 1, scale: 1 };
}

export function placeIn({ runs }: Line, at: number): Place {
  const run = runAt(runs, at);
  return { line: run.line, column: run.column + Math.floor((at - run.from) * run.scale) };
}

/** From character `from` on, up to `to`. */
export function cut(line: Line, from: number, to = line.text.length): Line {
  if (from === 0 && to >= line.text.length) return line;
  const { scale } = runAt(line.runs, from);
  const first = { ...placeIn(line, from), from: 0, scale };
  const later = line.runs.filter((run) => run.from > from && run.from < to);
  return {
    text: line.text.slice(from, to),
    runs: [first, ...later.map((run) => ({ ...run, from: run.from - from }))],
  };
}

/** All of them behind one another, in one line. */
export function joinAll(parts: readonly Line[]): Line {
  const runs: Run[] = [];
  let length = 0;
  for (const part of parts) {
    for (const run of part.runs) runs.push({ ...run, from: run.from + length });
    length += part.text.length;
  }
  return { text: parts.map(({ text }) => text).join(""), runs };
}

export const join = (a: Line, b: Line): Line => joinAll([a, b]);

/** A text of these lines, and where each of its characters stands in what the user gave. */
export function placed(lines: readonly Line[]): { readonly text: string; readonly placeOf: PlaceOf } {
  const starts: number[] = [];
  let length = 0;
  for (const { text } of lines) {
    starts.push(length);
    length += text.length + 1;
  }
  return {
    text: lines.map(({ text }) => text).join("\n"),
    placeOf: (offset) => {
      const at = lastAtMost(starts, offset);
      const line = lines[at];
      return line ? placeIn(line, offset - (starts[at] ?? 0)) : { line: 1, column: 1 };
    },
  };
}
