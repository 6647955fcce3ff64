/**
 * The smallest inputs by trying small ones in their order: all that have as many inputs other than 0 and fewer bits together
 * are tried, so only those with fewer inputs other than 0 are left for the solver, which finds them easy: the rest is 0.
 */

import { isSigned, WIDTH } from "../../model/rule/tree.ts";
import { LOOP } from "../prove/ask.ts";
import type { Term } from "../prove/smt/term.ts";
import { or, substitution } from "../prove/smt/term.ts";
import { valuation } from "../prove/smt/value.ts";
import { compareInputs } from "./order.ts";
import type { AskTerm, Smallest } from "./smallest.ts";
import { smallest } from "./smallest.ts";
import type { Model, Sought } from "./terms.ts";

/** Inputs that are tried, for each number of them that are other than 0. */
const MOST_TRIED = 20_000;

type Breaks = (values: readonly bigint[]) => boolean;

/** So many of these positions, in ascending order. */
function* choices(of: number, many: number, from = 0): Generator<readonly number[]> {
  if (many === 0) yield [];
  else {
    for (let first = from; first + many <= of; first++) {
      for (const rest of choices(of, many - 1, first + 1)) yield [first, ...rest];
    }
  }
}

/** Numbers of exactly so many bits that the type has. */
function* numbersOf({ type }: Sought, bits: number): Generator<bigint> {
  const width = type === "bool" ? 1 : WIDTH[type];
  for (let value = 1n << BigInt(bits - 1); value < 1n << BigInt(bits); value++) {
    if (!isSigned(type)) {
      if (bits <= width) yield value;
      continue;
    }
    if (bits < width) yield value;
    if (bits < width || value === 1n << BigInt(width - 1)) yield -value;
  }
}

/** All ways to fill these inputs with numbers that have so many bits together. */
function* fillings(sought: readonly Sought[], at: readonly number[], bits: number): Generator<readonly bigint[]> {
  const [first, ...rest] = at;
  const own = first === undefined ? undefined : sought[first];
  if (own === undefined || first === undefined) {
    if (bits === 0) yield sought.map(() => 0n);
    return;
  }
  for (let mine = rest.length === 0 ? bits : 1; mine >= 1 && mine <= bits - rest.length; mine++) {
    for (const others of fillings(sought, rest, bits - mine)) {
      for (const value of numbersOf(own, mine)) yield others.with(first, value);
    }
  }
}

/** The smallest of those that are tried. */
function firstTried(sought: readonly Sought[], breaks: Breaks): readonly bigint[] | undefined {
  const zeros = sought.map(() => 0n);
  if (breaks(zeros)) return zeros;
  for (let many = 1; many <= sought.length; many++) {
    let tried = 0;
    for (let bits = many; tried < MOST_TRIED; bits++) {
      let best: readonly bigint[] | undefined;
      let isThere = false;
      for (const at of choices(sought.length, many)) {
        for (const values of fillings(sought, at, bits)) {
          isThere = true;
          tried += 1;
          if (breaks(values) && (best === undefined || compareInputs(values, best) < 0)) best = values;
        }
      }
      if (best !== undefined) return best;
      if (!isThere) break;
    }
  }
  return undefined;
}

const nameOf = ({ term, name }: Sought): string => term.name ?? name;

/**
 * @param formula is true of what breaks; `cut` of what is not followed to its end
 * @param breaks the same of values, in the order of what is sought
 */
export async function smallestByTrying(
  ask: AskTerm,
  formula: Term,
  cut: Term,
  sought: readonly Sought[],
  found: Model,
  name: string,
  breaks: Breaks,
): Promise<Smallest> {
  const tried = firstTried(sought, breaks);
  if (tried === undefined) return smallest(ask, formula, sought, found, name);
  const many = tried.filter((value) => value !== 0n).length;
  let open: string | undefined;
  for (const [at, kept] of many === 0 ? [] : [...choices(sought.length, many - 1)].entries()) {
    const zero = new Map(sought.flatMap((each, i) => (kept.includes(i) ? [] : [[nameOf(each), 0n] as const])));
    const said = await ask(`${name}-fewer-${at}`, substitution(zero)(or(formula, cut))); // oxlint-disable-line no-await-in-loop -- the first that is possible ends it
    if (said.answer === "unknown") open ??= said.reason;
    if (said.answer !== "sat") continue;
    const model = new Map([...said.model, ...zero]);
    if (valuation(model)(formula) === 1n) return smallest(ask, formula, sought, model, name); // oxlint-disable-line no-await-in-loop -- the same
    open ??= LOOP;
  }
  const model = new Map(
    sought.map((each, i) => [nameOf(each), BigInt.asUintN(each.term.width || 1, tried[i] ?? 0n)] as const),
  );
  return { model, ...(open !== undefined && { open }) };
}
