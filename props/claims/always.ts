/**
 * The claims of model/claim.ts, measured: how many pages are where they must not be after a fault, or after a bind; 0 is
 * good. One comparison each, so that one broken claim never hides another.
 */

import type { BindingClaim, ClaimName, FaultClaim, OwnClaim } from "../../model/claim.ts";
import { isAboutOthers, isAllocation, isBinding, isOwn } from "../../model/claim.ts";
import { turnedDown } from "../../model/abstract/bind.ts";
import { PRESENT } from "../../model/abstract/file.ts";
import { ACCEPTED } from "../../model/outcome.ts";
import type { Memslot } from "../../model/kvm/memslots.ts";
import { alignDown, folioNpages } from "../../model/units.ts";
import type { Vm } from "../../model/abstract/machine.ts";

export type Measure = (vm: Vm, slot: Memslot) => number;

const above0 = (n: number): number => (n > 0 ? n : 0);

/** Pages that two half-open ranges share. */
const overlap = (a: number, aEnd: number, b: number, bEnd: number): number =>
  above0(Math.min(aEnd, bEnd) - Math.max(a, b));

const folioEnd = ({ saw }: Vm): number => saw.folio_start + folioNpages(saw.folio_order);
/** First guest frame and first file page of the mapping the guest got. */
const mappedGfn = ({ saw }: Vm): number => alignDown(saw.gfn, saw.mapped_order);
const mappedPage = ({ saw }: Vm): number => alignDown(saw.index, saw.mapped_order);
const mappedNpages = ({ saw }: Vm): number => folioNpages(saw.mapped_order);

/** An allocation happened in this fault; a page that was there already is an earlier fault's. */
const allocated = ({ saw }: Vm): boolean => saw.got > PRESENT;

export const always = {
  /** folio.start >= slot.pgoff */
  folio_starts_in_slot: (vm, slot) => (allocated(vm) ? above0(slot.pgoff - vm.saw.folio_start) : 0),

  /** folio.end <= slot.pgoff + slot.npages */
  folio_ends_in_slot: (vm, slot) => (allocated(vm) ? above0(folioEnd(vm) - (slot.pgoff + slot.npages)) : 0),

  /** No page of another slot's file range that is not in the faulting slot's range too. */
  folio_avoids_other_slots: (vm, slot) => {
    if (!allocated(vm)) return 0;
    const start = vm.saw.folio_start;
    const end = folioEnd(vm);
    let outside = 0;
    for (const other of vm.bindings) {
      if (other === slot) continue;
      const otherEnd = other.pgoff + other.npages;
      outside += overlap(start, Math.min(end, slot.pgoff), other.pgoff, otherEnd);
      outside += overlap(Math.max(start, slot.pgoff + slot.npages), end, other.pgoff, otherEnd);
    }
    return outside;
  },
  /** mapping.gfns.start >= slot.base_gfn */
  mapping_starts_in_slot: (vm, slot) => above0(slot.base_gfn - mappedGfn(vm)),

  /** mapping.gfns.end <= slot.base_gfn + slot.npages */
  mapping_ends_in_slot: (vm, slot) => above0(mappedGfn(vm) + mappedNpages(vm) - (slot.base_gfn + slot.npages)),

  /** mapping.pages.start >= slot.pgoff */
  mapping_starts_in_binding: (vm, slot) => above0(slot.pgoff - mappedPage(vm)),

  /** mapping.pages.end <= slot.pgoff + slot.npages */
  mapping_ends_in_binding: (vm, slot) => above0(mappedPage(vm) + mappedNpages(vm) - (slot.pgoff + slot.npages)),

  /** Frame base_gfn + i maps file page pgoff + i: the distance between the page mapped and the page meant. */
  mapping_translates: (vm, slot) => Math.abs(mappedPage(vm) - slot.pgoff - (mappedGfn(vm) - slot.base_gfn)),
} satisfies Readonly<Record<Exclude<FaultClaim, OwnClaim>, Measure>>;

/** Of the slot that was bound just now. Page numbers below 2^53 are exact: no sum wraps, and none has a sign. */
export const atBind = {
  /** slot.pgoff + slot.npages <= i_size */
  binding_in_file: ({ file }, slot) => above0(slot.pgoff + slot.npages - file.i_size_npages),
} satisfies Readonly<Record<Exclude<BindingClaim, "accepts">, Measure>>;

/** Does the world say of the slot that was asked about just now that the bind rule has to take it? */
export const mustBeTaken = ({ world, file, region }: Vm): boolean => {
  const { pgoff, base_gfn, npages, ugfn } = region;
  return world.must_rule?.(pgoff, base_gfn, npages, ugfn, file.order, file.i_size_npages) === ACCEPTED;
};

/** Pages of the slot that the bind rule turned down just now, though it must be taken; one that another check refuses, nobody can take. */
const turnedDownWrongly = (vm: Vm): number => {
  const { saw, region, tables } = vm;
  if (saw.got >= 0 || !turnedDown(saw.refusal)) return 0;
  const { base_gfn, npages } = region;
  const [table] = tables;
  if (table === undefined || base_gfn + npages - 1 > table.limits.max_gfn) return 0;
  return mustBeTaken(vm) ? npages : 0;
};

/** What a claim of the user's reads of the last fault, but for what is of another slot, in the order of CLAIM_WORDS. */
const saidOf = (vm: Vm, { base_gfn, npages, pgoff }: Memslot, other: Memslot | undefined): readonly number[] => [
  vm.saw.folio_start,
  folioEnd(vm),
  pgoff,
  pgoff + npages,
  other?.pgoff ?? 0,
  other === undefined ? 0 : other.pgoff + other.npages,
  vm.saw.index,
  mappedPage(vm),
  base_gfn,
  base_gfn + npages,
  vm.saw.gfn,
  mappedGfn(vm),
  mappedNpages(vm),
  vm.saw.folio_order,
];

/** 1 where the user's claim does not hold of the last fault, or C does not say whether it does. */
function ownMeasure(claim: OwnClaim): Measure {
  const [allocates, others] = [isAllocation(claim), isAboutOthers(claim)];
  return (vm, slot) => {
    if (allocates && !allocated(vm)) return 0;
    const holds = vm.world.own_claims?.get(claim);
    if (holds === undefined) throw new Error(`the world does not know the claim ${claim}`);
    const isBroken = (other?: Memslot): boolean => holds(...saidOf(vm, slot, other)) !== ACCEPTED;
    if (!others) return isBroken() ? 1 : 0;
    return vm.bindings.some((other) => other !== slot && isBroken(other)) ? 1 : 0;
  };
}

const own = new Map<OwnClaim, Measure>();

/** The measure of a claim about faults. */
export function measureOf(claim: FaultClaim): Measure {
  if (!isOwn(claim)) return always[claim];
  const known = own.get(claim) ?? ownMeasure(claim);
  own.set(claim, known);
  return known;
}

/** How many pages the last op put where the claim forbids, of a claim of the user's 1 where it is broken; 0 for an op that is not of those the claim is about. */
export function excess(claim: ClaimName, vm: Vm): number {
  const { got, slot, bound } = vm.saw;
  if (claim === "accepts") return turnedDownWrongly(vm);
  if (isBinding(claim)) return got >= 0 || bound === undefined ? 0 : atBind[claim](vm, bound);
  return got < 0 || slot === undefined ? 0 : measureOf(claim)(vm, slot);
}
