/** Inputs that the formula's top conjunction fixes, or makes equal or opposite: one of them can stand for the others. */

import type { Gates, Literal } from "./gates.ts";
import { AND, INPUT, XOR } from "./gates.ts";

/** By gate, of inputs: the literal that stands for it; its own where nothing else does. Gate 0, false, stands for what is fixed. */
export type Stands = Int32Array;

export const standForThemselves = (gates: number): Stands => Int32Array.from({ length: gates }, (_, at) => 2 * at);

/** The literal that stands for this one in the end. */
export function standsFor(stands: Stands, literal: Literal): Literal {
  let now = literal;
  for (;;) {
    const next = (stands[now >> 1] as number) ^ (now & 1);
    if (next === now) return now;
    now = next;
  }
}

/** Takes in that two literals are equal; the earlier gate stands for the later. @returns was that news? */
function unite(stands: Stands, x: Literal, y: Literal): boolean {
  const [a, b] = [standsFor(stands, x), standsFor(stands, y)];
  // Opposite ones contradict: the formula built next is false by itself.
  if (a >> 1 === b >> 1) return false;
  const [first, later] = a < b ? [a, b] : [b, a];
  stands[later >> 1] = first ^ (later & 1);
  return true;
}

/** Takes in what the top conjunction says about inputs. @returns was anything of it news? */
export function unify({ kind, a, b }: Gates, root: Literal, stands: Stands): boolean {
  let news = false;
  const seen = new Set<Literal>();
  const stack = [root];
  for (let literal = stack.pop(); literal !== undefined; literal = stack.pop()) {
    if (seen.has(literal)) continue;
    seen.add(literal);
    const at = literal >> 1;
    const [x, y] = [a[at] as Literal, b[at] as Literal];
    if (kind[at] === AND && !(literal & 1)) stack.push(x, y);
    else if (kind[at] === INPUT) news = unite(stands, literal, 1) || news;
    else if (kind[at] === XOR && kind[x >> 1] === INPUT && kind[y >> 1] === INPUT) {
      news = unite(stands, x, y ^ 1 ^ (literal & 1)) || news;
    }
  }
  return news;
}
