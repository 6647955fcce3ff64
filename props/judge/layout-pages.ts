/**
 * Which pages can back the slots of a layout, with no rule asked: how many, or why none; where folios leave the slot's
 * part of the file, and onto which other slot; where to cut or to put the slot so that they do not.
 *
 * Slots are looked at together as they are before the next one is deleted or moved: that is the whole of the layout that
 * a slot was made for.
 */

import { alignDown, alignUp, toBytes } from "../../model/units.ts";
import { orderText } from "../../sim/setting.ts";
import type { Fit, Place, Split } from "../../sim/layout/fit.ts";
import { blocksIn, fitOf, placeOf, splitOf } from "../../sim/layout/fit.ts";
import type { LayoutSlot } from "../../sim/layout/layout.ts";
import type { Others } from "../../sim/layout/placement.ts";
import { nearestGpa, nearestOffset } from "../../sim/layout/placement.ts";
import type { Ranges, Span } from "../../sim/layout/ranges.ts";
import { addRange, dropRange, meeting, noRanges } from "../../sim/layout/ranges.ts";

/** So many slots that a folio reaches are named. */
const MOST_NAMED = 3;

/** Pages of a folio that are not the slot's. */
export interface Escape {
  readonly npages: number;
  /** Other slots with a part of the file there. */
  readonly onto: readonly LayoutSlot[];
  /** There are more than these. */
  readonly more: boolean;
}

/** What pages of one size can do for a slot. Pages of 4 KiB. */
export interface SlotPages extends Fit {
  readonly startsBelow: Escape | undefined;
  readonly endsPast: Escape | undefined;
  readonly split: Split | undefined;
  /** Where the slot is not congruent, or its folios reach others: the nearest place where neither is so. */
  readonly nearestOffset: number | undefined;
  /** Where the slot is not congruent: the nearest place in the guest where it is, and a page fits. */
  readonly nearestGpa: number | undefined;
  /** As long as one page of the size, or longer. */
  readonly longEnough: boolean;
  /** A page fits its guest frames only if both its gpa and its offset change. */
  readonly bothInTheWay: boolean;
}

export interface PlacedSlot {
  readonly slot: LayoutSlot;
  /** Of each size that was asked for, in that order. */
  readonly pages: readonly SlotPages[];
}

function escapeTo({ inFile, self }: Others<LayoutSlot>, span: Span): Escape | undefined {
  if (span.start >= span.end) return undefined;
  const met = meeting(inFile, span, MOST_NAMED + 2)
    .map(({ value }) => value)
    .filter((slot) => slot !== self);
  return { npages: span.end - span.start, onto: met.slice(0, MOST_NAMED), more: met.length > MOST_NAMED };
}

/** One slot beside the others that are there with it. */
export function slotPages(place: Place, order: number, others: Others<LayoutSlot>): SlotPages {
  const { pgoff, npages } = place;
  const end = pgoff + npages;
  const fit = fitOf(place, order);
  const startsBelow = escapeTo(others, { start: alignDown(pgoff, order), end: pgoff });
  const endsPast = escapeTo(others, { start: end, end: alignUp(end, order) });
  const reaches = [startsBelow, endsPast].some((escape) => escape !== undefined && escape.onto.length > 0);
  const differs = fit.offsetDiffers !== 0;
  const longEnough = npages >= 2 ** order;
  return {
    ...fit,
    startsBelow,
    endsPast,
    split: splitOf(place, order),
    nearestOffset: differs || reaches ? nearestOffset(place, order, others) : undefined,
    nearestGpa: differs ? nearestGpa(place, order, others) : undefined,
    longEnough,
    bothInTheWay: longEnough && fit.fit === 0 && blocksIn(pgoff, npages, order) === 0,
  };
}

const at = <K>(ranges: Map<K, Ranges<LayoutSlot>>, key: K): Ranges<LayoutSlot> => {
  const known = ranges.get(key) ?? noRanges<LayoutSlot>();
  ranges.set(key, known);
  return known;
};

const spaceOf = ({ vm, as_id }: LayoutSlot): string => `${vm} ${as_id}`;

/**
 * Every slot with what pages of these sizes can do for it, in order.
 * @param slots in the order in which they were made
 */
export function* placedSlots(slots: readonly LayoutSlot[], orders: readonly number[]): Generator<PlacedSlot> {
  const files = new Map<number, Ranges<LayoutSlot>>();
  const guests = new Map<string, Ranges<LayoutSlot>>();
  const goes = slots.filter(({ gone }) => gone !== Infinity).toSorted((a, b) => a.gone - b.gone);
  let waiting: LayoutSlot[] = [];
  const answers = (): PlacedSlot[] =>
    waiting.map((slot) => {
      const others = { inFile: at(files, slot.file), inGuest: at(guests, spaceOf(slot)), self: slot };
      return { slot, pages: orders.map((order) => slotPages(placeOf(slot), order, others)) };
    });
  let next = 0;
  for (const slot of slots) {
    for (let going = goes[next]; going !== undefined && going.gone < slot.made; going = goes[++next]) {
      yield* answers();
      waiting = [];
      const { base_gfn, pgoff } = placeOf(going);
      dropRange(at(files, going.file), pgoff, going.made);
      dropRange(at(guests, spaceOf(going)), base_gfn, going.made);
    }
    const { base_gfn, pgoff, npages } = placeOf(slot);
    addRange(at(files, slot.file), { start: pgoff, end: pgoff + npages }, slot.made, slot);
    addRange(at(guests, spaceOf(slot)), { start: base_gfn, end: base_gfn + npages }, slot.made, slot);
    waiting.push(slot);
  }
  yield* answers();
}

const bytes = (pages: number): string => `0x${toBytes(pages).toString(16)}`;
const maybeBytes = (pages: number | undefined): string | null => (pages === undefined ? null : bytes(pages));

const escapeJson = (escape: Escape | undefined) =>
  escape === undefined
    ? null
    : {
        bytes: bytes(escape.npages),
        onto: escape.onto.map(({ as_id, slot }) => ({ as_id, slot })),
        more: escape.more,
      };

const pageJson = (page: SlotPages) => ({
  page: orderText(page.order),
  fit: page.fit,
  backed: page.backed,
  offset_differs: bytes(page.offsetDiffers),
  userspace_addr_differs: maybeBytes(page.addressDiffers),
  starts_below: escapeJson(page.startsBelow),
  ends_past: escapeJson(page.endsPast),
  split:
    page.split === undefined
      ? null
      : {
          gpa: bytes(page.split.base_gfn),
          offset: bytes(page.split.pgoff),
          size: bytes(page.split.npages),
        },
  nearest_offset: maybeBytes(page.nearestOffset),
  nearest_gpa: maybeBytes(page.nearestGpa),
});

/** What stands beside a slot's own words in JSON. Bytes are "0x…" strings. */
export const pagesJson = ({ vm, as_id, moved, file, offset_from }: LayoutSlot, pages: readonly SlotPages[]) => ({
  vm,
  as_id,
  moved,
  file,
  offset_from,
  pages: pages.map(pageJson),
});
