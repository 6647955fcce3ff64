/** Claims for your own tests: does this list of ops break one? */

import { newVm } from "../../model/abstract/machine.ts";
import type { World } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import type { ClaimName } from "../claims/always.ts";
import { CLAIMS, excess } from "../claims/always.ts";
import { brokenAt } from "../claims/run.ts";
import { SENTENCES } from "../claims/sentences.ts";

export interface Broken {
  readonly claim: ClaimName;
  /** The step that broke it, from 0. */
  readonly at: number;
  /** Pages where the claim forbids them. */
  readonly pages: number;
}

/** Run the ops on an empty machine and tell every asked claim that they break, each at its first step. */
export function checkOps(world: World, ops: readonly Op[], asked: readonly ClaimName[] = CLAIMS): readonly Broken[] {
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
    throw new Error(`${claim} is broken by op ${at}, by ${pages} pages: not true that ${SENTENCES[claim]}`);
  };

/**
 * Each claim as a predicate for fc.property: true while the ops leave it whole.
 * @throws Error that tells the claim, the step and the pages, when they do not; fast-check shrinks on it
 */
export const claims: Readonly<Record<ClaimName, Predicate>> = {
  folio_starts_in_slot: holds("folio_starts_in_slot"),
  folio_ends_in_slot: holds("folio_ends_in_slot"),
  folio_avoids_other_slots: holds("folio_avoids_other_slots"),
  mapping_starts_in_slot: holds("mapping_starts_in_slot"),
  mapping_ends_in_slot: holds("mapping_ends_in_slot"),
  mapping_starts_in_binding: holds("mapping_starts_in_binding"),
  mapping_ends_in_binding: holds("mapping_ends_in_binding"),
  mapping_translates: holds("mapping_translates"),
};
