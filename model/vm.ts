/**
 * The judged machine: memslots of one or two VMs on one file, a candidate rule where the binding is checked, and the
 * fault path behind it. Functions change the machine in place and say what happened in `saw`, so that a search
 * allocates nothing per step; sim/step.ts tells the same as values. What a fault calls is `const`, here and below: V8
 * checks at each call of a declared function that it is still the same one.
 *
 * as in the kernel: the ioctl's own checks come before the rule and the gfn limit after it; a page range of the file
 *   is bound to one slot at a time (restrictedmem_bind exclusive, kvm_gmem_bind).
 * simplified: the file has one folio size at a time, see model/file.ts.
 * left out: flags-only changes, moves (a slot bound to a file cannot be moved), dirty logging, address spaces.
 */

import type { Arch } from "./arch.ts";
import { x86_64 } from "./arch.ts";
import type { Refusal } from "./errno.ts";
import { refuse } from "./errno.ts";
import type { BindRule, LevelRule, MapRule } from "./fault.ts";
import { ACCEPTED, mappingOrder, NO_END, UNDEFINED } from "./fault.ts";
import type { BackingFile } from "./file.ts";
import { folioOf, getFolio, newFile, PRESENT, punchHole, resetFile, truncateFile } from "./file.ts";
import { isKnownPresent } from "./folios.ts";
import type { Memslot, MemslotTable } from "./memslot.ts";
import {
  checkRegion,
  clearMemslots,
  emptyMemslots,
  findSlot,
  holds,
  KVM_MEM_GUEST_MEMFD,
  noSlots,
  setRegion,
} from "./memslot.ts";
import { type Gfn, MAX_ORDER, type Npages, type Pgoff, type Ugfn } from "./units.ts";

/** When the file's folio size may change. */
export type Resize = "any" | "before-bind" | "never";

/** What completes a rule: the world it is judged in. */
export interface World {
  readonly arch: Arch;
  readonly bind_rule: BindRule;
  readonly map_rule: MapRule;
  readonly level_rule: LevelRule;
  /** Orders the file may take, ascending; it starts with the first. */
  readonly orders: readonly number[];
  readonly resize: Resize;
}

/** What the last op did. Numbers, so that nothing is allocated; -1 where a field does not apply. */
export interface Saw {
  refusal: Refusal | undefined;
  /** The slot that the fault fell into. */
  slot: Memslot | undefined;
  gfn: number;
  index: number;
  /** PRESENT, ALLOCATED or FELL_BACK, or -1: no slot. */
  got: number;
  /** The folio that holds the page, after the fault. */
  folio_start: number;
  folio_order: number;
  /** Order at which the guest got it mapped. */
  mapped_order: number;
}

export interface Vm {
  readonly world: World;
  readonly file: BackingFile;
  /** One table per VM on the file. */
  readonly tables: readonly MemslotTable[];
  /** Every slot bound to the file, of every VM, oldest first. */
  readonly bindings: Memslot[];
  readonly saw: Saw;
  /** Bit per order that the file may take. */
  readonly orders: number;
  /** The order stays as it is once a slot was bound. */
  readonly fixes_order: boolean;
  readonly region: { -readonly [K in keyof Region]: Region[K] };
}

type Region = Parameters<typeof setRegion>[1];

export const NUM_VMS = 2;

const RULE_REFUSED = refuse("EINVAL", "rule");
const RULE_UNDEFINED = refuse("EINVAL", "rule_undefined");
const RULE_NO_END = refuse("EINVAL", "rule_no_end");
/** Was it the candidate rule that refused, or could not say? */
export const isRules = (refusal: Refusal): boolean =>
  refusal === RULE_REFUSED || refusal === RULE_UNDEFINED || refusal === RULE_NO_END;

const PGOFF_BOUND = refuse("EINVAL", "pgoff_already_bound");
const ORDER_UNKNOWN = refuse("EINVAL", "order_unknown");
const ORDER_FIXED = refuse("EBUSY", "order_fixed");
const VM_UNKNOWN = refuse("EBADF", "vm_unknown");
const SIZE_FIXED = refuse("EFBIG", "i_size_too_large");
const NOT_A_SLOT = refuse("EINVAL", "empty_slot");

export function newVm(world: World): Vm {
  const file = newFile(world.orders[0] ?? 0);
  return {
    world,
    file,
    tables: Array.from({ length: NUM_VMS }, () => emptyMemslots()),
    bindings: noSlots(),
    orders: world.orders.reduce((bits, order) => bits | (1 << order), 0),
    fixes_order: world.resize !== "any",
    saw: {
      refusal: undefined,
      slot: undefined,
      gfn: -1,
      index: -1,
      got: -1,
      folio_start: -1,
      folio_order: -1,
      mapped_order: -1,
    },
    region: {
      slot: 0,
      flags: KVM_MEM_GUEST_MEMFD,
      base_gfn: 0 as Gfn,
      npages: 0 as Npages,
      ugfn: 0 as Ugfn,
      pgoff: 0 as Pgoff,
      file: 0,
    },
  };
}

/** Back to an empty machine, without allocating. */
export function resetVm(vm: Vm): void {
  resetFile(vm.file, vm.world.orders[0] ?? 0);
  if (vm.bindings.length > 0) {
    for (const table of vm.tables) clearMemslots(table);
    while (vm.bindings.length > 0) vm.bindings.pop();
  }
}

/** @kernel virt/kvm/guest_memfd.c kvm_gmem_bind, with the candidate rule where alignment would be checked */
function bindToFile(slot: Memslot, { world, file, bindings }: Vm): Refusal | undefined {
  const { pgoff, base_gfn, npages, ugfn } = slot;
  const said = world.bind_rule(pgoff, base_gfn, npages, ugfn, file.order, file.i_size_npages);
  if (said !== ACCEPTED) return said === UNDEFINED ? RULE_UNDEFINED : said === NO_END ? RULE_NO_END : RULE_REFUSED;
  for (const other of bindings) {
    if (pgoff < other.pgoff + other.npages && other.pgoff < pgoff + npages) return PGOFF_BOUND;
  }
  bindings.push(slot);
  file.bound_before = true;
  return undefined;
}

function unbindFromFile(slot: Memslot, { bindings }: Vm): void {
  bindings.splice(bindings.indexOf(slot), 1);
}

const nothingSeen = (saw: Saw): void => {
  saw.refusal = undefined;
  saw.slot = undefined;
  saw.got = -1;
  saw.folio_start = -1;
  saw.folio_order = -1;
  saw.mapped_order = -1;
};

/** KVM_SET_USER_MEMORY_REGION2 with a file; all in pages. */
export function bindMemslot(
  vm: Vm,
  vmIndex: number,
  slot: number,
  base_gfn: number,
  npages: number,
  pgoff: number,
  ugfn: number,
): void {
  const { saw, region } = vm;
  nothingSeen(saw);
  const table = vm.tables[vmIndex];
  if (table === undefined) {
    saw.refusal = VM_UNKNOWN;
    return;
  }
  if (npages === 0) {
    saw.refusal = NOT_A_SLOT;
    return;
  }
  region.slot = slot;
  region.base_gfn = base_gfn as Gfn;
  region.npages = npages as Npages;
  region.pgoff = pgoff as Pgoff;
  region.ugfn = ugfn as Ugfn;
  const refusal = checkRegion(table.limits, region);
  if (refusal !== undefined) {
    saw.refusal = refusal;
    return;
  }
  const result = setRegion(table, region, bindToFile, unbindFromFile, vm);
  saw.refusal = result.ok ? undefined : result;
}

/** The same ioctl with size 0. */
export function deleteMemslot(vm: Vm, vmIndex: number, slot: number): void {
  const { saw, region } = vm;
  nothingSeen(saw);
  const table = vm.tables[vmIndex];
  if (table === undefined) {
    saw.refusal = VM_UNKNOWN;
    return;
  }
  region.slot = slot;
  region.npages = 0 as Npages;
  region.base_gfn = 0 as Gfn;
  region.pgoff = 0 as Pgoff;
  region.ugfn = 0 as Ugfn;
  const result = checkRegion(table.limits, region) ?? setRegion(table, region, bindToFile, unbindFromFile, vm);
  saw.refusal = result.ok ? undefined : result;
}

/**
 * Change the folio size that the file's next allocation takes. `never` means that it was chosen when the file was
 * made, so the op is legal only before anything else was done with the file; `before-bind`, until the first slot.
 */
export const setOrder = (vm: Vm, order: number): void => {
  const { file, saw } = vm;
  nothingSeen(saw);
  if (order < 0 || order > MAX_ORDER || ((vm.orders >>> order) & 1) === 0) saw.refusal = ORDER_UNKNOWN;
  else if (vm.fixes_order && file.bound_before) saw.refusal = ORDER_FIXED;
  else file.order = order;
};

/** ftruncate of the file, to a size in pages. */
export function setISize(vm: Vm, npages: number): void {
  nothingSeen(vm.saw);
  if (npages >= 2 ** 51) vm.saw.refusal = SIZE_FIXED;
  else truncateFile(vm.file, npages as Npages);
}

/** fallocate(FALLOC_FL_PUNCH_HOLE) over a page range of the file. */
export function punch(vm: Vm, pgoff: number, npages: number): void {
  nothingSeen(vm.saw);
  punchHole(vm.file, pgoff, npages);
}

/** The first stage of a guest's access to a frame: find the slot. */
const enter = (vm: Vm, vmIndex: number, gfn: number): Memslot | undefined => {
  const { saw } = vm;
  const table = vm.tables[vmIndex];
  const slot = table === undefined ? undefined : findSlot(table, gfn as Gfn);
  saw.refusal = undefined;
  saw.slot = slot;
  return slot;
};

/** The second stage: get the folio behind a frame of the slot. */
export const getFolioOf = (vm: Vm, slot: Memslot, gfn: number): void => {
  const { saw, file } = vm;
  const index = gfn - slot.base_gfn + slot.pgoff;
  const got = getFolio(file, index);
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

const noSlot = (saw: Saw, gfn: number): void => {
  saw.gfn = gfn;
  saw.got = -1;
  saw.mapped_order = -1;
};

const enterAndGetFolio = (vm: Vm, vmIndex: number, gfn: number): void => {
  const slot = enter(vm, vmIndex, gfn);
  if (slot === undefined) noSlot(vm.saw, gfn);
  else getFolioOf(vm, slot, gfn);
};

/**
 * An access to a page that is there, in the slot that was found last, as most accesses of a long run are. It goes the
 * short ways alone, so that it is small enough for V8 to inline it whole.
 * @returns false if those do not lead there; then nothing was done
 */
const touchPresent = (vm: Vm, vmIndex: number, gfn: number): boolean => {
  const slot = vm.tables[vmIndex]?.last;
  if (slot === undefined || !holds(slot, gfn)) return false;
  const index = gfn - slot.base_gfn + slot.pgoff;
  if (!isKnownPresent(vm.file.folios, index)) return false;
  const { saw } = vm;
  saw.refusal = undefined;
  saw.slot = slot;
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
    noSlot(vm.saw, gfn);
    return;
  }
  getFolioOf(vm, slot, gfn);
  mapFolio(vm, slot);
}

export const x86World = (rules: Omit<World, "arch">): World => ({ arch: x86_64, ...rules });
