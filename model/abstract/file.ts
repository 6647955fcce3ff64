/**
 * The file behind the judged memslots: a shmem file whose folio size can be changed after it was created.
 *
 * as in the kernel: a folio starts at a multiple of its size, so it can start before the page that was asked for and
 *   end after it; a page already there forbids a large folio over it. Where kernels differ, behaviour.ts has the data.
 * simplified: one folio size for the whole file at a time, of any order up to 1 GiB, which no shmem has.
 * left out: the page allocator's failures, a full mount, a VMA. model/kernel has those.
 */

import { alignDown, folioNpages, MAX_ORDER, type Npages } from "../units.ts";
import {
  anyPresent,
  clearFolios,
  emptyFolios,
  folioAt,
  type Folios,
  insertFolio,
  isPresent,
} from "../folios/folios.ts";
import type { FileBehaviour } from "./behaviour.ts";
import { PLAIN } from "./behaviour.ts";
import { cutFolios } from "./cut.ts";

export interface BackingFile {
  readonly folios: Folios;
  readonly behaviour: FileBehaviour;
  /** An access asks for the file's order and for nothing else: the short way, which the searches take. */
  readonly asks_plainly: boolean;
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

/** A file that is made with its size has whole folios of every order. */
export const largestISize = ({ i_size }: Pick<FileBehaviour, "i_size">): number =>
  i_size === "fixed_in_folios" ? alignDown(MAX_I_SIZE_NPAGES, MAX_ORDER) : MAX_I_SIZE_NPAGES;

export function newFile(order: number, behaviour: FileBehaviour = PLAIN): BackingFile {
  return {
    folios: emptyFolios(),
    behaviour,
    asks_plainly: behaviour.asks_for === "file_order" && !behaviour.folio_in_i_size,
    order,
    i_size_npages: largestISize(behaviour),
    bound_before: false,
    got_start: -1,
    got_order: -1,
  };
}

export function resetFile(file: BackingFile, order: number): void {
  clearFolios(file.folios);
  file.order = order;
  file.i_size_npages = largestISize(file.behaviour);
  file.bound_before = false;
}

/** What a request for one page of the file came to. */
export const PRESENT = 1;
export const ALLOCATED = 2;
/** Allocated, in a smaller folio because something was in the way of the file's order. */
export const FELL_BACK = 3;
/** Not there, and not allocated: the page lies past i_size. */
export const REFUSED = 0;

const allocated = (file: BackingFile, start: number, order: number): void => {
  file.got_start = start;
  file.got_order = order;
  insertFolio(file.folios, start, order, true);
};

/** Is anything of the folio that `index` would get already there? In an empty file nothing has to be looked up. */
const inTheWay = ({ folios }: BackingFile, index: number, order: number): boolean =>
  order > 0 && folios.count > 0 && anyPresent(folios, alignDown(index, order), order);

/** Can page `index` not have a folio of this order? */
const hasNoRoom = (file: BackingFile, index: number, order: number): boolean =>
  inTheWay(file, index, order) ||
  (order > 0 && file.behaviour.folio_in_i_size && alignDown(index, order) + folioNpages(order) > file.i_size_npages);

/** Allocate where the order asked for has no room. */
const fallBack = (file: BackingFile, index: number, asked: number): number => {
  let order = file.behaviour.fallback === "base" ? 0 : Math.max(asked - 1, 0);
  while (hasNoRoom(file, index, order)) order--;
  allocated(file, alignDown(index, order), order);
  return FELL_BACK;
};

/** An access past i_size. @returns true if it is refused */
const pastISize = (file: BackingFile, index: number): boolean => {
  const { past_i_size } = file.behaviour;
  if (past_i_size === "extends") file.i_size_npages = index + 1;
  return past_i_size === "refused";
};

/** A new folio, in a file whose accesses do not simply ask for its order. */
const allocateOtherwise = (file: BackingFile, index: number): number => {
  const order = file.behaviour.asks_for === "own_length" ? 0 : file.order;
  if (hasNoRoom(file, index, order)) return fallBack(file, index, order);
  allocated(file, alignDown(index, order), order);
  return ALLOCATED;
};

/**
 * Make page `index` present, in a folio of the file's order around it, or in a smaller one where something is in the way.
 * @kernel mm/shmem.c shmem_get_folio_gfp with SGP_WRITE
 */
export const getFolio = (file: BackingFile, index: number): number => {
  const { folios, order } = file;
  if (index >= file.i_size_npages && pastISize(file, index)) return REFUSED;
  if (isPresent(folios, index)) return PRESENT;
  if (!file.asks_plainly) return allocateOtherwise(file, index);
  if (inTheWay(file, index, order)) return fallBack(file, index, order);
  allocated(file, alignDown(index, order), order);
  return ALLOCATED;
};

/**
 * The same, of an order that somebody allows: the largest of these that has room, of those up to the file's; a base page where
 * none has.
 * @param orders ascending
 */
export const getAllowedFolio = (
  file: BackingFile,
  index: number,
  orders: readonly number[],
  allows: (order: number) => boolean,
): number => {
  if (index >= file.i_size_npages && pastISize(file, index)) return REFUSED;
  if (isPresent(file.folios, index)) return PRESENT;
  let got = ALLOCATED;
  for (const order of orders.toReversed()) {
    if (order === 0 || order > file.order || !allows(order)) continue;
    if (hasNoRoom(file, index, order)) {
      got = FELL_BACK;
      continue;
    }
    allocated(file, alignDown(index, order), order);
    return got;
  }
  allocated(file, index, 0);
  return got;
};

/** First page of the folio that holds `index`; its order is then in `file.folios.order`. The page must be present. */
export function folioOf(file: BackingFile, index: number): number {
  const start = folioAt(file.folios, index);
  if (start < 0) throw new Error(`page ${index} is not in the file`);
  return start;
}

/** Free the folios that lie entirely in the half-open range; what is left of one that it cuts, the behaviour says. */
export function punchHole(file: BackingFile, first: number, count: number): void {
  cutFolios(file.folios, file.behaviour.split, first, first + count, file.i_size_npages);
}

/** Set i_size. Unless the file grows, folios past the new end are freed, those too that were allocated there. */
export function truncateFile(file: BackingFile, size: Npages): void {
  const grows = size > file.i_size_npages;
  file.i_size_npages = size;
  if (!grows) punchHole(file, size, 2 ** 52 - size);
}
