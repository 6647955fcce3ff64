/**
 * The smallest set of values that suffices. A set that does not is told by other values with which it fails; one of
 * those that differ must be in the set, so the next set tried is the smallest that has one of each. Values without which
 * all others fail are asked for first: each of them must be in the set, and most often that is all of it.
 */

import type { Answer } from "./smt/answer.ts";
import type { Term } from "./smt/term.ts";
import { valuation } from "./smt/value.ts";

/** Sets that are tried at most. */
const MOST_TRIES = 200;
/** Values among which the smallest set is looked for. */
const MOST_VALUES = 24;

export interface Value {
  /** Among sets of one size, those with the first texts are taken. */
  readonly text: string;
  /** Where its unknown is come to, it is this. */
  readonly term: Term;
}

/** Positions below `of`, so many of them, in ascending order. */
function* choices(of: number, many: number, from = 0): Generator<readonly number[]> {
  if (many === 0) yield [];
  else {
    for (let first = from; first + many <= of; first++) {
      for (const rest of choices(of, many - 1, first + 1)) yield [first, ...rest];
    }
  }
}

/** The smallest set with one of each of these; among equals the first in the order of positions. */
function hitting(sets: readonly ReadonlySet<number>[], of: number): readonly number[] {
  const needed = new Set(sets.flatMap((set) => (set.size === 1 ? [...set] : [])));
  const open = Array.from({ length: of }, (_, at) => at).filter((at) => !needed.has(at));
  const left = sets.filter((set) => ![...set].some((at) => needed.has(at)));
  for (let many = 0; many <= open.length; many++) {
    for (const some of choices(open.length, many)) {
      const chosen = some.flatMap((i) => open[i] ?? []);
      if (left.every((set) => chosen.some((at) => set.has(at))))
        return [...needed, ...chosen].toSorted((a, b) => a - b);
    }
  }
  throw new Error("nothing hits an empty set");
}

/**
 * @param fails asked whether it can fail with these values being what they are
 * @param failed told of each way to fail, so that it can be tried
 * @returns the values, or why no smallest set is known
 */
export async function leastSet<V extends Value>(
  all: readonly V[],
  fails: (terms: readonly Term[], tries: number) => Promise<Answer>,
  failed: (model: ReadonlyMap<string, bigint>) => void,
): Promise<readonly V[] | string> {
  const values = all.toSorted((a, b) => (a.text < b.text ? -1 : 1));
  if (values.length > MOST_VALUES) return `it was given ${values.length} values`;
  const sets: ReadonlySet<number>[] = [];
  for (let tries = 0; tries < MOST_TRIES + values.length; tries++) {
    const others = values.filter((_, i) => i !== tries);
    const chosen = tries < values.length ? others : hitting(sets, values.length).flatMap((i) => values[i] ?? []);
    const said = await fails(
      chosen.map(({ term }) => term),
      tries,
    ); // oxlint-disable-line no-await-in-loop -- each tells the next what to try
    if (said.answer === "unknown") return said.reason;
    if (said.answer === "unsat" && tries < values.length) continue;
    if (said.answer === "unsat") return chosen;
    failed(said.model);
    const value = valuation(said.model);
    const differ = new Set(values.flatMap(({ term }, i) => (value(term) === 0n ? [i] : [])));
    // All values are as they were: only a loop that was not followed to its end can fail then.
    if (differ.size === 0) return "a loop was not followed to its end";
    sets.push(differ);
  }
  return "too many sets of values were tried";
}
