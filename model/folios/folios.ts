/**
 * The folios present in a file's page cache: which pages are there, and in folios of which order.
 *
 * as in the kernel: a folio of order o covers 2^o pages and starts at a multiple of 2^o; a page lies in one folio at
 *   most (an xarray of multi-index entries, lib/xarray.c).
 * simplified: a folio is a start, an order and whether it is up to date; no other flag, no reference count.
 * left out: swap entries, memory control groups, NUMA nodes.
 *
 * A file with up to eight folios has them in records that are used again and again (folios/few.ts), one with more in
 * regions that are sorted lists or bitmaps (folios/regions.ts). So a file of any size costs what its folios cost, a search's small files
 * cost next to nothing, and a lookup in a full region is one bit test. Nothing is allocated per page.
 */

import { FEW_OF_THEM, newFew } from "./few.ts";
import type { Folios } from "./form.ts";
import { NEAR_PAGES, NO_REGIONS } from "./regions.ts";
import { MAX_ORDER } from "../units.ts";

export type { Folios } from "./form.ts";

const REGION_ORDER = MAX_ORDER;
const REGION_MASK = (1 << REGION_ORDER) - 1;

export const emptyFolios = (): Folios => ({
  form: FEW_OF_THEM,
  few: newFew(),
  regions: NO_REGIONS,
  bitmaps: NO_REGIONS.bitmaps,
  count: 0,
  pages: 0,
  order: 0,
  uptodate: false,
});

/** Forget every folio, so that a search can use the store again. */
export const clearFolios = (f: Folios): void => {
  f.form = FEW_OF_THEM;
  f.regions = NO_REGIONS;
  f.bitmaps = NO_REGIONS.bitmaps;
  f.count = 0;
  f.pages = 0;
};

/**
 * First page of the folio that holds page `index`, or -1. Sets `f.order` and `f.uptodate` to that folio's.
 * @kernel mm/filemap.c filemap_get_entry
 */
export const folioAt = (f: Folios, index: number): number => f.form.find(f, index);

/** Is the page in a folio? */
export const isPresent = (f: Folios, page: number): boolean => f.form.isPresent(f, page);

/**
 * Does one bit, of bitmaps that are at hand, tell that the page is in a folio? If not, nothing is known. Most touches of
 * a file in use get their answer here, so it calls nothing, and whoever asks calls for the rest.
 */
export const isKnownPresent = (f: Folios, page: number): boolean => {
  const { bitmaps } = f;
  const region = page >>> REGION_ORDER;
  if (page >= NEAR_PAGES || region >= bitmaps.length) return false;
  const words = bitmaps[region];
  return words !== undefined && (((words[(page & REGION_MASK) >>> 5] as number) >>> (page & 31)) & 1) === 1;
};

/**
 * Is any page of the aligned block [start, start + 2^order) in a folio?
 * @kernel mm/shmem.c shmem_suitable_orders (the xa_find over the block)
 */
export const anyPresent = (f: Folios, start: number, order: number): boolean => f.form.anyPresent(f, start, order);

/**
 * Put a folio at the aligned page `start`. Its pages must be absent (ask `anyPresent`): a folio in another's place
 * would be a simulator bug.
 * @kernel mm/shmem.c shmem_add_to_page_cache
 */
export const insertFolio = (f: Folios, start: number, order: number, uptodate: boolean): void => {
  f.form.insert(f, start, order, uptodate);
  f.count++;
  f.pages += 1 << order;
};

/** Find the folio that starts at a page; another page is a simulator bug. */
function folioFrom(f: Folios, start: number): void {
  if (folioAt(f, start) !== start) throw new Error(`no folio starts at page ${start}`);
}

/** Take away the folio that starts at `start`; its pages become holes. */
export function removeFolio(f: Folios, start: number): void {
  folioFrom(f, start);
  const { order } = f;
  f.form.remove(f, start, order);
  f.count--;
  f.pages -= 1 << order;
}

/** Mark the folio that starts at `start` as written. */
export function setUptodate(f: Folios, start: number): void {
  folioFrom(f, start);
  f.form.setUptodate(f, start);
}

/**
 * First page of the first folio that ends after page `index`, or -1. Sets `f.order` and `f.uptodate`. To walk a
 * range: start at its first page, go on from the folio's end.
 */
export const nextFolio = (f: Folios, index: number): number => f.form.next(f, index);
