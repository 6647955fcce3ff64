/**
 * The folios of a file that has many, by regions of 2^18 pages (1 GiB in 4 KiB pages): a region with some folios is a
 * list of 4 bytes a folio, one with many is bitmaps of 3 bits a page.
 */

import { MAX_ORDER } from "../units.ts";
import type { Bitmaps } from "./bitmaps.ts";
import { anyPagePresent, headOf, isHeadUptodate, isPagePresent, newBitmaps, nextHead } from "./bitmaps.ts";
import { orderOf, put, setHeadUptodate, take } from "./bitmaps.ts";
import type { Folios, Form, Region, Regions } from "./form.ts";
import type { FolioList } from "./list.ts";
import { anyInList, entryOrder, entryPage, entryUptodate, listAt, listInsert, listRemove } from "./list.ts";
import { listSetUptodate, newList, nextInList } from "./list.ts";

const REGION_ORDER = MAX_ORDER;
const REGION_PAGES = 1 << REGION_ORDER;
/** Folios a list holds before its region turns into bitmaps: those cost 24 bytes a folio then, and less as more come. */
const LIST_LIMIT = 4096;
/** Regions with a number below this are found by array index: 16 TiB of file. */
const NEAR_REGIONS = 2 ** 14;
/** Pages below this lie in them, and are small integers to V8: a shift to the right is exact. */
export const NEAR_PAGES = 0x7fffffff;

/** Where a look-up tells of the folio it found, so that nothing is allocated. */
type Found = Pick<Folios, "order" | "uptodate">;

/** An empty array that V8 takes for one of objects, not of small integers, so that all such arrays are of one kind. */
const noBitmaps = (): (Bitmaps | undefined)[] => {
  const none: (Bitmaps | undefined)[] = [undefined];
  none.pop();
  return none;
};

export const newRegions = (): Regions => ({ near: [], far: [], bitmaps: noBitmaps() });
/** Of every file that has none. */
export const NO_REGIONS: Regions = newRegions();

/** A page's region, and its place there: the low bits, which 32-bit arithmetic keeps whatever the number's size. */
const regionOf = (page: number): number =>
  page < NEAR_PAGES ? page >>> REGION_ORDER : Math.floor(page / REGION_PAGES);
const withinRegion = (page: number): number => page & (REGION_PAGES - 1);

/** Position of the first far region that ends after the page. */
function lowerBound(far: readonly Region[], page: number): number {
  let low = 0;
  let high = far.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((far[middle] as Region).first + REGION_PAGES <= page) low = middle + 1;
    else high = middle;
  }
  return low;
}

function farRegionAt(far: readonly Region[], page: number): Region | undefined {
  const region = far[lowerBound(far, page)];
  return region !== undefined && region.first <= page ? region : undefined;
}

const regionAt = ({ near, far }: Regions, page: number): Region | undefined => {
  const at = regionOf(page);
  if (at < near.length) return near[at];
  return at < NEAR_REGIONS ? undefined : farRegionAt(far, page);
};

function regionFor(regions: Regions, page: number): Region {
  const there = regionAt(regions, page);
  if (there !== undefined) return there;
  const { near, far } = regions;
  const at = regionOf(page);
  const region: Region = { first: at * REGION_PAGES, list: newList(), bitmaps: undefined };
  if (at >= NEAR_REGIONS) {
    far.splice(lowerBound(far, page), 0, region);
  } else {
    while (near.length <= at) near.push(undefined);
    near[at] = region;
  }
  return region;
}

function toBitmaps({ near, bitmaps: short }: Regions, region: Region): void {
  const bitmaps = newBitmaps();
  const { entries, length } = region.list;
  for (const entry of entries.subarray(0, length)) {
    put(bitmaps, entryPage(entry), entryOrder(entry), entryUptodate(entry));
  }
  region.bitmaps = bitmaps;
  region.list = newList();
  const at = regionOf(region.first);
  if (at >= near.length) return;
  while (short.length <= at) short.push(undefined);
  short[at] = bitmaps;
}

/** Into a region that has no bitmaps; afterwards it may. */
export function insertIntoList(regions: Regions, start: number, order: number, uptodate: boolean): void {
  const region = regionFor(regions, start);
  listInsert(region.list, withinRegion(start), order, uptodate);
  if (region.list.length > LIST_LIMIT) toBitmaps(regions, region);
}

function remove({ regions }: Folios, start: number, order: number): void {
  const { bitmaps, list } = regionFor(regions, start);
  const page = withinRegion(start);
  if (bitmaps === undefined) listRemove(list, listAt(list, page));
  else take(bitmaps, page, order);
}

function setUptodate({ regions }: Folios, start: number): void {
  const { bitmaps, list } = regionFor(regions, start);
  const page = withinRegion(start);
  if (bitmaps === undefined) listSetUptodate(list, listAt(list, page));
  else setHeadUptodate(bitmaps, page);
}

/** The bitmaps of the page's region, if it has some: straight where it is near, else by the region. */
const bitmapsAt = ({ bitmaps, regions }: Folios, page: number): Bitmaps | undefined =>
  page < NEAR_PAGES ? bitmaps[page >>> REGION_ORDER] : regionAt(regions, page)?.bitmaps;

/** The list of the page's region, which has no bitmaps. */
const listOf = ({ regions }: Folios, page: number): FolioList | undefined => regionAt(regions, page)?.list;

function isPresent(f: Folios, page: number): boolean {
  const bitmaps = bitmapsAt(f, page);
  if (bitmaps !== undefined) return isPagePresent(bitmaps, withinRegion(page));
  const list = listOf(f, page);
  return list !== undefined && listAt(list, withinRegion(page)) >= 0;
}

function anyPresent(f: Folios, start: number, order: number): boolean {
  const page = withinRegion(start);
  const bitmaps = bitmapsAt(f, start);
  if (bitmaps !== undefined) return anyPagePresent(bitmaps, page, order);
  const list = listOf(f, start);
  return list !== undefined && anyInList(list, page, page + (1 << order));
}

function insert(f: Folios, start: number, order: number, uptodate: boolean): void {
  const bitmaps = bitmapsAt(f, start);
  if (bitmaps !== undefined) put(bitmaps, withinRegion(start), order, uptodate);
  else insertIntoList(f.regions, start, order, uptodate);
}

function foundInList({ first, list }: Region, at: number, found: Found): number {
  if (at < 0) return -1;
  const entry = list.entries[at] as number;
  found.order = entryOrder(entry);
  found.uptodate = entryUptodate(entry);
  return first + entryPage(entry);
}

function foundInBitmaps({ first }: Region, bitmaps: Bitmaps, head: number, found: Found): number {
  if (head < 0) return -1;
  found.order = orderOf(bitmaps, head);
  found.uptodate = isHeadUptodate(bitmaps, head);
  return first + head;
}

function find(f: Folios, index: number): number {
  const region = regionAt(f.regions, index);
  if (region === undefined) return -1;
  const page = withinRegion(index);
  const { bitmaps, list } = region;
  if (bitmaps === undefined) return foundInList(region, listAt(list, page), f);
  return foundInBitmaps(region, bitmaps, isPagePresent(bitmaps, page) ? headOf(bitmaps, page) : -1, f);
}

function next(f: Folios, index: number): number {
  const { near, far } = f.regions;
  const inside = (region: Region): number => {
    const page = Math.max(index - region.first, 0);
    const { bitmaps, list } = region;
    if (bitmaps === undefined) return foundInList(region, nextInList(list, page), f);
    return foundInBitmaps(region, bitmaps, nextHead(bitmaps, page), f);
  };
  for (let at = regionOf(index); at < near.length; at++) {
    const region = near[at];
    const start = region === undefined ? -1 : inside(region);
    if (start >= 0) return start;
  }
  for (let at = lowerBound(far, index); at < far.length; at++) {
    const start = inside(far[at] as Region);
    if (start >= 0) return start;
  }
  return -1;
}

export const MANY_OF_THEM: Form = {
  find,
  isPresent,
  anyPresent,
  insert,
  remove,
  setUptodate,
  next,
};
