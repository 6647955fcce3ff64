/**
 * What truncate, punch and the undo of a failed fallocate leave of a file's folios.
 *
 * as in the kernel: folios wholly inside the range go; one at the edge is split, uniformly to single pages or buddy-wise
 *   towards the edge, and a split drops every new folio behind max(i_size, fallocend) except its first.
 * simplified: a split never fails; zeroing changes nothing that a model of presence could see.
 * left out: a pin or a transient reference that makes a split fail.
 */

import { folioAt, insertFolio, nextFolio, removeFolio } from "../folios/folios.ts";
import { folioNpages } from "../units.ts";
import type { Family } from "./family.ts";
import type { ShmemFile } from "./file.ts";
import { keepEnd, uncharge } from "./file.ts";

/** A folio that is split, collapsed or removed leaves every page table. @kernel mm/rmap.c try_to_unmap */
export function unmapFolio(file: ShmemFile, start: number): void {
  file.tails = file.tails.filter(({ folio }) => folio !== start);
}

function dropFolio(file: ShmemFile, start: number): void {
  unmapFolio(file, start);
  folioAt(file.folios, start);
  uncharge(file.mount, folioNpages(file.folios.order));
  removeFolio(file.folios, start);
}

/** Puts one piece of a split folio back, unless it lies behind the end of the file and is not the first. */
function putPiece(file: ShmemFile, head: number, start: number, order: number, uptodate: boolean): void {
  if (start !== head && start >= keepEnd(file)) uncharge(file.mount, folioNpages(order));
  else insertFolio(file.folios, start, order, uptodate);
}

/** Into single pages. @kernel mm/huge_memory.c split_huge_page_to_list_to_order */
export function splitUniform(file: ShmemFile, start: number): void {
  unmapFolio(file, start);
  folioAt(file.folios, start);
  const { order, uptodate } = file.folios;
  removeFolio(file.folios, start);
  for (let at = start; at < start + folioNpages(order); at++) putPiece(file, start, at, 0, uptodate);
}

/** Halves, and halves again the part with page `at`, until that is a single page. @kernel mm/huge_memory.c folio_split */
function splitBuddy(file: ShmemFile, start: number, at: number): void {
  unmapFolio(file, start);
  folioAt(file.folios, start);
  const { order, uptodate } = file.folios;
  removeFolio(file.folios, start);
  const pieces: { start: number; order: number }[] = [];
  let from = start;
  for (let half = order - 1; half >= 0; half--) {
    const middle = from + folioNpages(half);
    const inUpper = at >= middle;
    pieces.push({ start: inUpper ? from : middle, order: half });
    if (inUpper) from = middle;
  }
  pieces.push({ start: from, order: 0 });
  for (const piece of pieces) putPiece(file, start, piece.start, piece.order, uptodate);
}

/** A range of bytes, as the pages it touches and the pages it covers. `Infinity` where it has no end. */
export interface ByteSpan {
  /** Page of the first byte. */
  readonly touches_from: number;
  /** First page covered as a whole. */
  readonly covers_from: number;
  /** One more than the last page covered as a whole. */
  readonly covers_to: number;
  /** One more than the last page touched. */
  readonly touches_to: number;
}

/** [from, to) in bytes; without `to`, up to the end of everything. */
export function byteSpan(from: bigint, to?: bigint): ByteSpan {
  return {
    touches_from: Number(from >> 12n),
    covers_from: Number((from + 4095n) >> 12n),
    covers_to: to === undefined ? Infinity : Number(to >> 12n),
    touches_to: to === undefined ? Infinity : Number((to + 4095n) >> 12n),
  };
}

/** Cuts one folio to the range. Says whether the folio is still large at its first page: then the walk goes on behind it. */
function cutFolio(family: Family, file: ShmemFile, start: number, span: ByteSpan): void {
  const { folios } = file;
  folioAt(folios, start);
  const { order } = folios;
  const end = start + folioNpages(order);
  if (span.covers_from <= start && span.covers_to >= end) {
    dropFolio(file, start);
    return;
  }
  if (order === 0) return;
  if (family.split === "uniform") {
    splitUniform(file, start);
    return;
  }
  splitBuddy(file, start, Math.max(span.touches_from, start));
  if (span.covers_to >= end) return;
  // The second cut is made even where the range ends with a folio of the first.
  const second = folioAt(folios, span.covers_to);
  if (second >= 0 && folios.order > 0) splitBuddy(file, second, span.covers_to);
}

function endOf(file: ShmemFile, start: number): number {
  return start + folioNpages(file.folios.order);
}

/** Removes what the range covers and cuts what it touches. @kernel mm/shmem.c shmem_undo_range */
export function removeRange(family: Family, file: ShmemFile, span: ByteSpan): void {
  const { folios } = file;
  if (file.fallocend > span.covers_from && file.fallocend <= span.covers_to) file.fallocend = span.covers_from;
  const first = folioAt(folios, span.touches_from);
  if (first >= 0) cutFolio(family, file, first, span);
  // In the folio just cut, no piece straddles the end of the range.
  const last = span.touches_to === Infinity ? -1 : folioAt(folios, span.touches_to - 1);
  if (last >= 0) cutFolio(family, file, last, span);
  // Nor does one straddle its beginning.
  for (let at = nextFolio(folios, span.covers_from); at >= 0;) {
    const end = endOf(file, at);
    if (end > span.covers_to) return;
    dropFolio(file, at);
    at = nextFolio(folios, end);
  }
}

/**
 * Takes back what a failed fallocate has put into pages [from, to): folios that are not up to date. The folio it began in may
 * start before `from`. That one is cut, and unless its first piece is a single page, the walk goes on behind it: its other
 * pieces stay.
 * @kernel mm/shmem.c shmem_undo_range, unfalloc
 */
export function undoFallocate(family: Family, file: ShmemFile, from: number, to: number): void {
  const { folios } = file;
  const span: ByteSpan = { touches_from: from, covers_from: from, covers_to: to, touches_to: to };
  for (let at = nextFolio(folios, from); at >= 0 && at < to;) {
    const end = endOf(file, at);
    if (!folios.uptodate) {
      cutFolio(family, file, at, span);
      if (folioAt(folios, at) === at && folios.order === 0) {
        at = nextFolio(folios, family.undo_skips_page ? from + 1 : from);
        continue;
      }
    }
    at = nextFolio(folios, end);
  }
}
