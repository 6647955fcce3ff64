/** The nearest place, in the file or in the guest, where a slot of a layout is congruent and in nobody's way. */

import { alignDown, alignUp, folioNpages } from "../../model/units.ts";
import type { Place } from "./fit.ts";
import { blocksIn } from "./fit.ts";
import type { Ranges, Span } from "./ranges.ts";
import { meeting } from "./ranges.ts";

/** So many slots in the way are passed on either side. */
const MOST_PASSED = 256;

/** One past the last page that a file can have: an offset is a loff_t. */
const FILE_END = 2 ** 51;
/** One past the last guest frame of any x86-64: 52 bits of guest physical address. */
const GUEST_END = 2 ** 40;

interface Search<T> {
  readonly taken: Ranges<T>;
  readonly self: T;
  readonly from: number;
  readonly residue: number;
  readonly order: number;
  readonly npages: number;
  /** What must be free: whole folios around the slot, or no more than its own pages. */
  readonly around: boolean;
  readonly end: number;
}

/** A place, or how far was looked without finding one. */
interface Found {
  readonly place: number | undefined;
  readonly looked: number;
}

function spanAt<T>({ around, npages, order }: Search<T>, place: number): Span {
  return around
    ? { start: alignDown(place, order), end: alignUp(place + npages, order) }
    : { start: place, end: place + npages };
}

/** Two are asked for: one of them may be the slot itself. */
const inTheWay = <T>({ taken, self }: Search<T>, span: Span): Span | undefined =>
  meeting(taken, span, 2).find(({ value }) => value !== self);

const atLeast = (n: number, residue: number, order: number): number => alignUp(n - residue, order) + residue;
const atMost = (n: number, residue: number, order: number): number => alignDown(n - residue, order) + residue;

function above<T>(search: Search<T>): Found {
  const { from, residue, order, around, end } = search;
  let place = atLeast(Math.max(from, residue), residue, order);
  for (let passed = 0; passed < MOST_PASSED; passed++) {
    const span = spanAt(search, place);
    if (span.end > end) return { place: undefined, looked: Infinity };
    const other = inTheWay(search, span);
    if (other === undefined) return { place, looked: place - from };
    place = atLeast(Math.max(around ? alignUp(other.end, order) : other.end, residue), residue, order);
  }
  return { place: undefined, looked: place - from };
}

function below<T>(search: Search<T>): Found {
  const { from, residue, order, npages, around } = search;
  let most = from;
  for (let passed = 0; passed < MOST_PASSED; passed++) {
    if (most < residue) return { place: undefined, looked: Infinity };
    const place = atMost(most, residue, order);
    const other = inTheWay(search, spanAt(search, place));
    if (other === undefined) return { place, looked: from - place };
    most = (around ? alignDown(other.start, order) : other.start) - npages;
  }
  return { place: undefined, looked: from - most };
}

/** The nearer of both sides, the lower where they are as near; undefined where none was found, or not for certain. */
function nearest<T>(search: Search<T>): number | undefined {
  const [down, up] = [below(search), above(search)];
  if (down.place !== undefined && down.looked <= up.looked) return down.place;
  return up.place !== undefined && up.looked <= down.looked ? up.place : undefined;
}

/** Slots that are there together, by their parts of one file and by their frames of one address space. */
export interface Others<T> {
  readonly inFile: Ranges<T>;
  readonly inGuest: Ranges<T>;
  /** The slot that is placed. */
  readonly self: T;
}

/** The nearest offset that is congruent to the slot's gpa, and from where its folios reach no other slot's part. */
export const nearestOffset = <T>(
  { base_gfn, pgoff, npages }: Place,
  order: number,
  { inFile, self }: Others<T>,
): number | undefined =>
  nearest({
    taken: inFile,
    self,
    from: pgoff,
    residue: base_gfn % folioNpages(order),
    order,
    npages,
    around: true,
    end: FILE_END,
  });

/** The nearest gpa that is congruent to the slot's offset, where no other slot's frames are and a page of the size fits. */
export function nearestGpa<T>(
  { base_gfn, pgoff, npages }: Place,
  order: number,
  { inGuest, self }: Others<T>,
): number | undefined {
  const residue = pgoff % folioNpages(order);
  if (blocksIn(residue, npages, order) === 0) return undefined;
  return nearest({ taken: inGuest, self, from: base_gfn, residue, order, npages, around: false, end: GUEST_END });
}
