/** Claims for your own tests: does this list of ops break one, and did your lists try it at all? */

import type { BuiltInClaim } from "../../model/claim.ts";
import { CLAIM_NAMES, forEachClaim } from "../../model/claim.ts";
import type { Vm, World } from "../../model/abstract/machine.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { brokenBy } from "../../sim/words/claim.ts";
import type { OpLiteral } from "../../sim/schema/op.ts";
import { opsFromJson } from "../../sim/schema/op.ts";
import { excess } from "../claims/always.ts";
import { brokenAt } from "../claims/run.ts";
import type { Tally, Witnesses } from "../claims/sometimes.ts";
import { newTally, unmet, witnessesOf } from "../claims/sometimes.ts";
import { runOnce } from "../search/hunt.ts";
import { isGenerated } from "./arbitraries.ts";
import { claimsAsked } from "./asked.ts";
import { whyVacuous } from "./exercised.ts";
import { note, noteVacuous, storyLines } from "./found.ts";
import { checkedWorld } from "./worlds.ts";

export interface Broken {
  readonly claim: BuiltInClaim;
  /** The step that broke it, from 0. */
  readonly at: number;
  /** Pages where the claim forbids them. */
  readonly pages: number;
}

/** What the lists of ops that were run in a world have met. */
interface Met {
  readonly vm: Vm;
  tally: Tally;
  lists: number;
}

const met = new WeakMap<World, Met>();

function metIn(world: World): Met {
  const there = met.get(world);
  if (there !== undefined) return there;
  const made: Met = { vm: newVm(world), tally: newTally(), lists: 0 };
  met.set(world, made);
  return made;
}

/** @throws RangeError for what is no list of ops */
const readOps = (ops: readonly OpLiteral[]): readonly Op[] => (isGenerated(ops) ? ops : opsFromJson(ops));

function look(world: World, ops: readonly Op[], asked: readonly BuiltInClaim[]): readonly Broken[] {
  const counts = metIn(world);
  counts.lists++;
  const broken = runOnce(counts.vm, ops, asked, counts.tally);
  return asked.flatMap((claim) => {
    if (!broken.has(claim)) return [];
    const at = brokenAt(counts.vm, claim, ops);
    return [{ claim, at, pages: excess(claim, counts.vm) }];
  });
}

/**
 * Run the ops on an empty machine and tell every asked claim that they break, each at its first step.
 * @throws RangeError for a world, an op or a claim that is none, and TypeError for a rule that answers no number
 */
export function checkOps(
  world: World,
  ops: readonly OpLiteral[],
  asked: readonly BuiltInClaim[] = CLAIM_NAMES,
): readonly Broken[] {
  return look(checkedWorld(world), readOps(ops), claimsAsked(asked));
}

type Predicate = (world: World, ops: readonly OpLiteral[]) => true;

const holds =
  (claim: BuiltInClaim): Predicate =>
  (given, told) => {
    const world = checkedWorld(given);
    const ops = readOps(told);
    const [broken] = look(world, ops, [claim]);
    if (broken === undefined) {
      const vacuous = whyVacuous(world, claim);
      if (vacuous === undefined) return true;
      noteVacuous(ops, vacuous);
      throw new Error(vacuous);
    }
    const { at, pages } = broken;
    const breaking = { world, claim, ops: ops.slice(0, at + 1) };
    note(ops, breaking);
    const story = storyLines(breaking).join("\n");
    throw new Error(`${claim} is broken by op ${at}: ${brokenBy(claim, pages)}\n${story}`);
  };

/**
 * Each claim as a predicate for fc.property: true while the ops leave it whole.
 * @throws Error that tells the claim, the step and the pages, when they do not; fast-check shrinks on it, and ends at
 *   the counterexample that `judge` would tell. Error that begins with "vacuous" where no list of ops can break the
 *   claim because nothing is ever accepted, or nothing large is ever allocated or mapped: a pass would mean nothing.
 */
export const claims: Readonly<Record<BuiltInClaim, Predicate>> = forEachClaim(holds);

/** How often each witness was met by the lists of ops that `claims` and `checkOps` ran in this world so far. */
export const witnesses = (world: World): Witnesses => {
  const { tally } = metIn(checkedWorld(world));
  return witnessesOf(tally, world.orders);
};

/**
 * Run a test of a claim and fail it as vacuous unless its own lists of ops met all that the claim speaks of:
 * `witnessed("folio_ends_in_slot", world, (holds) => fc.assert(fc.property(mine, holds)))`. Generators of your own need
 * this: `claims` alone asks only whether the world lets anything happen at all.
 * @param test is given the claim as a predicate of a list of ops; what it returns, or resolves to, is returned
 * @throws Error that names the witnesses which were not met
 */
export function witnessed<R>(
  claim: BuiltInClaim,
  world: World,
  test: (holds: (ops: readonly OpLiteral[]) => true) => R,
): R {
  const [asked] = claimsAsked([claim]);
  const of = checkedWorld(world);
  const counts = metIn(of);
  counts.tally = newTally();
  counts.lists = 0;
  const told = test((ops) => holds(asked ?? claim)(of, ops));
  const failUnmet = (): void => {
    const missing = unmet(claim, of.orders, witnessesOf(counts.tally, of.orders));
    if (missing.length === 0) return;
    throw new Error(
      `vacuous: ${claim}: ${counts.lists} lists of ops never met ${missing.join(", ")}: a pass would mean nothing`,
    );
  };
  if (!(told instanceof Promise)) {
    failUnmet();
    return told;
  }
  const after: unknown = told.then((value: unknown) => {
    failUnmet();
    return value;
  });
  return after as R; // oxlint-disable-line typescript/no-unsafe-type-assertion -- a promise of what R promises
}
