/**
 * Counterexamples that end with a bind: one slot, and before it at most a folio size and a file size. Where the moves have
 * ended, lists of few ops whose numbers are round are tried, the lightest first.
 */

import { MAX_I_SIZE_NPAGES } from "../../model/abstract/file.ts";
import { folioNpages, PAGE_NUMBER_LIMIT } from "../../model/units.ts";
import { compareOps } from "../../sim/op-order.ts";
import type { Op } from "../../sim/op.ts";
import { bind, setISize, setOrder } from "../../sim/op.ts";
import { ascending } from "../search/sorted.ts";
import { placesOf } from "./recombine.ts";
import { interestingPages } from "./templates.ts";

/** Lists tried at most. */
const MOST_TRIES = 150_000;

const POWERS = Array.from({ length: 52 }, (_, exponent) => 2 ** exponent);

/** What comes before the bind, lightest first. */
function leadsOf(orders: readonly number[], sizes: readonly number[]): readonly (readonly Op[])[] {
  const resized = orders.slice(1).map(setOrder);
  const sized = sizes.map(setISize);
  const both = resized.flatMap((order) => sized.map((size) => [order, size]));
  return [[], ...resized.map((op) => [op]), ...sized.map((op) => [op]), ...both];
}

/** A lighter list than this one that breaks the claim at its bind; undefined where none of those tried does. */
export function lesserBind(
  best: readonly Op[],
  orders: readonly number[],
  breaks: (ops: readonly Op[]) => boolean,
): readonly Op[] | undefined {
  const { npages } = interestingPages(orders);
  const sizes = ascending([0, ...npages]);
  const leads = leadsOf(orders, sizes).toSorted((a, b) => compareOps(a, b));
  // The last page of the largest file, and the one behind it, where an end first looks negative.
  const edges = [MAX_I_SIZE_NPAGES - 1, MAX_I_SIZE_NPAGES, PAGE_NUMBER_LIMIT / 2];
  const pgoffs = ascending([0, ...npages, ...POWERS, ...edges]).filter((page) => page < PAGE_NUMBER_LIMIT);
  const bases = ascending([0, 1, ...orders.map(folioNpages)]);
  const places = placesOf(pgoffs, bases, [0], Infinity);
  let tries = 0;
  let found: readonly Op[] | undefined;
  for (const lead of leads) {
    if (lead.length + 1 > (found ?? best).length) break;
    for (const pages of npages) {
      for (const { base_gfn, pgoff, ugfn } of places) {
        if (tries++ >= MOST_TRIES) return found;
        const list = [...lead, bind({ npages: pages, base_gfn, pgoff, ugfn })];
        if (compareOps(list, found ?? best) >= 0) break;
        if (!breaks(list)) continue;
        found = list;
        break;
      }
    }
  }
  return found;
}
