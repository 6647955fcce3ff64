/**
 * A second look at a counterexample that no template led to, where the moves have ended: they change one or two
 * numbers, and two lists that break a claim can differ in all of them. Lists of the same shape are told anew, their
 * addresses from interestingPages numbers and from what the list's own numbers make up, so searches that ended at different lists
 * of one shape find the smaller of them, or one smaller still.
 */

import { folioNpages } from "../../model/units.ts";
import type { BindMemslot, Op } from "../../sim/op.ts";
import { bindAt, fault } from "../../sim/op.ts";
import { ascending } from "../search/sorted.ts";
import { bitLength, compareOps, weigh } from "../../sim/op-order.ts";
import type { Try } from "./templates.ts";
import { interestingPages, touches } from "./templates.ts";

/** Lists that one look tries at most. */
const MOST_TRIES = 100_000;

/** Frames and file pages up to 16 TiB of which every power of two is tried. */
const POWERS = Array.from({ length: 33 }, (_, exponent) => 2 ** exponent);

export const isBind = (op: Op): op is BindMemslot => op.op === "bind_memslot";

/** The numbers of slots and what they make up: ends, distances, leading bits, and the last page of a folio before or there. */
function ownNumbers(slots: readonly BindMemslot[], large: readonly number[]): number[] {
  const told = slots.flatMap(({ base_gfn, pgoff, ugfn, npages }) => {
    const ends = [base_gfn + npages, pgoff + npages];
    return [base_gfn, pgoff, ugfn, npages, ...ends, Math.abs(base_gfn - pgoff)];
  });
  const leading = told.filter((n) => n > 0).map((n) => 2 ** (bitLength(n) - 1));
  const lasts = leading.flatMap((n) => [n - 1, ...large.map((order) => n + folioNpages(order) - 1)]);
  return ascending([...told, ...leading, ...lasts]);
}

export interface Place {
  readonly base_gfn: number;
  readonly pgoff: number;
  readonly ugfn: number;
  readonly bits: number;
}

/** Every way to place a slot at these pages and frames in at most so many bits, fewest first. */
export function placesOf(
  pgoffs: readonly number[],
  bases: readonly number[],
  users: readonly number[],
  mostBits: number,
): Place[] {
  const byBits: Place[][] = [];
  for (const pgoff of pgoffs) {
    for (const base_gfn of bases) {
      for (const ugfn of ascending([...users, base_gfn, pgoff])) {
        const bits = bitLength(pgoff) + bitLength(base_gfn) + bitLength(ugfn);
        if (bits <= mostBits) (byBits[bits] ??= []).push({ base_gfn, pgoff, ugfn, bits });
      }
    }
  }
  return byBits.flat();
}

/** Where another slot can be: beside the first one, or at the ends of the folios around it. */
function placementsBeside(
  first: BindMemslot,
  npages: number,
  orders: readonly number[],
  users: readonly number[],
  mostBits: number,
): Place[] {
  const apart = (at: number, from: number): boolean => at >= 0 && (at + npages <= from || at >= from + first.npages);
  const around = orders.flatMap((order) => {
    const n = folioNpages(order);
    const start = first.pgoff - (first.pgoff % n);
    return [start, start + n - npages, start + n - 1, start + n];
  });
  const beside = (from: number): number[] => [0, 1, from - npages, from + first.npages];
  const pgoffs = ascending([...beside(first.pgoff), ...around]).filter((at) => apart(at, first.pgoff));
  const bases = ascending([...beside(first.base_gfn), ...pgoffs, ...users]).filter((at) => apart(at, first.base_gfn));
  return placesOf(pgoffs, bases, users, mostBits);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
const bitsOf = (sizes: readonly number[]): number => sum(sizes.map(bitLength));

/** Sizes of so many slots that weigh no more than these: their own, then the others, smallest first. */
function sizesOf(own: readonly number[], choices: readonly number[]): (readonly number[])[] {
  const each = ascending([...choices, ...own]);
  const all = own.length === 2 ? each.flatMap((a) => each.map((b) => [a, b])) : each.map((n) => [n]);
  const lighter = all.filter((sizes) => bitsOf(sizes) <= bitsOf(own));
  return [own, ...lighter.toSorted((a, b) => bitsOf(a) - bitsOf(b) || sum(a) - sum(b))];
}

/**
 * The smallest list of this one's shape that breaks the claim, of those tried; undefined where none is smaller.
 * @param leastNpages no slot with fewer pages can break the claim
 */
export function recombine(
  ops: readonly Op[],
  orders: readonly number[],
  leastNpages: number,
  tryOps: Try,
): readonly Op[] | undefined {
  const slots = ops.filter(isBind);
  // One slot or two, and one touch, at the end: longer stories are left to the moves.
  if (slots.length > 2 || ops.findIndex(({ op }) => op === "fault") !== ops.length - 1) return undefined;
  const large = orders.filter((order) => order > 0);
  const numbers = interestingPages(orders);
  const ownSizes = slots.map(({ npages }) => npages);
  const users = ascending([0, 1, ...slots.map(({ ugfn }) => ugfn)]);
  const own = ownNumbers(slots, large);
  // A slot of few pages may have to end where a folio ends.
  const ends = large.map(folioNpages).flatMap((n) => (n > 3 ? [n - 3, n - 2] : []));
  const few = [0, 1, 2, 3, ...large.map(folioNpages)];
  const pages = ascending([...own, ...(slots.length > 1 ? few : [...numbers.starts, ...POWERS, ...ends])]);
  const places = placesOf(pages, pages, users, Infinity);
  /** Bits of the sizes that stay: those of the file and its folios. */
  const restBits = weigh(ops)[2] - bitsOf(ownSizes);
  /** What the first slot is refused for, it is refused for whatever follows. */
  const refused = new Map<number, Set<Place>>();
  let best = ops;
  let weight = weigh(ops);
  let tries = 0;
  const said = (list: readonly Op[]): ReturnType<Try> => {
    tries++;
    return tryOps(list);
  };
  /** Bits that the addresses of a list with these sizes may have. */
  const mostBits = (sizes: readonly number[]): number => {
    const [, numSlots, sizeBits, addressBits] = weight;
    return numSlots > slots.length || sizeBits > restBits + bitsOf(sizes) ? Infinity : addressBits;
  };

  function touch(lead: readonly Op[]): void {
    for (const slot of lead.filter(isBind)) {
      for (const at of touches(slot.npages, slot.pgoff, orders)) {
        const list = [...lead, fault(slot.base_gfn + at)];
        if (compareOps(list, best) >= 0 || said(list) !== "breaks") continue;
        best = list;
        weight = weigh(list);
      }
    }
  }

  /** All lists that begin with these ops, whose addresses have so many bits. */
  function tell(lead: readonly Op[], sizes: readonly number[], bits: number): void {
    const op = ops[lead.length];
    if (op === undefined || op.op === "fault") return touch(lead);
    if (op.op !== "bind_memslot") return tell([...lead, op], sizes, bits);
    const first = lead.find(isBind);
    const slot = first === undefined ? 0 : 1;
    const npages = sizes[slot] ?? 0;
    const left = mostBits(sizes) - bits - slot;
    const never = refused.get(npages) ?? new Set<Place>();
    refused.set(npages, never);
    for (const place of first === undefined ? places : placementsBeside(first, npages, orders, users, left)) {
      if (bits + slot + place.bits > mostBits(sizes) || tries >= MOST_TRIES) return;
      if (slot === 0 && never.has(place)) continue;
      const { base_gfn, pgoff, ugfn } = place;
      const next = [...lead, bindAt(0, slot, base_gfn, npages, pgoff, ugfn)];
      if (said(next) !== "refused") tell(next, sizes, bits + slot + place.bits);
      else if (slot === 0) never.add(place);
    }
  }
  for (const sizes of sizesOf(
    ownSizes,
    numbers.npages.filter((n) => n >= leastNpages),
  ))
    tell([], sizes, 0);
  return best === ops ? undefined : best;
}
