/** The folios of a region that has not many: a list sorted by page, one 32-bit entry a folio. */

/** Page within the region in 18 bits, order in 5, uptodate in 1: entries sort as their pages do. */
const entryOf = (page: number, order: number, uptodate: boolean): number =>
  (page << 6) | (order << 1) | (uptodate ? 1 : 0);
export const entryPage = (entry: number): number => entry >>> 6;
export const entryOrder = (entry: number): number => (entry >>> 1) & 31;
export const entryUptodate = (entry: number): boolean => (entry & 1) === 1;
const entryEnd = (entry: number): number => entryPage(entry) + (1 << entryOrder(entry));

const LEAST_ROOM = 4;

export interface FolioList {
  /** Sorted; what lies behind `length` means nothing. */
  entries: Int32Array;
  length: number;
}

export const newList = (): FolioList => ({ entries: new Int32Array(LEAST_ROOM), length: 0 });

/** Position of the first entry whose page is greater. */
function upperBound({ entries, length }: FolioList, page: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (entryPage(entries[middle] as number) <= page) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Position of the entry whose folio holds the page, or -1. */
export function listAt(list: FolioList, page: number): number {
  const at = upperBound(list, page) - 1;
  return at >= 0 && page < entryEnd(list.entries[at] as number) ? at : -1;
}

/** Is any page of the half-open range in a folio? */
export function anyInList(list: FolioList, first: number, after: number): boolean {
  const at = upperBound(list, after - 1) - 1;
  return at >= 0 && entryEnd(list.entries[at] as number) > first;
}

/** Position of the first entry whose folio ends after the page, or -1. */
export function nextInList(list: FolioList, page: number): number {
  const at = upperBound(list, page);
  if (at > 0 && page < entryEnd(list.entries[at - 1] as number)) return at - 1;
  return at < list.length ? at : -1;
}

export function listInsert(list: FolioList, page: number, order: number, uptodate: boolean): void {
  const { length } = list;
  if (length === list.entries.length) {
    const wider = new Int32Array(2 * length);
    wider.set(list.entries);
    list.entries = wider;
  }
  const { entries } = list;
  const at = upperBound(list, page);
  entries.copyWithin(at + 1, at, length);
  entries[at] = entryOf(page, order, uptodate);
  list.length = length + 1;
}

export function listRemove(list: FolioList, at: number): void {
  list.entries.copyWithin(at, at + 1, list.length);
  list.length--;
}

export function listSetUptodate({ entries }: FolioList, at: number): void {
  entries[at] = (entries[at] as number) | 1;
}
