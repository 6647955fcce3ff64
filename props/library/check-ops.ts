/** Claims for your own tests: does this list of ops break one? */

import { brokenBy } from "../../sim/words/claim.ts";
import type { ClaimName } from "../../model/claim.ts";
import { CLAIM_NAMES, forEachClaim } from "../../model/claim.ts";
import { newVm } from "../../model/abstract/machine.ts";
import type { World } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { excess } from "../claims/always.ts";
import { brokenAt } from "../claims/run.ts";

export interface Broken {
  readonly claim: ClaimName;
  /** The step that broke it, from 0. */
  readonly at: number;
  /** Pages where the claim forbids them. */
  readonly pages: number;
}

/** Run the ops on an empty machine and tell every asked claim that they break, each at its first step. */
export function checkOps(
  world: World,
  ops: readonly Op[],
  asked: readonly ClaimName[] = CLAIM_NAMES,
): readonly Broken[] {
  const vm = newVm(world);
  return asked.flatMap((claim) => {
    const at = brokenAt(vm, claim, ops);
    return at < 0 ? [] : [{ claim, at, pages: excess(claim, vm) }];
  });
}

type Predicate = (world: World, ops: readonly Op[]) => true;

const holds =
  (claim: ClaimName): Predicate =>
  (world, ops) => {
    const [broken] = checkOps(world, ops, [claim]);
    if (broken === undefined) return true;
    const { at, pages } = broken;
    throw new Error(`${claim} is broken by op ${at}: ${brokenBy(claim, pages)}`);
  };

/**
 * Each claim as a predicate for fc.property: true while the ops leave it whole.
 * @throws Error that tells the claim, the step and the pages, when they do not; fast-check shrinks on it
 */
export const claims: Readonly<Record<ClaimName, Predicate>> = forEachClaim(holds);
