/** Forgetting: the worse half of the learnt clauses goes, and the clauses that stay move together. */

import { push } from "./ints.ts";
import type { State } from "./state.ts";
import { GLUE, HEAD, SIZE } from "./state.ts";

/** A learnt clause that spans no more decision levels than this is kept for good. */
const GOOD_GLUE = 2;

/** Is it the reason of a value? Then the proof still needs it. */
function isReason({ clauses, value, reason }: State, clause: number): boolean {
  const literal = clauses.at[clause + HEAD] as number;
  return value[literal] === 1 && reason[literal >> 1] === clause;
}

/** Worst first: many levels, then many literals, then the older. */
function worstOf(s: State): number[] {
  const { at } = s.clauses;
  const glue = (clause: number): number => at[clause + GLUE] as number;
  const size = (clause: number): number => at[clause + SIZE] as number;
  const worst = s.learnt.filter((clause) => glue(clause) > GOOD_GLUE && !isReason(s, clause));
  worst.sort((a, b) => glue(b) - glue(a) || size(b) - size(a) || a - b);
  worst.length >>= 1;
  return worst;
}

export function reduce(s: State): void {
  const { clauses, proof } = s;
  const worst = new Set(worstOf(s));
  if (worst.size === 0) return;
  push(proof, 0);
  for (const clause of worst) push(proof, clauses.at[clause] as number);
  push(proof, 0);
  const moved = new Map<number, number>();
  let to = 0;
  for (let at = 0; at < clauses.length;) {
    const length = HEAD + (clauses.at[at + SIZE] as number);
    if (!worst.has(at)) {
      moved.set(at, to);
      clauses.at.copyWithin(to, at, at + length);
      to += length;
    }
    at += length;
  }
  clauses.length = to;
  for (let at = 0; at < s.assigned; at++) {
    const variable = (s.trail[at] as number) >> 1;
    const reason = s.reason[variable] as number;
    if (reason >= 0) s.reason[variable] = moved.get(reason) as number;
  }
  s.learnt = s.learnt.flatMap((clause) => moved.get(clause) ?? []);
  const { at: watching, start, length } = s.watches;
  for (let literal = 0; literal < start.length; literal++) {
    const first = start[literal] as number;
    const end = first + (length[literal] as number);
    let kept = first;
    for (let i = first; i < end; i += 2) {
      const clause = moved.get(watching[i] as number);
      if (clause === undefined) continue;
      watching[kept++] = clause;
      watching[kept++] = watching[i + 1] as number;
    }
    length[literal] = kept - first;
  }
}
