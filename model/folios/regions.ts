/**
 * The folios of a file that has more than a few, by regions of 2^18 pages (1 GiB in 4 KiB pages): a region with few
 * folios is a list of 4 bytes a folio, one with many is bitmaps of 3 bits a page.
 */

import { MAX_ORDER } from "../units.ts";
import type { Bitmaps } from "./bitmaps.ts";
import { anyPagePresent, headOf, isHeadUptodate, isPagePresent, newBitmaps, nextHead } from "./bitmaps.ts";
import { orderOf, put, setHeadUptodate, take } from "./bitmaps.ts";
import type { FolioList } from "./list.ts";
import { anyInList, entryOrder, entryPage, entryUptodate, listAt, listInsert, listRemove } from "./list.ts";
import { listSetUptodate, newList, nextInList } from "./list.ts";

const REGION_ORDER = MAX_ORDER;
const REGION_PAGES = 1 << REGION_ORDER;
/** Folios a list holds before its region turns into bitmaps: those cost 24 bytes a folio then, and less as more come. */
const LIST_LIMIT = 4096;
/** Regions with a number below this are found by array index: 16 TiB of file. */
const NEAR_REGIONS = 2 ** 14;

interface Region {
  /** First page of the region. */
  readonly first: number;
  /** Empty once `bitmaps` is there. */
  list: FolioList;
  bitmaps: Bitmaps | undefined;
}

export interface Regions {
  /** By region number. */
  readonly near: (Region | undefined)[];
  /** The regions past those, sorted. */
  readonly far: Region[];
  /** The bitmaps of the near regions that have them, by region number: the short way to most pages. */
  readonly bitmaps: (Bitmaps | undefined)[];
}

/** Where a look-up tells of the folio it found, so that nothing is allocated. */
export interface Found {
  order: number;
  uptodate: boolean;
}

export const newRegions = (): Regions => ({ near: [], far: [], bitmaps: [] });

/** A page's region, and its place there: the low bits, which 32-bit arithmetic keeps whatever the number's size. */
const regionOf = (page: number): number =>
  page <= 0x7fffffff ? page >>> REGION_ORDER : Math.floor(page / REGION_PAGES);
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

export function insertIntoRegion(regions: Regions, start: number, order: number, uptodate: boolean): void {
  const region = regionFor(regions, start);
  const page = withinRegion(start);
  if (region.bitmaps !== undefined) {
    put(region.bitmaps, page, order, uptodate);
  } else {
    listInsert(region.list, page, order, uptodate);
    if (region.list.length > LIST_LIMIT) toBitmaps(regions, region);
  }
}

/** Take away the folio of this order that starts at `start`. */
export function removeFromRegion(regions: Regions, start: number, order: number): void {
  const { bitmaps, list } = regionFor(regions, start);
  const page = withinRegion(start);
  if (bitmaps === undefined) listRemove(list, listAt(list, page));
  else take(bitmaps, page, order);
}

export function setUptodateInRegion(regions: Regions, start: number): void {
  const { bitmaps, list } = regionFor(regions, start);
  const page = withinRegion(start);
  if (bitmaps === undefined) listSetUptodate(list, listAt(list, page));
  else setHeadUptodate(bitmaps, page);
}

export function isPresentInRegion(regions: Regions, index: number): boolean {
  const region = regionAt(regions, index);
  if (region === undefined) return false;
  const { bitmaps, list } = region;
  return bitmaps === undefined ? listAt(list, withinRegion(index)) >= 0 : isPagePresent(bitmaps, withinRegion(index));
}

/** Is any page of the aligned block of this order in a folio? */
export function anyPresentInRegion(regions: Regions, start: number, order: number): boolean {
  const region = regionAt(regions, start);
  if (region === undefined) return false;
  const { bitmaps, list } = region;
  const page = withinRegion(start);
  return bitmaps === undefined ? anyInList(list, page, page + (1 << order)) : anyPagePresent(bitmaps, page, order);
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

/** First page of the folio that holds page `index`, or -1. */
export function folioInRegion(regions: Regions, index: number, found: Found): number {
  const region = regionAt(regions, index);
  if (region === undefined) return -1;
  const page = withinRegion(index);
  const { bitmaps, list } = region;
  if (bitmaps === undefined) return foundInList(region, listAt(list, page), found);
  return foundInBitmaps(region, bitmaps, isPagePresent(bitmaps, page) ? headOf(bitmaps, page) : -1, found);
}

/** First page of the first folio that ends after page `index`, or -1. */
export function nextInRegions({ near, far }: Regions, index: number, found: Found): number {
  const inside = (region: Region): number => {
    const page = Math.max(index - region.first, 0);
    const { bitmaps, list } = region;
    if (bitmaps === undefined) return foundInList(region, nextInList(list, page), found);
    return foundInBitmaps(region, bitmaps, nextHead(bitmaps, page), found);
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
