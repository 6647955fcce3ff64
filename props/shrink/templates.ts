/**
 * Small op lists that break most claims that can be broken, told from few interestingPages numbers: the ends of folios and of
 * slots, and the distances between them. The minimiser starts from the smallest of them that breaks the claim, which
 * is the same one whatever the search had found.
 */

import { x86_64 } from "../../model/arch.ts";
import { folioNpages } from "../../model/units.ts";
import type { Op } from "../../sim/op.ts";
import { bind, setISize, setOrder } from "../../sim/op.ts";
import { ascending, insertSorted } from "../search/sorted.ts";
import { bitLength } from "../../sim/op-order.ts";

interface InterestingPages {
  readonly npages: readonly number[];
  readonly starts: readonly number[];
  readonly bases: readonly number[];
}

/** Sizes that rules name, whether the file may take them or not: 2 MiB and 1 GiB. */
const NAMED = x86_64.levels.toReversed();

/** Page numbers at and beside the folio sizes of the setting and those that rules name. */
export function interestingPages(orders: readonly number[]): InterestingPages {
  const folios = ascending([...orders, ...NAMED].filter((order) => order > 0)).map(folioNpages);
  const near = folios.flatMap((n) => [n - 1, n, n + 1, 2 * n - 1, 2 * n, 2 * n + 1, 3 * n]);
  return {
    // A slot that starts a page or two behind a folio's first and ends with the next one.
    npages: ascending([1, 2, 3, ...near, ...folios.flatMap((n) => [2 * n - 3, 2 * n - 2])]),
    // 4096 pages are what a check sees that takes pages for bytes, or bytes for pages.
    starts: ascending([0, 1, 2, 3, 4096, ...near, ...folios.map((n) => n / 2), ...folios.map((n) => n * 1.5)]),
    bases: ascending([0, 1, 2, 3, ...folios.flatMap((n) => [n / 2, n - 1, n, n + 1, 2 * n, 4 * n])]),
  };
}

/** Frames of a slot worth touching, as distances from its first: the ends of the slot and of the folios in it. */
export function touches(npages: number, pgoff: number, orders: readonly number[]): number[] {
  const places: number[] = [];
  const add = (at: number): void => {
    if (at >= 0 && at < npages) insertSorted(places, at);
  };
  add(0);
  add(npages - 1);
  for (const order of orders) {
    const n = folioNpages(order);
    const head = (n - (pgoff % n)) % n;
    add(head);
    add(head - 1);
    add(head + n);
    add(npages - 1 - ((pgoff + npages - 1) % n));
  }
  return places;
}

/** Where the folio size is set: before the slot is bound, after, or both. */
export type Shape = readonly ("order" | "bind" | "other" | "size")[];

export const SHAPES: readonly Shape[] = [
  ["bind"],
  ["bind", "order"],
  ["order", "bind"],
  ["bind", "other"],
  ["bind", "order", "other"],
  ["bind", "other", "order"],
  ["order", "bind", "other"],
  ["order", "bind", "order"],
  ["size", "bind", "order"],
  ["size", "order", "bind"],
  ["size", "bind", "other", "order"],
  ["order", "bind", "other", "order"],
];

export interface Slot {
  readonly base_gfn: number;
  readonly npages: number;
  readonly pgoff: number;
  readonly ugfn?: number;
}

/** Another slot on the file, beside the first one or at the ends of the folios around it. */
export function others(first: Slot, npages: number, orders: readonly number[]): Op[] {
  const ends = orders.flatMap((order) => {
    const n = folioNpages(order);
    const start = Math.floor(first.pgoff / n) * n;
    return [start, start + n - 1, start + n];
  });
  const end = first.pgoff + first.npages;
  const gfnEnd = first.base_gfn + first.npages;
  return ascending([0, first.pgoff - npages, end, end + 1, ...ends])
    .filter((pgoff) => pgoff >= 0 && (pgoff + npages <= first.pgoff || pgoff >= end))
    .flatMap((pgoff) =>
      ascending([0, 1, pgoff, gfnEnd, first.base_gfn - npages, npages, 2 * npages])
        .filter((base) => base >= 0 && (base + npages <= first.base_gfn || base >= gfnEnd))
        .map((base_gfn) => bind({ slot: 1, base_gfn, npages, pgoff })),
    );
}

/** One choice of everything but the addresses. */
export interface Sizes {
  readonly shape: Shape;
  readonly order: number;
  readonly firstOrder: number;
  readonly i_size: number;
  readonly npages: number;
  /** Pages of the other slot, where there is one. */
  readonly other: number;
}

export const has = (shape: Shape, part: Shape[number]): boolean => shape.includes(part);

export function sizesOf(shape: Shape, orders: readonly number[], leastNpages: number): Sizes[] {
  const large = orders.filter((order) => order > 0);
  const counted = shape.filter((part) => part === "order").length;
  const chosen = counted > 0 ? large : [-1];
  const first = counted > 1 ? orders : [-1];
  const i_sizes = has(shape, "size") ? ascending([1, 2, ...large.map(folioNpages)]) : [-1];
  const npages = interestingPages(orders).npages.filter((n) => n >= leastNpages);
  const otherNpages = has(shape, "other") ? ascending([1, ...orders.map(folioNpages)]) : [0];
  return chosen.flatMap((order) =>
    first.flatMap((firstOrder) =>
      i_sizes.flatMap((i_size) =>
        npages.flatMap((n) => otherNpages.map((other) => ({ shape, order, firstOrder, i_size, npages: n, other }))),
      ),
    ),
  );
}

/** The ops of a choice, in the shape's order; without the other slot where none is given, and without the fault. */
export function lead(sizes: Sizes, slot: Op, other: Op | undefined): Op[] {
  let orders = 0;
  const ops: Op[] = [];
  for (const part of sizes.shape) {
    switch (part) {
      case "bind":
        ops.push(slot);
        break;
      case "other":
        if (other !== undefined) ops.push(other);
        break;
      case "size":
        ops.push(setISize(sizes.i_size));
        break;
      case "order":
        orders++;
        ops.push(setOrder(sizes.firstOrder >= 0 && orders === 1 ? sizes.firstOrder : sizes.order));
        break;
      default:
        part satisfies never;
    }
  }
  return ops;
}

/** Start and first frame of a slot, fewest bits first. */
export function addresses(
  orders: readonly number[],
  few: boolean,
): { pgoff: number; base_gfn: number; bits: number }[] {
  const { starts, bases } = interestingPages(orders);
  return starts
    .flatMap((pgoff) =>
      ascending(few ? [0, 1, pgoff] : [...bases, pgoff]).map((base_gfn) => ({
        pgoff,
        base_gfn,
        bits: bitLength(pgoff) + bitLength(base_gfn),
      })),
    )
    .toSorted((a, b) => a.bits - b.bits || a.pgoff - b.pgoff || a.base_gfn - b.base_gfn);
}

/**
 * userspace_addr >> 12 of a slot: 0, congruent with the first frame, and, for what is mapped, the numbers that make up
 * the distance between frame and file page.
 */
export function users(base_gfn: number, pgoff: number, orders: readonly number[]): number[] {
  const distances = orders.map((order) => {
    const n = folioNpages(order);
    return (((base_gfn - pgoff) % n) + n) % n;
  });
  return ascending([0, base_gfn, ...distances]);
}

/** What a machine says of an op list: an op is refused, the claim breaks at the last op and not before, or neither. */
export type Try = (ops: readonly Op[]) => "refused" | "breaks" | "holds";
