/**
 * What a hole, or a new end of the file, leaves of its folios. Told by what is kept, so that it shares nothing with the kernel
 * machine's walk (model/kernel/split.ts), against which it is compared.
 *
 * as in the kernel: folios that lie in the range go; one that is cut is split, and pieces past i_size but the first go with it.
 * simplified: a split never fails; fallocate never promised a page.
 * left out: ranges that end within a page.
 */

import { alignDown, folioNpages } from "../units.ts";
import type { Folios } from "../folios/folios.ts";
import { folioAt, insertFolio, nextFolio, removeFolio } from "../folios/folios.ts";
import type { FileBehaviour } from "./behaviour.ts";

interface Piece {
  readonly start: number;
  readonly order: number;
}

const endOf = ({ start, order }: Piece): number => start + folioNpages(order);

/** The halves of a block towards one of its pages: as large as they can be without it, and the page itself. */
function halves(block: Piece, page: number): Piece[] {
  if (block.order === 0) return [block];
  const order = block.order - 1;
  const near = alignDown(page, order);
  const far = near === block.start ? block.start + folioNpages(order) : block.start;
  return [{ start: far, order }, ...halves({ start: near, order }, page)];
}

const pagesOf = (block: Piece): Piece[] =>
  Array.from({ length: folioNpages(block.order) }, (_, at) => ({ start: block.start + at, order: 0 }));

/** The pieces that a cut folio falls into. [first, end) is the range. */
function pieces(split: "uniform" | "buddy", folio: Piece, first: number, end: number): Piece[] {
  if (split === "uniform") return pagesOf(folio);
  const once = halves(folio, Math.max(first, folio.start));
  if (end >= endOf(folio)) return once;
  // The piece in which the range ends is cut as well, even where the range ends with a piece.
  return once.flatMap((piece) => (piece.start <= end && end < endOf(piece) ? halves(piece, end) : [piece]));
}

/** Folios of the file that the range [first, end) touches. */
function touched(folios: Folios, first: number, end: number): Piece[] {
  const found: Piece[] = [];
  for (let start = nextFolio(folios, first); start >= 0 && start < end;) {
    const { order } = folios;
    found.push({ start, order });
    start = nextFolio(folios, start + folioNpages(order));
  }
  return found;
}

/** Free what lies in [first, end), and split what is cut. `keepEnd` is i_size in pages. */
export function cutFolios(
  folios: Folios,
  split: FileBehaviour["split"],
  first: number,
  end: number,
  keepEnd: number,
): void {
  for (const folio of touched(folios, first, end)) {
    const inside = folio.start >= first && endOf(folio) <= end;
    // A piece of a cut folio past i_size is gone by now.
    if (folioAt(folios, folio.start) !== folio.start) continue;
    if (inside) {
      removeFolio(folios, folio.start);
      continue;
    }
    if (split === "whole" || folio.order === 0) continue;
    removeFolio(folios, folio.start);
    for (const piece of pieces(split, folio, first, end)) {
      const goes = piece.start >= first && endOf(piece) <= end;
      const isPastEnd = piece.start !== folio.start && piece.start >= keepEnd;
      if (!goes && !isPastEnd) insertFolio(folios, piece.start, piece.order, true);
    }
  }
}
