/**
 * A guest's access to a frame of the judged machine, in its stages: find the slot, get the folio, map it. What it calls
 * is `const`, here and below: V8 checks at each call of a declared function that it is still the same one.
 *
 * as in the kernel: the folio is found or allocated before anything is mapped, and what is mapped is bounded by it.
 * simplified: a fault is alone; no other thread's op falls between two stages.
 * left out: the VMA of an ordinary slot, which model/kernel has.
 */

import { mappingOrder } from "../kvm/mapping.ts";
import { ACCEPTED } from "../outcome.ts";
import { folioOf, getAllowedFolio, getFolio, PRESENT, REFUSED } from "./file.ts";
import { refuse } from "../errno.ts";
import { isKnownPresent } from "../folios/folios.ts";
import type { Memslot } from "../kvm/memslots.ts";
import { findSlot } from "../kvm/memslots.ts";
import type { Gfn } from "../units.ts";
import type { StepResult, Vm } from "./machine.ts";

const BEYOND_I_SIZE = refuse("SIGBUS", "beyond_i_size");

/** The first stage of a guest's access to a frame: find the slot. */
export const enter = (vm: Vm, vmIndex: number, gfn: number): Memslot | undefined => {
  const table = vm.tables[vmIndex];
  const slot = table === undefined ? undefined : findSlot(table, gfn as Gfn);
  vm.saw.refusal = undefined;
  vm.saw.slot = slot;
  return slot;
};

const noFolio = (saw: StepResult, gfn: number): void => {
  saw.gfn = gfn;
  saw.bound = undefined;
  saw.got = -1;
  saw.mapped_order = -1;
};

/** Where a rule says which orders a page may have: bounded at get_page, rather than when the slot was bound. */
const getAllowedFolioOf = ({ world, file }: Vm, { pgoff, base_gfn, npages, ugfn }: Memslot, index: number): number =>
  getAllowedFolio(
    file,
    index,
    world.orders,
    (order) =>
      world.order_rule?.(pgoff, base_gfn, npages, ugfn, file.order, file.i_size_npages, index, order) === ACCEPTED,
  );

/** The second stage: get the folio behind a frame of the slot. */
export const getFolioOf = (vm: Vm, slot: Memslot, gfn: number): void => {
  const { saw, file } = vm;
  const index = gfn - slot.base_gfn + slot.pgoff;
  const got = vm.world.order_rule === undefined ? getFolio(file, index) : getAllowedFolioOf(vm, slot, index);
  if (got === REFUSED) {
    saw.refusal = BEYOND_I_SIZE;
    noFolio(saw, gfn);
    return;
  }
  // A present page's folio has to be looked for, which only a mapping needs.
  const known = got > PRESENT;
  saw.got = got;
  saw.gfn = gfn;
  saw.index = index;
  saw.folio_start = known ? file.got_start : -1;
  saw.folio_order = known ? file.got_order : -1;
  saw.mapped_order = -1;
};

/** The third stage: map it. */
export function mapFolio(vm: Vm, slot: Memslot): void {
  const { saw, file, world } = vm;
  if (saw.got < 0) return;
  if (saw.got === PRESENT) {
    saw.folio_start = folioOf(file, saw.index);
    saw.folio_order = file.folios.order;
  }
  saw.mapped_order = mappingOrder(
    world.arch,
    world.level_rule,
    world.map_rule,
    slot,
    saw.gfn,
    saw.folio_order,
    file.order,
    file.i_size_npages,
  );
}

const enterAndGetFolio = (vm: Vm, vmIndex: number, gfn: number): void => {
  const slot = enter(vm, vmIndex, gfn);
  if (slot === undefined) noFolio(vm.saw, gfn);
  else getFolioOf(vm, slot, gfn);
};

/**
 * An access to a page that is there, in the slot that was found last, as most accesses of a long run are. It goes the
 * short ways alone, so that it is small enough for V8 to inline it whole.
 * @returns false if those do not lead there; then nothing was done
 */
const touchPresent = (vm: Vm, vmIndex: number, gfn: number): boolean => {
  const table = vm.tables[vmIndex];
  if (table === undefined) return false;
  const slot = table.last;
  if (slot === undefined) return false;
  const at = gfn - slot.base_gfn;
  if (at < 0 || at >= slot.npages) return false;
  const index = at + slot.pgoff;
  if (!isKnownPresent(vm.file.folios, index) || index >= vm.file.i_size_npages) return false;
  const { saw } = vm;
  saw.refusal = undefined;
  // Mostly it is the same one, and V8's collector has to be told of every reference that is written.
  if (saw.slot !== slot) saw.slot = slot;
  saw.gfn = gfn;
  saw.index = index;
  saw.got = PRESENT;
  saw.folio_start = -1;
  saw.folio_order = -1;
  saw.mapped_order = -1;
  return true;
};

/** The first two stages of a guest's access to a frame: find the slot, get the folio. */
export const allocate = (vm: Vm, vmIndex: number, gfn: number): void => {
  if (!touchPresent(vm, vmIndex, gfn)) enterAndGetFolio(vm, vmIndex, gfn);
};

/** A guest's access to a frame: find the slot, get the folio, map it. */
export function fault(vm: Vm, vmIndex: number, gfn: number): void {
  const slot = enter(vm, vmIndex, gfn);
  if (slot === undefined) {
    noFolio(vm.saw, gfn);
    return;
  }
  getFolioOf(vm, slot, gfn);
  mapFolio(vm, slot);
}
