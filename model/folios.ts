/**
 * The folios present in a file's page cache: which pages are there, and in folios of which order.
 *
 * as in the kernel: a folio of order o covers 2^o pages and starts at a multiple of 2^o; a page lies in one folio at
 *   most (an xarray of multi-index entries, lib/xarray.c).
 * simplified: a folio is a start, an order and whether it is up to date; no other flag, no reference count.
 * left out: swap entries, memory control groups, NUMA nodes.
 *
 * A file with up to FEW folios has them in records that are used again and again, a larger one in regions that are
 * sorted lists or bitmaps (folios/regions.ts). So a file of any size costs what its folios cost, a search's small files
 * cost next to nothing, and a lookup in a full region is one bit test. Nothing is allocated per page.
 */

import type { Found, Regions } from "./folios/regions.ts";
import { anyPresentInRegion, folioInRegion, insertIntoRegion, isPresentInRegion } from "./folios/regions.ts";
import { newRegions, nextInRegions, removeFromRegion, setUptodateInRegion } from "./folios/regions.ts";
import { MAX_ORDER } from "./units.ts";

const FEW = 8;
const REGION_ORDER = MAX_ORDER;
const REGION_MASK = (1 << REGION_ORDER) - 1;
/** Pages below this may be looked up in `regions.bitmaps`. */
const SHORT_WAY = 0x7fffffff;

interface Folio {
  start: number;
  order: number;
  uptodate: boolean;
}

/** All folios of one file. `order` and `uptodate` tell of the folio that was found last. */
export interface Folios extends Found {
  /** While `regions` is undefined, the first `count` are the file's folios, in no order. */
  readonly few: readonly Folio[];
  regions: Regions | undefined;
  /** Folios in the file. */
  count: number;
  /** Pages in the file's folios. */
  pages: number;
}

export function emptyFolios(): Folios {
  const few = Array.from({ length: FEW }, () => ({ start: 0, order: 0, uptodate: false }));
  return { few, regions: undefined, count: 0, pages: 0, order: 0, uptodate: false };
}

/** Forget every folio, so that a search can use the store again. */
export function clearFolios(f: Folios): void {
  f.regions = undefined;
  f.count = 0;
  f.pages = 0;
}

const endOf = ({ start, order }: Folio): number => start + (1 << order);

/** Which of the few records holds the page, or -1. */
const fewAt = ({ few, count }: Folios, page: number): number => {
  for (let at = 0; at < count; at++) {
    const folio = few[at] as Folio;
    if (folio.start <= page && page < endOf(folio)) return at;
  }
  return -1;
};

const anyOfFew = ({ few, count }: Folios, start: number, order: number): boolean => {
  const after = start + (1 << order);
  for (let at = 0; at < count; at++) {
    const folio = few[at] as Folio;
    if (folio.start < after && start < endOf(folio)) return true;
  }
  return false;
};

/** Which of the few records is the first, by page, that ends after the page, or -1. */
const nextOfFew = ({ few, count }: Folios, page: number): number => {
  let best = -1;
  for (let at = 0; at < count; at++) {
    const folio = few[at] as Folio;
    if (endOf(folio) > page && (best < 0 || folio.start < (few[best] as Folio).start)) best = at;
  }
  return best;
};

const setFew = ({ few }: Folios, at: number, start: number, order: number, uptodate: boolean): void => {
  const folio = few[at] as Folio;
  folio.start = start;
  folio.order = order;
  folio.uptodate = uptodate;
};

/** Tell of one of the few records; its first page, or -1 for none. */
const foundFew = (f: Folios, at: number): number => {
  if (at < 0) return -1;
  const folio = f.few[at] as Folio;
  f.order = folio.order;
  f.uptodate = folio.uptodate;
  return folio.start;
};

/** There are more than a few: from records to regions. */
function spill(f: Folios): Regions {
  const regions = newRegions();
  for (const { start, order, uptodate } of f.few) insertIntoRegion(regions, start, order, uptodate);
  f.regions = regions;
  return regions;
}

/**
 * First page of the folio that holds page `index`, or -1. Sets `f.order` and `f.uptodate` to that folio's.
 * @kernel mm/filemap.c filemap_get_entry
 */
export function folioAt(f: Folios, index: number): number {
  return f.regions === undefined ? foundFew(f, fewAt(f, index)) : folioInRegion(f.regions, index, f);
}

/**
 * Is the page in a folio? The question of the hot path: it does not look for the folio's bounds, and in a region that
 * has bitmaps it is one bit test that calls nothing. The shifts are exact: pages that take the short way are below 2^31.
 */
export const isPresent = (f: Folios, page: number): boolean => {
  const { regions } = f;
  if (regions === undefined) return fewAt(f, page) >= 0;
  const bitmaps = page < SHORT_WAY ? regions.bitmaps[page >>> REGION_ORDER] : undefined;
  if (bitmaps === undefined) return isPresentInRegion(regions, page);
  return (((bitmaps[(page & REGION_MASK) >>> 5] as number) >>> (page & 31)) & 1) === 1;
};

/**
 * Is any page of the aligned block [start, start + 2^order) in a folio?
 * @kernel mm/shmem.c shmem_suitable_orders (the xa_find over the block)
 */
export function anyPresent(f: Folios, start: number, order: number): boolean {
  return f.regions === undefined ? anyOfFew(f, start, order) : anyPresentInRegion(f.regions, start, order);
}

/**
 * Put a folio at the aligned page `start`. Its pages must be absent (ask `anyPresent`): a folio in another's place
 * would be a simulator bug.
 * @kernel mm/shmem.c shmem_add_to_page_cache
 */
export function insertFolio(f: Folios, start: number, order: number, uptodate: boolean): void {
  if (f.regions !== undefined) insertIntoRegion(f.regions, start, order, uptodate);
  else if (f.count < FEW) setFew(f, f.count, start, order, uptodate);
  else insertIntoRegion(spill(f), start, order, uptodate);
  f.count++;
  f.pages += 1 << order;
}

/** Find the folio that starts at a page; another page is a simulator bug. */
function folioFrom(f: Folios, start: number): void {
  if (folioAt(f, start) !== start) throw new Error(`no folio starts at page ${start}`);
}

/** Take away the folio that starts at `start`; its pages become holes. */
export function removeFolio(f: Folios, start: number): void {
  folioFrom(f, start);
  if (f.regions === undefined) {
    const last = f.few[f.count - 1] as Folio;
    setFew(f, fewAt(f, start), last.start, last.order, last.uptodate);
  } else {
    removeFromRegion(f.regions, start, f.order);
  }
  f.count--;
  f.pages -= 1 << f.order;
}

/** Mark the folio that starts at `start` as written. */
export function setUptodate(f: Folios, start: number): void {
  folioFrom(f, start);
  if (f.regions === undefined) setFew(f, fewAt(f, start), start, f.order, true);
  else setUptodateInRegion(f.regions, start);
}

/**
 * First page of the first folio that ends after page `index`, or -1. Sets `f.order` and `f.uptodate`. To walk a
 * range: start at its first page, go on from the folio's end.
 */
export function nextFolio(f: Folios, index: number): number {
  return f.regions === undefined ? foundFew(f, nextOfFew(f, index)) : nextInRegions(f.regions, index, f);
}
