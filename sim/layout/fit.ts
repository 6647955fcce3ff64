/**
 * What pages of one size can do for a slot, with no rule asked: how many of them fit its guest frames, whether its
 * place in the file lets them, how far the file's folios of that size reach past its part of the file, and where it
 * could be cut so that folios stay in a part. All in 4 KiB pages; a size is an order.
 */

import { alignDown, alignUp, folioNpages, toPages } from "../../model/units.ts";
import type { LayoutSlot } from "./layout.ts";

export interface Place {
  readonly base_gfn: number;
  readonly npages: number;
  readonly pgoff: number;
  /** Undefined where nobody tells it. */
  readonly ugfn: number | undefined;
}

export interface Fit {
  readonly order: number;
  /** Blocks of guest frames of this size that lie in the slot as a whole. */
  readonly fit: number;
  /** (gpa - offset) modulo the size: 0 where the two are congruent. */
  readonly offsetDiffers: number;
  /** (gpa - userspace_addr) modulo the size. */
  readonly addressDiffers: number | undefined;
  /** Blocks that a page of the size can back: all that fit, or none. */
  readonly backed: number;
  /** How far the folio of the slot's first page starts below the slot's part of the file. */
  readonly below: number;
  /** How far the folio of its last page ends past that part. */
  readonly past: number;
}

/** The part of a slot whose folios stay in it, and what is left before and behind it. */
export interface Split {
  readonly base_gfn: number;
  readonly pgoff: number;
  readonly npages: number;
  readonly before: number;
  readonly behind: number;
}

/** Where a captured or built-in slot lies, in pages. */
export const placeOf = ({ gpa, size, offset, offset_from, userspace_addr }: LayoutSlot): Place => ({
  base_gfn: toPages(gpa),
  npages: toPages(size),
  pgoff: toPages(offset),
  ugfn: offset_from === "layout" ? undefined : toPages(userspace_addr),
});

/** a - b modulo 2^order. */
export const differModulo = (a: number, b: number, order: number): number => {
  const size = folioNpages(order);
  return ((a % size) - (b % size) + size) % size;
};

/** Blocks of 2^order pages, at multiples of it, inside a range. */
export const blocksIn = (start: number, npages: number, order: number): number =>
  Math.max(0, (alignDown(start + npages, order) - alignUp(start, order)) / folioNpages(order));

export function fitOf({ base_gfn, npages, pgoff, ugfn }: Place, order: number): Fit {
  const fit = blocksIn(base_gfn, npages, order);
  const offsetDiffers = differModulo(base_gfn, pgoff, order);
  const addressDiffers = ugfn === undefined ? undefined : differModulo(base_gfn, ugfn, order);
  const end = pgoff + npages;
  return {
    order,
    fit,
    offsetDiffers,
    addressDiffers,
    backed: offsetDiffers === 0 && (addressDiffers ?? 0) === 0 ? fit : 0,
    below: pgoff - alignDown(pgoff, order),
    past: alignUp(end, order) - end,
  };
}

/** Undefined where no cut leaves a whole folio in one part, and where none is needed. */
export function splitOf({ base_gfn, npages, pgoff }: Place, order: number): Split | undefined {
  const [start, end] = [alignUp(pgoff, order), alignDown(pgoff + npages, order)];
  if (start >= end || end - start === npages) return undefined;
  const before = start - pgoff;
  return {
    base_gfn: base_gfn + before,
    pgoff: start,
    npages: end - start,
    before,
    behind: npages - before - (end - start),
  };
}
