/**
 * How the picture is laid out. File pages and guest frames share one scale, which counts pages from the slot's start in
 * each: what is mapped as it should be stands straight below, and a mapping that is wrong leans.
 */

import { alignDown, alignUp, folioNpages } from "../../../model/units.ts";
import type { Effect, Range } from "../../../sim/step.ts";
import type { BoundSlot, Moment } from "./moments.ts";
import type { Scale } from "./scale.ts";
import { scaleOf } from "./scale.ts";
import type { Hand } from "./story.ts";

type Faulted = Extract<Effect, { effect: "faulted" }>;

export interface Frame {
  readonly scale: Scale;
  /** File page, and guest frame, at 0 of the scale. */
  readonly pgoff: number;
  readonly base_gfn: number;
}

/** What the picture shows of one moment. */
export interface Shown {
  readonly hand: Hand;
  /** Whether the slot in hand is bound; if not, it is drawn as what was asked for. */
  readonly state: "asked" | "refused" | "bound";
  readonly others: readonly BoundSlot[];
  readonly folios: readonly Range[];
  /** The fault of this moment, or the last one before it. */
  readonly fault: Faulted | undefined;
  /** Guest frame of that fault. */
  readonly gfn: number | undefined;
  /** Order of the file at this moment. */
  readonly order: number;
}

const isHand = ({ slot }: Hand, other: BoundSlot): boolean =>
  other.vm === slot.vm && other.id === slot.slot && other.base_gfn === slot.base_gfn && other.pgoff === slot.pgoff;

/** The moment after step `at`. */
export function shownAt(moments: readonly Moment[], at: number, hand: Hand, first: number): Shown {
  const now = moments[at];
  const bound = now?.slots.some((slot) => isHand(hand, slot)) ?? false;
  const refused = at >= hand.boundAt && moments[hand.boundAt]?.effect.effect === "refused";
  const touched = moments
    .slice(0, at + 1)
    .flatMap(({ op, effect }) =>
      op.op === "fault" && op.vm === hand.slot.vm && effect.effect === "faulted"
        ? [{ gfn: op.gfn, fault: effect }]
        : [],
    )
    .at(-1);
  const { pgoff, base_gfn } = touched?.fault.slot ?? {};
  const inHand = pgoff === hand.slot.pgoff && base_gfn === hand.slot.base_gfn ? touched : undefined;
  return {
    hand,
    state: bound ? "bound" : refused ? "refused" : "asked",
    others: now?.slots.filter((slot) => !isHand(hand, slot)) ?? [],
    folios: now?.folios ?? [],
    fault: inHand?.fault,
    gfn: inHand?.gfn,
    order: now?.order ?? first,
  };
}

const end = ({ start, npages }: Range): number => start + npages;

/** More slots than this are drawn without a place of their own. */
const MAX_OTHERS = 8;

/** Pages of the file, and frames of the guest, that are told with a number; the telling ones first. */
export function pointsOf({ hand, others, fault }: Shown): {
  readonly file: readonly number[];
  readonly guest: readonly number[];
} {
  const { slot, orderAtFault } = hand;
  const near = others.slice(0, MAX_OTHERS);
  const mine = near.filter(({ vm }) => vm === slot.vm);
  const file = [slot.pgoff, slot.pgoff + slot.npages];
  const guest = [slot.base_gfn, slot.base_gfn + slot.npages];
  if (fault !== undefined) {
    file.push(fault.folio.start, end(fault.folio), fault.mapping.pages.start, end(fault.mapping.pages));
    guest.push(fault.mapping.gfns.start, end(fault.mapping.gfns));
  }
  file.push(...near.flatMap(({ pgoff, npages }) => [pgoff, pgoff + npages]));
  file.push(alignDown(slot.pgoff, orderAtFault), alignUp(slot.pgoff + slot.npages, orderAtFault));
  guest.push(...mine.flatMap(({ base_gfn, npages }) => [base_gfn, base_gfn + npages]));
  return { file: [...new Set(file)], guest: [...new Set(guest)] };
}

/** Lays the picture out for a width in pixels. */
export function frameOf(shown: Shown, width: number): Frame {
  const { pgoff, base_gfn } = shown.hand.slot;
  const { file, guest } = pointsOf(shown);
  const touched = shown.gfn === undefined ? [] : [shown.gfn - base_gfn];
  const numbers = [...file.map((page) => page - pgoff), ...guest.map((frame) => frame - base_gfn), ...touched];
  const scale = scaleOf(numbers, width, Math.min(28, width / 14));
  // Where it is not to scale anyhow, what is small is as wide as its name.
  const legible = scale.breaks.length === 0 ? scale : scaleOf(numbers, width, Math.min(68, width / 12));
  return { scale: legible, pgoff, base_gfn };
}

export const fileX = ({ scale, pgoff }: Frame, page: number): number => scale.x(page - pgoff);
export const guestX = ({ scale, base_gfn }: Frame, gfn: number): number => scale.x(gfn - base_gfn);

/** Boundaries of folios of the file's order, where they are far enough apart to be seen; file pages. */
export function gridOf({ scale, pgoff }: Frame, order: number): readonly number[] {
  const from = (scale.points[0] ?? 0) + pgoff;
  const to = (scale.points.at(-1) ?? 0) + pgoff;
  const step = folioNpages(order);
  const count = Math.floor((to - from) / step);
  if (count < 1 || count > scale.width / 10) return [];
  const first = alignUp(from, order);
  return Array.from({ length: count + 1 }, (_, i) => first + i * step).filter((page) => page <= to);
}

/** The parts of a folio that lie in no place that the slot has in the file: below it, and past it. */
export function outsideOf(folio: Range, slot: { readonly pgoff: number; readonly npages: number }): readonly Range[] {
  const below = {
    start: folio.start,
    npages: Math.min(end(folio), slot.pgoff) - folio.start,
  };
  const from = Math.max(folio.start, slot.pgoff + slot.npages);
  const past = { start: from, npages: end(folio) - from };
  return [below, past].filter(({ npages }) => npages > 0);
}
