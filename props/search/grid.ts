/**
 * The page numbers of the exhaustive search: every folio size as a digit position, and in each position the digits where
 * something happens (0, 1, the last before the carry). Sums of them are the heads, tails and neighbours of folios of
 * every size, in real pages: a state of the grid is a state of the kernel, and a rule's constants mean what they say.
 */

import { folioNpages } from "../../model/units.ts";
import { ascending, insertSorted } from "./sorted.ts";

/** What the exhaustive search ranges over. Page quantities; every list ascending, no two alike. */
export interface Grid {
  /** How the bound is told in a report. */
  readonly text: string;
  readonly bases: readonly number[];
  readonly npages: readonly number[];
  readonly pgoffs: readonly number[];
  /** userspace_addr >> 12 of a slot, by its first frame. */
  readonly ugfns: (base_gfn: number) => readonly number[];
  /** Frames touched, counted from the slot's first. */
  readonly touches: (slot: { base_gfn: number; npages: number; pgoff: number }) => readonly number[];
  /** Orders at fault and before it, if not all of the world's. */
  readonly orders: readonly number[];
  /** Touch a page first, in a folio of every order, before the fault that is looked at. */
  readonly depth: 1 | 2;
  /** Slots beside the first one: [base_gfn, npages, pgoff], in another VM, so that its frames are free. */
  readonly neighbours: readonly (readonly [number, number, number])[];
}

/** Digits of a position that holds `radix` base units: the first few and the last few. */
const digits = (radix: number, few: number): number[] =>
  ascending(
    Array.from({ length: few + 1 }, (_, i) => [i, radix - 1 - i])
      .flat()
      .filter((digit) => digit >= 0 && digit < radix && (digit <= few || digit >= radix - few)),
  );

/** All sums of one digit a position; the positions are the orders, the highest has digits 0 to `top`. */
function pages(orders: readonly number[], few: number, top: number): number[] {
  const positions = ascending([0, ...orders]);
  let sums = [0];
  for (const [at, order] of positions.entries()) {
    const above = positions[at + 1];
    const choices =
      above === undefined
        ? Array.from({ length: top + 1 }, (_, i) => i)
        : at === 0
          ? digits(folioNpages(above - order), few)
          : digits(folioNpages(above - order), few).filter((digit) => digit <= few);
    sums = sums.flatMap((sum) => choices.map((digit) => sum + digit * folioNpages(order)));
  }
  return ascending(sums);
}

/** Ends of the slot, and of the blocks of every order in it, of file pages and of guest frames. */
function ends(orders: readonly number[], slot: { base_gfn: number; npages: number; pgoff: number }): number[] {
  const { npages, pgoff, base_gfn } = slot;
  const places: number[] = [];
  const add = (at: number): void => {
    if (at >= 0 && at < npages) insertSorted(places, at);
  };
  add(0);
  add(npages - 1);
  for (const order of orders) {
    const n = folioNpages(order);
    for (const start of [pgoff, base_gfn]) {
      const head = (n - (start % n)) % n;
      const tail = npages - ((start + npages) % n);
      add(head);
      add(head - 1);
      add(tail);
      add(tail - 1);
    }
  }
  return places;
}

/** How many digits of each position a bound takes. */
export type Bound = 1 | 2 | 3;
export const DEFAULT_BOUND: Bound = 1;

/** One slot on the wide grid, one fault. */
export function oneFault(orders: readonly number[], bound: Bound): Grid {
  const numbers = pages(orders, bound, 1);
  return {
    text: `one slot and one fault on ${numbers.length} page numbers`,
    bases: numbers,
    npages: numbers.filter((n) => n > 0),
    pgoffs: numbers,
    ugfns: (base_gfn) => ascending([0, base_gfn]),
    touches: (slot) => ends(orders, slot),
    orders,
    depth: 1,
    neighbours: [],
  };
}

/** One or two slots on the narrow grid, two faults with a resize before each. */
export function twoFaults(orders: readonly number[], bound: Bound): Grid {
  const large = orders.filter((order) => order > 0).map(folioNpages);
  const numbers = ascending([0, 1, ...large, ...(bound > 1 ? large.map((n) => n - 1) : [])]);
  const npages = numbers.filter((n) => n > 0);
  return {
    text: `two slots and two faults on ${numbers.length} page numbers`,
    bases: ascending([0, ...large]),
    npages,
    pgoffs: numbers,
    ugfns: () => [0],
    touches: (slot) => ends(orders, slot),
    orders,
    depth: 2,
    neighbours: numbers.flatMap((pgoff) => npages.map((n) => [0, n, pgoff] as const)),
  };
}
