/** Claims for your own tests: does this list of ops break one? */

import { newVm } from "../model/vm.ts";
import type { World } from "../model/vm.ts";
import type { Op } from "../sim/op.ts";
import type { ClaimName } from "./always.ts";
import { CLAIMS, excess } from "./always.ts";
import { brokenAt } from "./run-ops.ts";
import { SENTENCES } from "./sentences.ts";

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

/**
 * Each claim as a predicate for fc.property: true while the ops leave it whole.
 * @throws Error that tells the claim, the step and the pages, when they do not; fast-check shrinks on it
 */
export const claims = Object.fromEntries(
  CLAIMS.map((claim) => [
    claim,
    (world: World, ops: readonly Op[]): true => {
      const [broken] = checkOps(world, ops, [claim]);
      if (broken !== undefined) {
        throw new Error(
          `${claim} is broken by op ${broken.at}, by ${broken.pages} pages: not true that ${SENTENCES[claim]}`,
        );
      }
      return true;
    },
  ]),
) as Readonly<Record<ClaimName, (world: World, ops: readonly Op[]) => true>>; // oxlint-disable-line typescript/no-unsafe-type-assertion -- one entry a claim
