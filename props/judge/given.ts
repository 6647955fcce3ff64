/**
 * A counterexample that rests on values of what no model knows, made small: where the claim breaks with the values of
 * things going well these are taken, else those it was found with; then as few of them as break the claim whatever all
 * others are.
 */

import { newVm } from "../../model/abstract/machine.ts";
import type { Otherwise } from "../../sim/answers.ts";
import { plainly } from "../../sim/answers.ts";
import { isPlain } from "../../sim/op-order.ts";
import type { Op } from "../../sim/op.ts";
import { giving, givenOf } from "../../sim/op.ts";
import { withAllGiven, worldOf } from "../../sim/world.ts";
import type { ClaimName } from "../../model/claim.ts";
import { brokenAt } from "../claims/run.ts";
import type { LeastGiven, Question } from "../prove/question.ts";
import { answerFrom } from "../prove/unknowns.ts";
import { minimise, withoutIdleOps } from "../shrink/minimise.ts";

export interface Small {
  readonly ops: readonly Op[];
  /** Why it tells all that it was given, if it may need less. */
  readonly inFull?: string;
}

const bare = (ops: readonly Op[]): readonly Op[] => ops.map((op) => giving(op, []));

/** Values that a list of ops was given, for whoever asks the same; of several those of the op that breaks the claim. */
const asIn = (ops: readonly Op[]): Otherwise => answerFrom(ops.toReversed().flatMap(givenOf));

/** Each round takes fewer values for granted than the one before. */
const MOST_ROUNDS = 4;

/** Numbers that are read at a glance, before the one that a solver came up with. */
function simpler(value: bigint): bigint[] {
  const powers = Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit));
  const cut = powers.map((power) => value - (value % power)).toReversed();
  const nearby = [0n, 1n, 2n, -22n, BigInt.asUintN(64, -22n), 4096n, ...powers, ...cut];
  return [...new Set(nearby)].filter((other) => other !== value);
}

/** With another value in place of the one at this position among all that were given. */
function withValue(ops: readonly Op[], at: number, value: bigint): Op[] {
  let i = 0;
  return ops.map((op) =>
    giving(
      op,
      givenOf(op).map((given) => (i++ === at ? { ...given, value } : given)),
    ),
  );
}

/**
 * @param found breaks the claim with what it was given
 * @param least asked which of the values it takes
 */
export async function minimiseGiven(
  { rules, setting, arch }: Question,
  claim: ClaimName,
  found: readonly Op[],
  withISize: boolean,
  least: (ops: readonly Op[]) => Promise<LeastGiven>,
): Promise<Small> {
  // A world of its own: others may be asked meanwhile.
  const { world, answers } = worldOf(rules, setting, arch);
  if (answers === undefined) throw new Error("no rule has unknowns");
  const vm = newVm(world);
  const brokenWith = (ops: readonly Op[], otherwise: Otherwise): number => {
    answers.otherwise = otherwise;
    return brokenAt(vm, claim, ops);
  };
  const breaks = (ops: readonly Op[]): boolean => ops.length > 0 && brokenWith(ops, plainly) === ops.length - 1;
  /** With what it says and things going well otherwise, it breaks the claim and no op can go. */
  const isWhole = (ops: readonly Op[]): boolean =>
    breaks(ops) && ops.every((_, at) => brokenWith(ops.toSpliced(at, 1), plainly) < 0);
  /** Up to where the claim breaks, with all that was asked by then. */
  const inFull = (ops: readonly Op[], otherwise: Otherwise): readonly Op[] => {
    const at = brokenWith(ops, otherwise);
    if (at < 0) throw new Error(`the counterexample to ${claim} does not break it when it is run again`);
    return withAllGiven(ops.slice(0, at + 1), { answers });
  };
  /** As it was found, but for ops that are not needed. */
  const asFound = (why: string): Small => ({
    ops: inFull(withoutIdleOps(inFull(found, plainly), breaks), plainly),
    inFull: why,
  });

  /** The same with a simpler number in place of each that is neither 0 nor 1, where one does. */
  const plainer = async (ops: readonly Op[]): Promise<readonly Op[]> => {
    let best = ops;
    for (const [at, odd] of ops.flatMap(givenOf).entries()) {
      for (const value of isPlain(odd) ? [] : simpler(odd.value)) {
        const other = withValue(best, at, value);
        if (!isWhole(other)) continue;
        const said = await least(inFull(other, plainly)); // oxlint-disable-line no-await-in-loop -- each starts from the one before
        const [many, before] = [said.ops.flatMap(givenOf).length, best.flatMap(givenOf).length];
        if (said.status !== "least" || many !== before || !isWhole(said.ops)) continue;
        best = said.ops;
        break;
      }
    }
    return best;
  };

  let ops = bare(found);
  let otherwise = brokenWith(ops, plainly) < 0 ? asIn(found) : plainly;
  if (brokenWith(ops, otherwise) < 0) return asFound("the same name has different values");
  for (let round = 0; round < MOST_ROUNDS; round++) {
    answers.otherwise = otherwise;
    const all = inFull(minimise(vm, claim, ops, withISize), otherwise);
    if (all.every((op) => givenOf(op).length === 0)) return { ops: all };
    const said = await least(all); // oxlint-disable-line no-await-in-loop -- each round starts from the one before
    if (isWhole(said.ops)) {
      return said.status === "least" ? { ops: await plainer(said.ops) } : { ops: said.ops, inFull: said.reason };
    }
    ops = bare(said.ops);
    otherwise = asIn(said.ops);
    if (brokenWith(ops, otherwise) < 0) break;
  }
  return asFound("with fewer values it takes other ops");
}
