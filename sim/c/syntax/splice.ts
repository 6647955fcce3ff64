/** Lines that end in a backslash are joined to the next one, before anything else is looked at: comments too. */

import { lastAtMost } from "./place.ts";

/** GCC joins with blanks behind the backslash, too. */
const SPLICE = /\\[ \t]*\r?\n/g;

export type Spliced = {
  readonly text: string;
  /** From an offset in it to that in what was given. */
  readonly back: (offset: number) => number;
};

export function splice(given: string): Spliced {
  const at: number[] = [0];
  const lost: number[] = [0];
  let text = "";
  let from = 0;
  for (const { 0: found, index } of given.matchAll(SPLICE)) {
    text += given.slice(from, index);
    from = index + found.length;
    at.push(text.length);
    lost.push(from - text.length);
  }
  if (from === 0) return { text: given, back: (offset) => offset };
  return { text: text + given.slice(from), back: (offset) => offset + (lost[lastAtMost(at, offset)] ?? 0) };
}
