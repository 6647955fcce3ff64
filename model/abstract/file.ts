/**
 * The file behind the judged memslots: a shmem file whose folio size can be changed after it was created.
 *
 * as in the kernel: a folio starts at a multiple of its size, so it can start before the page that was asked for and
 *   end after it; a page already there forbids a large folio over it and the base page is used instead (shmem before
 *   6.14: the PMD order or order 0, nothing between); i_size does not bound an allocation (SGP_WRITE).
 * simplified: one folio size for the whole file at a time, of any order up to 1 GiB, which no shmem has.
 * left out: the page allocator's failures, a full mount, a VMA. model/linux has those.
 */

import { alignDown, type Npages } from "../units.ts";
import {
  anyPresent,
  clearFolios,
  emptyFolios,
  folioAt,
  type Folios,
  insertFolio,
  isPresent,
} from "../folios/folios.ts";
import { nextFolio, removeFolio } from "../folios/folios.ts";

export interface BackingFile {
  readonly folios: Folios;
  /** Order that the next folio takes if nothing is in its way. */
  order: number;
  /** i_size in pages; the largest loff_t unless it was set. */
  i_size_npages: number;
  /** A memslot was bound to the file at some time. */
  bound_before: boolean;
  /** First page and order of the folio that was allocated last. */
  got_start: number;
  got_order: number;
}

/** i_size of a file that nobody truncated, in pages: the largest page multiple that is a loff_t. */
export const MAX_I_SIZE_NPAGES = 2 ** 51 - 1;

export function newFile(order: number): BackingFile {
  return {
    folios: emptyFolios(),
    order,
    i_size_npages: MAX_I_SIZE_NPAGES,
    bound_before: false,
    got_start: -1,
    got_order: -1,
  };
}

export function resetFile(file: BackingFile, order: number): void {
  clearFolios(file.folios);
  file.order = order;
  file.i_size_npages = MAX_I_SIZE_NPAGES;
  file.bound_before = false;
}

/** What a request for one page of the file came to. */
export const PRESENT = 1;
export const ALLOCATED = 2;
/** Allocated, in a base page because something was in the way of the file's order. */
export const FELL_BACK = 3;

/** Is anything of the folio that `index` would get already there? In an empty file nothing has to be looked up. */
const inTheWay = ({ folios, order }: BackingFile, index: number): boolean =>
  order > 0 && folios.count > 0 && anyPresent(folios, alignDown(index, order), order);

const allocated = (file: BackingFile, start: number, order: number): void => {
  file.got_start = start;
  file.got_order = order;
  insertFolio(file.folios, start, order, true);
};

/**
 * Make page `index` present, in a folio of the file's order around it, or in a base page where something is in the way.
 * @kernel mm/shmem.c shmem_get_folio_gfp with SGP_WRITE
 */
export const getFolio = (file: BackingFile, index: number): number => {
  const { folios, order } = file;
  if (isPresent(folios, index)) return PRESENT;
  if (inTheWay(file, index)) {
    allocated(file, index, 0);
    return FELL_BACK;
  }
  allocated(file, alignDown(index, order), order);
  return ALLOCATED;
};

/** First page of the folio that holds `index`; its order is then in `file.folios.order`. The page must be present. */
export function folioOf(file: BackingFile, index: number): number {
  const start = folioAt(file.folios, index);
  if (start < 0) throw new Error(`page ${index} is not in the file`);
  return start;
}

/** Free the folios that lie entirely in the half-open range; a folio that only reaches into it stays whole. */
export function punchHole(file: BackingFile, first: number, count: number): void {
  const end = first + count;
  for (let start = nextFolio(file.folios, first); start >= 0 && start < end;) {
    const after = start + 2 ** file.folios.order;
    if (start >= first && after <= end) removeFolio(file.folios, start);
    start = nextFolio(file.folios, after);
  }
}

/** Set i_size. Shrinking frees the folios that lie entirely past the new end. */
export function truncateFile(file: BackingFile, size: Npages): void {
  const shrinks = size < file.i_size_npages;
  file.i_size_npages = size;
  if (shrinks) punchHole(file, size, 2 ** 52 - size);
}
