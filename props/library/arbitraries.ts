/**
 * fast-check arbitraries for your own properties. A list of ops that broke a claim shrinks to the canonical
 * counterexample in one step, so every seed ends at the same ops, those that `judge` tells; a list that failed for
 * another reason shrinks as fast-check shrinks.
 */

import * as fc from "fast-check";
import type { Op } from "../../sim/op.ts";
import type { Setting } from "../../sim/setting.ts";
import { opsArbitrary } from "../search/arb.ts";
import { settingAsked } from "./asked.ts";
import { canonicalOf, isLast, opsInLines } from "./found.ts";

const generated = new WeakSet<object>();

/** Ops that come from here are ops: they need not be read again. */
export const isGenerated = (ops: readonly unknown[]): ops is readonly Op[] => generated.has(ops);

/** Prints as ops in hex, one a line. */
function printed(ops: Op[]): Op[] {
  if (generated.has(ops)) return ops;
  generated.add(ops);
  return Object.defineProperty(ops, fc.toStringMethod, { value: () => `\n${opsInLines(ops).join("\n")}\n` });
}

/** Where a value came from: what the plain arbitrary knows of it, and how often it was told again. */
interface From {
  readonly inner: unknown;
  readonly again: number;
}

/** A replayed path goes through a list once for each time that it was reported. */
const MOST_AGAIN = 8;

const isFrom = (context: unknown): context is From =>
  typeof context === "object" && context !== null && "inner" in context && "again" in context;

/**
 * A path of fast-check names values by their place in the shrunk ones, and is replayed without asking the property: so
 * the first of them is the list itself, until it is known what it breaks.
 */
function shrunk(plain: fc.Arbitrary<Op[]>, ops: Op[], context: unknown): fc.Stream<fc.Value<Op[]>> {
  if (isLast(ops)) return fc.Stream.nil();
  const smallest = canonicalOf(ops);
  if (smallest !== undefined) return fc.Stream.of(new fc.Value(printed(smallest), undefined));
  if (!isFrom(context)) return fc.Stream.nil();
  const { inner, again } = context;
  const others = plain
    .shrink(ops, inner)
    .map((value) => new fc.Value(printed(value.value), { inner: value.context, again: MOST_AGAIN }));
  if (again === MOST_AGAIN) return others;
  return fc.Stream.of(new fc.Value(ops, { inner, again: again + 1 })).join(others);
}

function canonical(plain: fc.Arbitrary<Op[]>): fc.Arbitrary<Op[]> {
  const own: Pick<fc.Arbitrary<Op[]>, "generate" | "canShrinkWithoutContext" | "shrink"> = {
    generate: (random, bias) => {
      const { value, context } = plain.generate(random, bias);
      return new fc.Value(printed(value), { inner: context, again: 0 });
    },
    canShrinkWithoutContext: (value): value is Op[] =>
      Array.isArray(value) && isGenerated(value) && canonicalOf(value) !== undefined,
    shrink: (ops, context) => shrunk(plain, ops, context),
  };
  // fast-check asks no more of an arbitrary than these, and map, filter and chain, which call them.
  const made: unknown = Object.assign(Object.create(plain), own);
  return made as fc.Arbitrary<Op[]>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- plain, with three methods of the same types
}

export const arbitraries = {
  /**
   * Op lists for a file as the setting describes it; `withISize` adds ftruncate.
   * @throws RangeError for a setting that is none
   */
  ops: (setting: Partial<Setting> = {}, withISize = false): fc.Arbitrary<Op[]> =>
    canonical(opsArbitrary(settingAsked(setting).orders, withISize)),
};
