/**
 * Small op lists that break most claims that can be broken, told from few interestingPages numbers: the ends of folios and of
 * slots, and the distances between them. The minimiser starts from the smallest of them that breaks the claim, which
 * is the same one whatever the search had found.
 */

import { x86_64 } from "../../model/arch.ts";
import { folioNpages } from "../../model/units.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault, setISize, setOrder } from "../../sim/op.ts";
import type { Weight } from "../../sim/op-order.ts";
import { ascending, insertSorted } from "../search/sorted.ts";
import { bitLength, compareOps, weigh } from "../../sim/op-order.ts";

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
type Shape = readonly ("order" | "bind" | "other" | "size")[];

const SHAPES: readonly Shape[] = [
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

interface Slot {
  readonly base_gfn: number;
  readonly npages: number;
  readonly pgoff: number;
  readonly ugfn?: number;
}

/** Another slot on the file, beside the first one or at the ends of the folios around it. */
function others(first: Slot, npages: number, orders: readonly number[]): Op[] {
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
interface Sizes {
  readonly shape: Shape;
  readonly order: number;
  readonly firstOrder: number;
  readonly i_size: number;
  readonly npages: number;
  /** Pages of the other slot, where there is one. */
  readonly other: number;
}

const has = (shape: Shape, part: Shape[number]): boolean => shape.includes(part);

function sizesOf(shape: Shape, orders: readonly number[], leastNpages: number): Sizes[] {
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

/** The ops of a choice before the fault, in the shape's order; without the other slot where none is given. */
function lead(sizes: Sizes, slot: Slot, other: Op | undefined): Op[] {
  let orders = 0;
  return sizes.shape.flatMap((part): Op[] => {
    switch (part) {
      case "bind":
        return [bind(slot)];
      case "other":
        return other === undefined ? [] : [other];
      case "size":
        return [setISize(sizes.i_size)];
      case "order":
        orders++;
        return [setOrder(sizes.firstOrder >= 0 && orders === 1 ? sizes.firstOrder : sizes.order)];
      default:
        return part satisfies never;
    }
  });
}

/** The op list of a choice. */
const build = (sizes: Sizes, slot: Slot, other: Op | undefined, gfn: number): Op[] => [
  ...lead(sizes, slot, other),
  fault(gfn),
];

/** Start and first frame of a slot, fewest bits first. */
function addresses(orders: readonly number[], few: boolean): { pgoff: number; base_gfn: number; bits: number }[] {
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
function users(base_gfn: number, pgoff: number, orders: readonly number[]): number[] {
  const distances = orders.map((order) => {
    const n = folioNpages(order);
    return (((base_gfn - pgoff) % n) + n) % n;
  });
  return ascending([0, base_gfn, ...distances]);
}

/** What a machine says of an op list: an op is refused, the claim breaks at the last op and not before, or neither. */
export type Try = (ops: readonly Op[]) => "refused" | "breaks" | "holds";

/** The smallest list of one choice of sizes that breaks the claim. */
function leastOf(
  sizes: Sizes,
  places: ReturnType<typeof addresses>,
  orders: readonly number[],
  mapping: boolean,
  tryOps: Try,
): Op[] | undefined {
  const two = has(sizes.shape, "other");
  let best: Op[] | undefined;
  let bestBits = Infinity;
  for (const { pgoff, base_gfn, bits } of places) {
    if (bits > bestBits) break;
    for (const ugfn of users(base_gfn, pgoff, mapping ? orders : [])) {
      const slot = { base_gfn, npages: sizes.npages, pgoff, ugfn };
      // Most rules refuse most slots: then no neighbour is worth a try, and no second touch.
      if (two && tryOps(lead(sizes, slot, undefined)) === "refused") continue;
      const ats = touches(sizes.npages, pgoff, orders);
      for (const other of two ? others(slot, sizes.other, orders) : [undefined]) {
        for (const at of ats) {
          const ops = build(sizes, slot, other, base_gfn + at);
          const said = tryOps(ops);
          if (said === "refused") break;
          if (said === "holds" || (best !== undefined && compareOps(ops, best) >= 0)) continue;
          best = ops;
          bestBits = weigh(ops)[3];
        }
      }
    }
  }
  return best;
}

export interface TemplateOptions {
  /** Try lists with a set_i_size too: the rule reads i_size. */
  readonly withISize: boolean;
  /** How many slots are bound. */
  readonly slots: number;
  /** No slot with fewer pages can break the claim. */
  readonly leastNpages: number;
}

/** The weight of a choice whose addresses are all 0. */
const weightOf = (sizes: Sizes): Weight => {
  const at0 = { base_gfn: 0, pgoff: 0 };
  return weigh(build(sizes, { ...at0, npages: sizes.npages }, bind({ ...at0, npages: sizes.other }), 0));
};

/**
 * The smallest template of this many ops that breaks the claim, or undefined.
 * @param numOps from 2 to 5; other lengths have no template
 */
export function leastTemplate(
  numOps: number,
  orders: readonly number[],
  { withISize, slots, leastNpages }: TemplateOptions,
  tryOps: Try,
): Op[] | undefined {
  // While every folio is a base page, nothing breaks.
  const large = (shape: Shape): boolean => has(shape, "order") || (orders[0] ?? 0) > 0;
  const shapes = SHAPES.filter(
    (shape) =>
      shape.length + 1 === numOps &&
      (slots === 2) === has(shape, "other") &&
      (withISize || !has(shape, "size")) &&
      large(shape),
  );
  const choices = shapes
    .flatMap((shape) => sizesOf(shape, orders, leastNpages))
    .map((sizes) => ({ sizes, weight: weightOf(sizes) }))
    .toSorted((a, b) => a.weight[2] - b.weight[2] || a.weight[4] - b.weight[4]);
  const one = addresses(orders, false);
  const few = addresses(orders, true);
  let best: Op[] | undefined;
  for (const { sizes, weight } of choices) {
    if (best !== undefined) {
      if (weight[2] > weigh(best)[2]) break;
    }
    const least = leastOf(sizes, has(sizes.shape, "other") ? few : one, orders, leastNpages > 1, tryOps);
    if (least !== undefined && (best === undefined || compareOps(least, best) < 0)) best = least;
  }
  return best;
}
