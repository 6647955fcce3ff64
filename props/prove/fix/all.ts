/** The weakest fixes for several claims at once: what mends each of them mends all when it is put together. */

import type { Fix } from "./fix.ts";
import { fixOf } from "./fix.ts";
import type { PremiseName } from "./premises.ts";
import { PREMISE_NAMES } from "./premises.ts";

type PremiseSet = readonly PremiseName[];

const within = (small: PremiseSet, large: PremiseSet): boolean => small.every((name) => large.includes(name));

/** Those that contain no other, smallest first, then in the order of the premises. */
function minimal(sets: readonly PremiseSet[]): PremiseSet[] {
  const weight = (set: PremiseSet): string =>
    set.length + set.map((name) => String(PREMISE_NAMES.indexOf(name)).padStart(3)).join();
  const sorted = sets.toSorted((a, b) => (weight(a) < weight(b) ? -1 : 1));
  return sorted.filter((set, at) => !sorted.slice(0, at).some((smaller) => within(smaller, set)));
}

/**
 * A premise more takes no proof away, so a fix for every claim is one for all. Which of them are smallest is exact as
 * far as every claim's own fixes are.
 * @param perClaim the fixes of each claim that needs one
 */
export function fixesForAll(perClaim: readonly (readonly Fix[])[], largest: number): Fix[] {
  if (perClaim.length === 0) return [];
  const sets = perClaim.reduce<PremiseSet[]>(
    (before, fixes) =>
      minimal(
        before.flatMap((set) =>
          fixes.map(({ premises }) => PREMISE_NAMES.filter((name) => set.includes(name) || premises.includes(name))),
        ),
      ),
    [[]],
  );
  return sets.map((set) => fixOf(set, largest));
}
