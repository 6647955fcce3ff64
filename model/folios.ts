/**
 * The folios present in a file's page cache: which pages are there, and in folios of which order.
 *
 * as in the kernel: a folio of order o covers 2^o pages and starts at a multiple of 2^o; a page lies in one folio at
 *   most (an xarray of multi-index entries, lib/xarray.c).
 * simplified: a folio is a start, an order and whether it is up to date; no other flag, no reference count.
 * left out: swap entries, memory control groups, NUMA nodes.
 *
 * Pages are kept by regions of 2^18 (1 GiB in 4 KiB pages). A region with few folios is a sorted list of 8 bytes a
 * folio; one with many is bitmaps, 3 bits a page. So a file of any size costs what its folios cost, and a lookup in a
 * full region is one bit test. Nothing is allocated per page.
 */

import { MAX_ORDER } from "./units.ts";

const REGION_ORDER = MAX_ORDER;
const REGION_PAGES = 2 ** REGION_ORDER;
const BLOCK_ORDER = 9;
const BLOCK_PAGES = 2 ** BLOCK_ORDER;
const BLOCKS = REGION_PAGES / BLOCK_PAGES;
const WORDS = REGION_PAGES / 32;
/** Folios a sorted list holds before the region turns into bitmaps: 12 bytes a page's worth of either costs the same. */
const SPARSE_LIMIT = 4096;
/** Region numbers below this are found by array index, the others through a map: 16 TiB of file. */
const DIRECT_REGIONS = 2 ** 14;

/** A list entry: page within the region (18 bits), order (5 bits), uptodate (1 bit). */
const entryOf = (page: number, order: number, uptodate: boolean): number =>
  (page << 6) | (order << 1) | Number(uptodate);
const entryPage = (entry: number): number => entry >>> 6;
const entryOrder = (entry: number): number => (entry >>> 1) & 31;

interface Bitmaps {
  /** Bit per page: the page is in a folio. */
  readonly present: Int32Array;
  /** Bit per page: a folio starts here. */
  readonly head: Int32Array;
  /** Bit per page, meaningful at heads. */
  readonly uptodate: Int32Array;
  /** Pages present, per 2^9 pages. */
  readonly filled: Uint16Array;
}

interface Region {
  readonly first: number;
  /** Sorted by page; unused once `bitmaps` is there. */
  list: number[];
  bitmaps: Bitmaps | undefined;
  folios: number;
}

/** All folios of one file. `order` and `uptodate` tell of the folio that `folioAt` found last. */
export interface Folios {
  direct: (Region | undefined)[];
  far: Map<number, Region>;
  /** Regions that may hold folios, in the order in which they were first used. */
  used: Region[];
  /** Folios in the file. */
  count: number;
  /** Pages in the file's folios. */
  pages: number;
  order: number;
  uptodate: boolean;
}

export function emptyFolios(): Folios {
  return { direct: [], far: new Map(), used: [], count: 0, pages: 0, order: 0, uptodate: false };
}

/** Forget every folio but keep the small lists, so that a search can reuse the store. */
export function clearFolios(f: Folios): void {
  if (f.count === 0) return;
  for (const region of f.used) {
    region.list.length = 0;
    region.bitmaps = undefined;
    region.folios = 0;
  }
  f.count = 0;
  f.pages = 0;
}

function regionAt(f: Folios, number_: number): Region | undefined {
  return number_ < f.direct.length ? f.direct[number_] : f.far.get(number_);
}

function regionFor(f: Folios, number_: number): Region {
  const there = regionAt(f, number_);
  if (there !== undefined) return there;
  const region: Region = { first: number_ * REGION_PAGES, list: [], bitmaps: undefined, folios: 0 };
  if (number_ < DIRECT_REGIONS) {
    while (f.direct.length <= number_) f.direct.push(undefined);
    f.direct[number_] = region;
  } else {
    f.far.set(number_, region);
  }
  f.used.push(region);
  return region;
}

/** Position of the first list entry whose page is greater than `page`. */
function upperBound(list: readonly number[], page: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entryPage(list[middle] as number) <= page) low = middle + 1;
    else high = middle;
  }
  return low;
}

const bit = (words: Int32Array, page: number): number => ((words[page >>> 5] as number) >>> (page & 31)) & 1;
const setBit = (words: Int32Array, page: number): void => {
  words[page >>> 5] = (words[page >>> 5] as number) | (1 << (page & 31));
};
const clearBit = (words: Int32Array, page: number): void => {
  words[page >>> 5] = (words[page >>> 5] as number) & ~(1 << (page & 31));
};

/** The bits of one 32-page word that lie in [page, page + npages). */
function wordMask(word: number, page: number, end: number): number {
  const from = Math.max(page - word * 32, 0);
  const to = Math.min(end - word * 32, 32);
  const upto = to === 32 ? -1 : (1 << to) - 1;
  return upto & ~(from === 0 ? 0 : (1 << from) - 1);
}

function fill(words: Int32Array, page: number, npages: number, value: 0 | 1): void {
  const end = page + npages;
  for (let word = page >>> 5; word * 32 < end; word++) {
    const mask = wordMask(word, page, end);
    words[word] = value === 1 ? (words[word] as number) | mask : (words[word] as number) & ~mask;
  }
}

function countFilled(bitmaps: Bitmaps, page: number, npages: number, sign: 1 | -1): void {
  const { filled } = bitmaps;
  const step = Math.min(npages, BLOCK_PAGES);
  for (let at = page; at < page + npages; at += step) {
    const block = at >>> BLOCK_ORDER;
    filled[block] = (filled[block] as number) + sign * step;
  }
}

function bitmapsInsert(bitmaps: Bitmaps, page: number, order: number, uptodate: boolean): void {
  if (order === 0) {
    setBit(bitmaps.present, page);
    const block = page >>> BLOCK_ORDER;
    bitmaps.filled[block] = (bitmaps.filled[block] as number) + 1;
  } else {
    const npages = 1 << order;
    fill(bitmaps.present, page, npages, 1);
    countFilled(bitmaps, page, npages, 1);
  }
  setBit(bitmaps.head, page);
  if (uptodate) setBit(bitmaps.uptodate, page);
  else clearBit(bitmaps.uptodate, page);
}

/** The last head at or before `page`, which must be present. */
function headOf(head: Int32Array, page: number): number {
  let word = page >>> 5;
  let bits = (head[word] as number) & (-1 >>> (31 - (page & 31)));
  while (bits === 0) bits = head[--word] as number;
  return word * 32 + 31 - Math.clz32(bits);
}

/** Order of the folio that starts at `head`: it ends where the next one starts or a page is absent. */
function orderOf(bitmaps: Bitmaps, head: number): number {
  // A folio of order o is aligned to 2^o, so its length is the largest power of two that stays inside.
  let order = 0;
  while (order < REGION_ORDER) {
    const npages = 1 << order;
    if (head % (2 * npages) !== 0) break;
    if (bit(bitmaps.present, head + npages) === 0 || bit(bitmaps.head, head + npages) === 1) break;
    order++;
  }
  return order;
}

function toBitmaps(region: Region): void {
  const bitmaps: Bitmaps = {
    present: new Int32Array(WORDS),
    head: new Int32Array(WORDS),
    uptodate: new Int32Array(WORDS),
    filled: new Uint16Array(BLOCKS),
  };
  for (const entry of region.list) bitmapsInsert(bitmaps, entryPage(entry), entryOrder(entry), (entry & 1) === 1);
  region.bitmaps = bitmaps;
  region.list = [];
}

/**
 * First page of the folio that holds page `index`, or -1. Sets `f.order` and `f.uptodate` to that folio's.
 * @kernel mm/filemap.c filemap_get_entry
 */
export function folioAt(f: Folios, index: number): number {
  const region = regionAt(f, Math.floor(index / REGION_PAGES));
  if (region === undefined) return -1;
  const page = index - region.first;
  const { bitmaps, list } = region;
  if (bitmaps !== undefined) {
    if (bit(bitmaps.present, page) === 0) return -1;
    const head = headOf(bitmaps.head, page);
    f.order = orderOf(bitmaps, head);
    f.uptodate = bit(bitmaps.uptodate, head) === 1;
    return region.first + head;
  }
  const at = upperBound(list, page) - 1;
  if (at < 0) return -1;
  const entry = list[at] as number;
  if (page - entryPage(entry) >= 1 << entryOrder(entry)) return -1;
  f.order = entryOrder(entry);
  f.uptodate = (entry & 1) === 1;
  return region.first + entryPage(entry);
}

/** Is page `index` in a folio? The question of the hot path: it does not look for the folio's bounds. */
export function isPresent(f: Folios, index: number): boolean {
  const region = regionAt(f, Math.floor(index / REGION_PAGES));
  if (region === undefined) return false;
  const page = index - region.first;
  const { bitmaps, list } = region;
  if (bitmaps !== undefined) return bit(bitmaps.present, page) === 1;
  const at = upperBound(list, page) - 1;
  if (at < 0) return false;
  const entry = list[at] as number;
  return page - entryPage(entry) < 1 << entryOrder(entry);
}

/**
 * Is any page of the aligned block [start, start + 2^order) in a folio?
 * @kernel mm/shmem.c shmem_suitable_orders (the xa_find over the block)
 */
export function anyPresent(f: Folios, start: number, order: number): boolean {
  const region = regionAt(f, Math.floor(start / REGION_PAGES));
  if (region === undefined) return false;
  const page = start - region.first;
  const { bitmaps, list } = region;
  if (bitmaps === undefined) {
    const at = upperBound(list, page + (1 << order) - 1) - 1;
    if (at < 0) return false;
    const entry = list[at] as number;
    return entryPage(entry) + (1 << entryOrder(entry)) > page;
  }
  if (order === 0) return bit(bitmaps.present, page) === 1;
  if (order >= BLOCK_ORDER) {
    const last = (page + (1 << order)) >>> BLOCK_ORDER;
    for (let block = page >>> BLOCK_ORDER; block < last; block++) if (bitmaps.filled[block] !== 0) return true;
    return false;
  }
  if (bitmaps.filled[page >>> BLOCK_ORDER] === 0) return false;
  const end = page + (1 << order);
  for (let word = page >>> 5; word * 32 < end; word++) {
    if (((bitmaps.present[word] as number) & wordMask(word, page, end)) !== 0) return true;
  }
  return false;
}

/**
 * Put a folio at the aligned page `start`. Its pages must be absent (ask `anyPresent`): a folio in another's place
 * would be a simulator bug.
 * @kernel mm/shmem.c shmem_add_to_page_cache
 */
export function insertFolio(f: Folios, start: number, order: number, uptodate: boolean): void {
  const region = regionFor(f, Math.floor(start / REGION_PAGES));
  const page = start - region.first;
  if (region.bitmaps === undefined) {
    const { list } = region;
    const entry = entryOf(page, order, uptodate);
    if (list.length === 0 || (list[list.length - 1] as number) < entry) list.push(entry);
    else list.splice(upperBound(list, page), 0, entry);
    if (list.length > SPARSE_LIMIT) toBitmaps(region);
  } else {
    bitmapsInsert(region.bitmaps, page, order, uptodate);
  }
  region.folios++;
  f.count++;
  f.pages += 1 << order;
}

/** Take away the folio that starts at `start`; its pages become holes. */
export function removeFolio(f: Folios, start: number): void {
  const region = regionAt(f, Math.floor(start / REGION_PAGES));
  if (region === undefined || folioAt(f, start) !== start) throw new Error(`no folio starts at page ${start}`);
  const page = start - region.first;
  const { order } = f;
  if (region.bitmaps === undefined) {
    region.list.splice(upperBound(region.list, page) - 1, 1);
  } else {
    fill(region.bitmaps.present, page, 1 << order, 0);
    countFilled(region.bitmaps, page, 1 << order, -1);
    clearBit(region.bitmaps.head, page);
  }
  region.folios--;
  f.count--;
  f.pages -= 1 << order;
}

/** Mark the folio that starts at `start` as written. */
export function setUptodate(f: Folios, start: number): void {
  const region = regionAt(f, Math.floor(start / REGION_PAGES));
  if (region === undefined || folioAt(f, start) !== start) throw new Error(`no folio starts at page ${start}`);
  const page = start - region.first;
  if (region.bitmaps !== undefined) {
    setBit(region.bitmaps.uptodate, page);
  } else {
    const at = upperBound(region.list, page) - 1;
    region.list[at] = (region.list[at] as number) | 1;
  }
}

/** First page of the first folio that ends after page `index`, in a region of the store; -1 where none does. */
function nextInRegion(f: Folios, region: Region, page: number): number {
  const { bitmaps, list } = region;
  if (bitmaps === undefined) {
    let at = upperBound(list, page) - 1;
    const before = at < 0 ? undefined : list[at];
    if (before === undefined || entryPage(before) + (1 << entryOrder(before)) <= page) at++;
    const entry = list[at];
    if (entry === undefined) return -1;
    f.order = entryOrder(entry);
    f.uptodate = (entry & 1) === 1;
    return region.first + entryPage(entry);
  }
  let head = -1;
  if (bit(bitmaps.present, page) === 1) {
    head = headOf(bitmaps.head, page);
  } else {
    let word = page >>> 5;
    let bits = (bitmaps.head[word] as number) & wordMask(word, page, word * 32 + 32);
    while (bits === 0 && ++word < WORDS) bits = bitmaps.head[word] as number;
    if (bits === 0) return -1;
    head = word * 32 + 31 - Math.clz32(bits & -bits);
  }
  f.order = orderOf(bitmaps, head);
  f.uptodate = bit(bitmaps.uptodate, head) === 1;
  return region.first + head;
}

/**
 * First page of the first folio that ends after page `index`, or -1. Sets `f.order` and `f.uptodate`. To walk a
 * range: start at its first page, go on from the folio's end.
 */
export function nextFolio(f: Folios, index: number): number {
  const first = Math.floor(index / REGION_PAGES);
  for (let number_ = first; number_ < f.direct.length; number_++) {
    const region = f.direct[number_];
    if (region === undefined || region.folios === 0) continue;
    const found = nextInRegion(f, region, number_ === first ? index - region.first : 0);
    if (found >= 0) return found;
  }
  let best: Region | undefined;
  for (const [number_, region] of f.far) {
    if (region.folios === 0 || number_ < first || (best !== undefined && region.first > best.first)) continue;
    if (nextInRegion(f, region, Math.max(index - region.first, 0)) >= 0) best = region;
  }
  return best === undefined ? -1 : nextInRegion(f, best, Math.max(index - best.first, 0));
}
