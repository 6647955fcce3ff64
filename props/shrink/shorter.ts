/**
 * Is the file's size told in vain? A rule that reads i_size may also be met far out in the file, or by a long slot, where
 * no template goes, and one op fewer is smaller whatever its numbers. Lists without the op are tried, fewest bits first.
 */

import { folioNpages } from "../../model/units.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault } from "../../sim/op.ts";
import { ascending } from "../search/sorted.ts";
import { bitLength } from "../../sim/op-order.ts";
import type { Place } from "./recombine.ts";
import { isBind, placesOf } from "./recombine.ts";
import type { Try } from "./templates.ts";
import { touches } from "./templates.ts";

/** Lists tried at most: enough for a slot of the least size anywhere in a file. */
const MOST_TRIES = 150_000;

/** Every power of two up to half of the largest page number. */
const POWERS = Array.from({ length: 51 }, (_, exponent) => 2 ** exponent);

/**
 * Of the lists of this one's shape without its set_i_size, the first that breaks the claim; undefined where none of
 * those tried does. It is smaller, having an op less, and not minimal.
 * @param leastNpages no slot with fewer pages can break the claim
 */
export function withoutISize(
  ops: readonly Op[],
  orders: readonly number[],
  leastNpages: number,
  tryOps: Try,
): readonly Op[] | undefined {
  const shape = ops.filter(({ op }) => op !== "set_i_size");
  const at = shape.findIndex(isBind);
  const last = shape.findIndex(({ op }) => op === "fault") === shape.length - 1;
  if (shape.length === ops.length || shape.filter(isBind).length !== 1 || !last) return undefined;
  const sizes = ascending([...POWERS, 3]).filter((n) => n >= leastNpages);
  // At a power of two, on the page behind it, which is aligned to nothing, and right before the end of a folio.
  const ends = orders.filter((order) => order > 1).map(folioNpages);
  const pgoffs = [0, ...POWERS.flatMap((n) => [n, n + 1]), ...ends.flatMap((n) => [n - 3, n - 2, n - 1])];
  const byBits: Place[][] = [];
  for (const place of placesOf(ascending(pgoffs), [0, ...POWERS], [0], Infinity)) {
    (byBits[place.bits] ??= []).push(place);
  }
  let tries = 0;
  const mostBits = byBits.length + bitLength(sizes.at(-1) ?? 0);
  for (let bits = 0; bits < mostBits; bits++) {
    for (const npages of sizes) {
      for (const { base_gfn, pgoff, ugfn } of byBits[bits - bitLength(npages)] ?? []) {
        const lead = shape.with(at, bind({ npages, base_gfn, pgoff, ugfn })).slice(0, -1);
        for (const touch of touches(npages, pgoff, orders)) {
          if (tries++ >= MOST_TRIES) return undefined;
          const list = [...lead, fault(base_gfn + touch)];
          const said = tryOps(list);
          if (said === "breaks") return list;
          if (said === "refused") break;
        }
      }
    }
  }
  return undefined;
}
