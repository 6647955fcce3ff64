/** The folios of a file that has few: records that are used again and again, in no order. */

import type { Few, Folio, Folios, Form } from "./form.ts";
import { insertIntoList, MANY_OF_THEM, newRegions } from "./regions.ts";

const FEW = 8;

export const newFew = (): Few => Array.from({ length: FEW }, () => ({ start: 0, order: 0, uptodate: false }));

const endOf = ({ start, order }: Folio): number => start + (1 << order);

/** Which of the records holds the page, or -1. */
const at = ({ few, count }: Folios, page: number): number => {
  for (let i = 0; i < count; i++) {
    const folio = few[i] as Folio;
    if (folio.start <= page && page < endOf(folio)) return i;
  }
  return -1;
};

const anyPresent = ({ few, count }: Folios, start: number, order: number): boolean => {
  const after = start + (1 << order);
  for (let i = 0; i < count; i++) {
    const folio = few[i] as Folio;
    if (folio.start < after && start < endOf(folio)) return true;
  }
  return false;
};

/** Which of the records is the first, by page, that ends after the page, or -1. */
const next = ({ few, count }: Folios, page: number): number => {
  let best = -1;
  for (let i = 0; i < count; i++) {
    const folio = few[i] as Folio;
    if (endOf(folio) > page && (best < 0 || folio.start < (few[best] as Folio).start)) best = i;
  }
  return best;
};

const set = ({ few }: Folios, i: number, start: number, order: number, uptodate: boolean): void => {
  const folio = few[i] as Folio;
  folio.start = start;
  folio.order = order;
  folio.uptodate = uptodate;
};

/** Tell of a record; its first page, or -1 for none. */
const found = (f: Folios, i: number): number => {
  if (i < 0) return -1;
  const folio = f.few[i] as Folio;
  f.order = folio.order;
  f.uptodate = folio.uptodate;
  return folio.start;
};

/** There are more than a few: from records to regions. */
function spill(f: Folios): void {
  const regions = newRegions();
  for (const { start, order, uptodate } of f.few) insertIntoList(regions, start, order, uptodate);
  f.regions = regions;
  f.bitmaps = regions.bitmaps;
  f.form = MANY_OF_THEM;
}

const insert = (f: Folios, start: number, order: number, uptodate: boolean): void => {
  if (f.count < FEW) {
    set(f, f.count, start, order, uptodate);
    return;
  }
  spill(f);
  f.form.insert(f, start, order, uptodate);
};

function remove(f: Folios, start: number): void {
  const last = f.few[f.count - 1] as Folio;
  set(f, at(f, start), last.start, last.order, last.uptodate);
}

export const FEW_OF_THEM: Form = {
  find: (f, page) => found(f, at(f, page)),
  isPresent: (f, page) => at(f, page) >= 0,
  anyPresent,
  insert,
  remove,
  setUptodate: (f, start) => {
    (f.few[at(f, start)] as Folio).uptodate = true;
  },
  next: (f, page) => found(f, next(f, page)),
};
