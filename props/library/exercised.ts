/** Can a claim be broken in a world at all? What `judge` calls vacuous must not be green in anybody's test. */

import type { World } from "../../model/abstract/machine.ts";
import type { ClaimName } from "../../model/claim.ts";
import { isOfFault } from "../../model/claim.ts";
import { unmet } from "../claims/sometimes.ts";
import type { Witnesses } from "../claims/sometimes.ts";
import { sumWitnesses } from "../search/blocks.ts";
import { exhaust } from "../search/exhaust.ts";
import { hunt } from "../search/hunt.ts";

/** Runs, without ftruncate and with it. Most worlds meet everything in the first block. */
const BLOCKS = [200, 800, 4000];
const RUNS = BLOCKS.reduce((a, b) => a + b);

interface Looked {
  blocks: number;
  met: Witnesses;
  exhausted?: Witnesses;
}

const looked = new WeakMap<World, Looked>();

/** Look further, until all that the claim needs was met or there is nothing left to look at. */
function missing(world: World, claim: ClaimName): readonly string[] {
  const so: Looked = looked.get(world) ?? { blocks: 0, met: {} };
  looked.set(world, so);
  const left = (met: Witnesses): readonly string[] => unmet(claim, world.orders, met);
  while (left(so.met).length > 0 && so.blocks < BLOCKS.length) {
    const numRuns = BLOCKS[so.blocks] ?? 0;
    const seed = ++so.blocks;
    // A rule that reads i_size accepts nothing before the file has a size.
    const runs = [false, true].map((withISize) => hunt(world, [], { seed, numRuns, withISize }).witnesses);
    so.met = sumWitnesses([so.met, ...runs]);
  }
  const hunted = left(so.met);
  if (hunted.length === 0) return [];
  so.exhausted ??= exhaust(world, isOfFault(claim) ? [claim] : []).witnesses;
  return left(so.exhausted).length === 0 ? [] : hunted;
}

/** Why a pass of the claim in this world would mean nothing; undefined where it means something. */
export function whyVacuous(world: World, claim: ClaimName): string | undefined {
  const never = missing(world, claim);
  if (never.length === 0) return undefined;
  const looks = `${2 * RUNS} lists of ops and an exhaustive search`;
  return `vacuous: ${claim}: in this world ${looks} never met ${never.join(", ")}: a pass would mean nothing`;
}
