/**
 * The folios of a region that has many, as three bitmaps of a bit a page: the page is in a folio; it is in the same
 * folio as the page before it; the folio that starts here is not up to date. Behind them stands the number of pages
 * present in each block of 2^9. All in one array, so that a look-up loads from one place; and a folio of one page that
 * is up to date, the most frequent one, is one bit.
 */

import { isAligned, MAX_ORDER } from "../units.ts";

const REGION_ORDER = MAX_ORDER;
const BLOCK_ORDER = 9;
const WORDS = 1 << (REGION_ORDER - 5);
/** Where the bitmaps start in the array, and the counts behind them. */
const PRESENT = 0;
const JOINED = WORDS;
const STALE = 2 * WORDS;
const FILLED = 3 * WORDS;
const LENGTH = FILLED + (1 << (REGION_ORDER - BLOCK_ORDER));

export type Bitmaps = Int32Array;

export const newBitmaps = (): Bitmaps => new Int32Array(LENGTH);

/** A bit of one of the bitmaps, by page within the region. */
const isSet = (words: Bitmaps, bitmap: number, page: number): boolean =>
  (((words[bitmap + (page >>> 5)] as number) >>> (page & 31)) & 1) === 1;

/** Is the page in a folio? */
export const isPagePresent = (words: Bitmaps, page: number): boolean => isSet(words, PRESENT, page);

const setBit = (words: Bitmaps, bitmap: number, page: number): void => {
  const word = bitmap + (page >>> 5);
  words[word] = (words[word] as number) | (1 << (page & 31));
};
const clearBit = (words: Bitmaps, bitmap: number, page: number): void => {
  const word = bitmap + (page >>> 5);
  words[word] = (words[word] as number) & ~(1 << (page & 31));
};

/** The bits of one 32-page word that lie in the half-open range of pages. */
function wordMask(word: number, first: number, after: number): number {
  const from = Math.max(first - word * 32, 0);
  const to = Math.min(after - word * 32, 32);
  const upto = to === 32 ? -1 : (1 << to) - 1;
  return upto & ~(from === 0 ? 0 : (1 << from) - 1);
}

/** Set or clear the bits of the half-open range of pages. */
function fill(words: Bitmaps, bitmap: number, first: number, after: number, value: boolean): void {
  for (let word = first >>> 5; word * 32 < after; word++) {
    const mask = wordMask(word, first, after);
    const bits = words[bitmap + word] as number;
    words[bitmap + word] = value ? bits | mask : bits & ~mask;
  }
}

const addFilled = (words: Bitmaps, page: number, npages: number): void => {
  const at = FILLED + (page >>> BLOCK_ORDER);
  words[at] = (words[at] as number) + npages;
};

/** Mark all pages of a large folio. */
function fillFolio(words: Bitmaps, page: number, order: number, present: boolean): void {
  const after = page + (1 << order);
  fill(words, PRESENT, page, after, present);
  fill(words, JOINED, page + 1, after, present);
  const step = 1 << Math.min(order, BLOCK_ORDER);
  for (let at = page; at < after; at += step) addFilled(words, at, present ? step : -step);
}

/** Put a folio on pages that are absent. */
export function put(words: Bitmaps, page: number, order: number, uptodate: boolean): void {
  if (order === 0) {
    setBit(words, PRESENT, page);
    addFilled(words, page, 1);
  } else {
    fillFolio(words, page, order, true);
  }
  if (!uptodate) setBit(words, STALE, page);
}

/** Take the folio of this order that starts at `page` away. */
export function take(words: Bitmaps, page: number, order: number): void {
  fillFolio(words, page, order, false);
  clearBit(words, STALE, page);
}

export const isHeadUptodate = (words: Bitmaps, head: number): boolean => !isSet(words, STALE, head);
export const setHeadUptodate = (words: Bitmaps, head: number): void => clearBit(words, STALE, head);

/** Is any page of the aligned block of this order in a folio? */
export function anyPagePresent(words: Bitmaps, page: number, order: number): boolean {
  const after = page + (1 << order);
  if (order < BLOCK_ORDER) {
    for (let word = page >>> 5; word * 32 < after; word++) {
      if (((words[word] as number) & wordMask(word, page, after)) !== 0) return true;
    }
    return false;
  }
  const last = FILLED + (after >>> BLOCK_ORDER);
  for (let at = FILLED + (page >>> BLOCK_ORDER); at < last; at++) if (words[at] !== 0) return true;
  return false;
}

/** First page of the folio that holds a present page: the last one not joined to the page before it. */
export function headOf(words: Bitmaps, page: number): number {
  let word = page >>> 5;
  let heads = ~(words[JOINED + word] as number) & (-1 >>> (31 - (page & 31)));
  while (heads === 0) heads = ~(words[JOINED + --word] as number);
  return word * 32 + 31 - Math.clz32(heads);
}

/** Order of the folio that starts at `head`: while it may be twice as long, the page in its middle tells. */
export function orderOf(words: Bitmaps, head: number): number {
  let order = 0;
  while (order < REGION_ORDER && isAligned(head, order + 1) && isSet(words, JOINED, head + (1 << order))) order++;
  return order;
}

/** First page of the first folio that ends after the page, or -1. */
export function nextHead(words: Bitmaps, page: number): number {
  if (isPagePresent(words, page)) return headOf(words, page);
  let word = page >>> 5;
  let bits = (words[word] as number) & (-1 << (page & 31));
  while (bits === 0 && ++word < WORDS) bits = words[word] as number;
  return bits === 0 ? -1 : word * 32 + 31 - Math.clz32(bits & -bits);
}
