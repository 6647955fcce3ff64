/**
 * The memslot table of one VM: KVM_SET_USER_MEMORY_REGION and _REGION2.
 *
 * as in the kernel: every check of both ioctls in kernel order, with its errno; create, delete, move, flags-only and
 *   no-op; overlap within one address space only; the binding hook before the gfn limit, so EBADF beats that EINVAL.
 * simplified: a slot is replaced at once, where the kernel swaps two sets of slots under SRCU; the dirty bitmap is a flag.
 * left out: ENOMEM, slots the kernel makes for itself (APIC page, TSS, identity map), a caller of another mm (EIO),
 *   TDX alias bits, the wrap of nr_memslot_pages (no x86 guest can reach it).
 *
 * Quantities are pages here, in number, and this is what a random search calls; memslot-ioctl.ts has the ioctl itself, in
 * bytes. A range is half-open.
 */

import type { Refusal, Result } from "../errno.ts";
import { ok } from "../errno.ts";
import type { Gfn, Npages, Pgoff, Ugfn } from "../units.ts";
import { PAGE_NUMBER_LIMIT } from "../units.ts";
import {
  KVM_MEM_LOG_DIRTY_PAGES,
  KVM_MEM_READONLY,
  KVM_MEM_GUEST_MEMFD,
  type MemslotLimits,
  MEMSLOT_LIMITS,
} from "./limits.ts";
import {
  AS_ID,
  GFN_LIMIT,
  GPA_WRAPS,
  GUEST_MEMFD_MODIFIED,
  HVA_NOT_USER,
  MODIFIED,
  NOTHING_TO_DELETE,
  OFFSET_WRAPS,
  OVERLAPS,
  SLOT_ID,
  TOO_LONG,
  UNKNOWN_FLAGS,
} from "./refusals.ts";

/** One slot. `file` is the caller's handle of what is bound, -1 for none; `pgoff` is where the slot starts in it. */
export interface Memslot {
  readonly id: number;
  readonly as_id: number;
  readonly flags: number;
  readonly base_gfn: Gfn;
  readonly npages: Npages;
  readonly ugfn: Ugfn;
  readonly pgoff: Pgoff;
  readonly file: number;
}

/** What `setRegion` takes: `slot` holds the address space in bits 16 to 31, as in the ioctl. */
export interface Region {
  readonly slot: number;
  readonly flags: number;
  readonly base_gfn: Gfn;
  readonly npages: Npages;
  readonly ugfn: Ugfn;
  readonly pgoff: Pgoff;
  readonly file: number;
}

/** Sorted by base_gfn, which no two slots share; `bases` repeats it so that a lookup reads numbers only. */
export interface AddressSpace {
  readonly bases: number[];
  readonly slots: Memslot[];
  /** The same slots by id, which is small. */
  readonly byId: (Memslot | undefined)[];
}

export interface MemslotTable {
  readonly limits: MemslotLimits;
  readonly spaces: readonly AddressSpace[];
  /** The slot that was found last, in address space 0. @kernel include/linux/kvm_host.h kvm_memslots.last_used_slot */
  last: Memslot | undefined;
}

/** What kvm_gmem_bind decides, or a rule that stands in its place. Called only for slots with KVM_MEM_GUEST_MEMFD. */
export type Bind<Owner = undefined> = (slot: Memslot, owner: Owner) => Refusal | undefined;
/** Undoes a binding: the slot was deleted, or a check after the binding refused it. */
export type Unbind<Owner = undefined> = (slot: Memslot, owner: Owner) => void;

export type Change = "create" | "delete" | "move" | "flags_only" | "noop";

/** V8 takes an empty array for one of small integers, and recompiles what meets an array of objects after it. */
export const noSlots = (): Memslot[] => {
  const slots: (Memslot | undefined)[] = [undefined];
  slots.pop();
  return slots as Memslot[];
};

export const emptyMemslots = (limits: MemslotLimits = MEMSLOT_LIMITS): MemslotTable => ({
  limits,
  spaces: Array.from({ length: limits.address_spaces }, () => ({ bases: [], slots: noSlots(), byId: noSlots() })),
  last: undefined,
});

/** Empties a table without allocating a new one. */
export function clearMemslots(table: MemslotTable): void {
  table.last = undefined;
  for (const { bases, slots, byId } of table.spaces) {
    for (let slot = slots.pop(); slot !== undefined; slot = slots.pop()) {
      bases.pop();
      byId[slot.id] = undefined;
    }
  }
}

// Refusals and changes are constants: a search meets them millions of times.
const CREATED = ok<Change>("create");
const DELETED = ok<Change>("delete");
const MOVED = ok<Change>("move");
const FLAGS_ONLY = ok<Change>("flags_only");
const NOOP = ok<Change>("noop");

/** Index of the first slot that starts above `frame`: the one before it is the only one that can hold it. */
function upperBound(bases: readonly number[], frame: number): number {
  let low = 0;
  let high = bases.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bases[middle] ?? 0) <= frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Does the frame lie in the slot? */
export const holds = ({ base_gfn, npages }: Memslot, frame: number): boolean =>
  base_gfn <= frame && frame < base_gfn + npages;

const searchSlots = (table: MemslotTable, frame: Gfn, as_id: number): Memslot | undefined => {
  const space = table.spaces[as_id];
  if (space === undefined) return undefined;
  const slot = space.slots[upperBound(space.bases, frame) - 1];
  if (slot === undefined || !holds(slot, frame)) return undefined;
  if (as_id === 0) table.last = slot;
  return slot;
};

/** The slot that holds this frame. @kernel include/linux/kvm_host.h search_memslots, try_get_memslot */
export const findSlot = (table: MemslotTable, frame: Gfn, as_id = 0): Memslot | undefined => {
  const { last } = table;
  return last !== undefined && as_id === 0 && holds(last, frame) ? last : searchSlots(table, frame, as_id);
};

/** The slot with this id. @kernel include/linux/kvm_host.h id_to_memslot */
export const slotById = (table: MemslotTable, id: number, as_id = 0): Memslot | undefined =>
  table.spaces[as_id]?.byId[id];

/** @kernel virt/kvm/kvm_main.c kvm_check_memslot_overlap */
function overlaps(space: AddressSpace, region: Region, id: number): boolean {
  const { bases, slots } = space;
  const end = region.base_gfn + region.npages;
  // At most three slots are looked at: the one before, the slot's own old self, and one behind that.
  for (let at = Math.max(upperBound(bases, region.base_gfn) - 1, 0); ; at++) {
    const slot = slots[at];
    if (slot === undefined || slot.base_gfn >= end) return false;
    if (slot.id !== id && slot.base_gfn + slot.npages > region.base_gfn) return true;
  }
}

function spaceOf(table: MemslotTable, as_id: number): AddressSpace {
  const space = table.spaces[as_id];
  if (space === undefined) throw new Error(`no address space ${as_id}: checkRegion was not asked`);
  return space;
}

function insert(table: MemslotTable, slot: Memslot): void {
  const { bases, slots, byId } = spaceOf(table, slot.as_id);
  const at = upperBound(bases, slot.base_gfn);
  if (at === bases.length) {
    bases.push(slot.base_gfn);
    slots.push(slot);
  } else {
    bases.splice(at, 0, slot.base_gfn);
    slots.splice(at, 0, slot);
  }
  byId[slot.id] = slot;
}

function remove(table: MemslotTable, slot: Memslot): void {
  const { bases, slots, byId } = spaceOf(table, slot.as_id);
  const at = upperBound(bases, slot.base_gfn) - 1;
  if (slots[at] !== slot) throw new Error(`slot ${slot.id} is not where its base_gfn says`);
  bases.splice(at, 1);
  slots.splice(at, 1);
  byId[slot.id] = undefined;
  table.last = undefined;
}

/** Keeps the place in the list where the new base allows it: shifting thousands of slots would take longer than all else. */
function replace(table: MemslotTable, old: Memslot, slot: Memslot): void {
  const { bases, slots, byId } = spaceOf(table, slot.as_id);
  const at = upperBound(bases, old.base_gfn) - 1;
  const after = (bases[at - 1] ?? -1) < slot.base_gfn;
  const before = slot.base_gfn < (bases[at + 1] ?? Infinity);
  if (!after || !before) {
    remove(table, old);
    insert(table, slot);
    return;
  }
  bases[at] = slot.base_gfn;
  slots[at] = slot;
  byId[slot.id] = slot;
  table.last = undefined;
}

/** @kernel virt/kvm/kvm_main.c check_memory_region_flags */
export function flagsAllowed(limits: MemslotLimits, flags: number): boolean {
  const guestMemfd = limits.guest_memfd && (flags & KVM_MEM_GUEST_MEMFD) !== 0;
  if (guestMemfd) return flags === KVM_MEM_GUEST_MEMFD;
  return (flags & ~(KVM_MEM_LOG_DIRTY_PAGES | (limits.readonly_slots ? KVM_MEM_READONLY : 0))) === 0;
}

/** @kernel arch/x86/include/asm/uaccess_64.h access_ok, for aligned ranges: ending at the limit is allowed */
export const accessOk = (limits: MemslotLimits, userPage: number, n: number): boolean =>
  userPage + n <= limits.user_pages;

export const idOf = (slot: number): number => slot % 65536;
const asIdOf = (slot: number): number => Math.floor(slot / 65536);

/** The checks before the slot is looked up, for a region given in pages, so aligned by construction. */
export function checkRegion(limits: MemslotLimits, region: Region): Refusal | undefined {
  if (idOf(region.slot) >= limits.user_slots) return SLOT_ID;
  if (!flagsAllowed(limits, region.flags)) return UNKNOWN_FLAGS;
  if (!accessOk(limits, region.ugfn, region.npages)) return HVA_NOT_USER;
  if ((region.flags & KVM_MEM_GUEST_MEMFD) !== 0 && region.pgoff + region.npages >= PAGE_NUMBER_LIMIT)
    return OFFSET_WRAPS;
  if (asIdOf(region.slot) >= limits.address_spaces) return AS_ID;
  if (region.base_gfn + region.npages >= PAGE_NUMBER_LIMIT) return GPA_WRAPS;
  if (region.npages > limits.max_npages) return TOO_LONG;
  return undefined;
}

/**
 * From the look-up of the old slot on; `checkRegion` has passed. Allocates the slot's record and nothing else.
 * @kernel virt/kvm/kvm_main.c kvm_set_memory_region
 */
export function setRegion<Owner = undefined>(
  table: MemslotTable,
  region: Region,
  bind: Bind<Owner>,
  unbind?: Unbind<Owner>,
  owner?: Owner,
): Result<Change> {
  const id = idOf(region.slot);
  const as_id = asIdOf(region.slot);
  const old = slotById(table, id, as_id);
  if (region.npages === 0) {
    if (old === undefined) return NOTHING_TO_DELETE;
    remove(table, old);
    if ((old.flags & KVM_MEM_GUEST_MEMFD) !== 0) unbind?.(old, owner as Owner);
    return DELETED;
  }
  const { flags, base_gfn, ugfn, pgoff, file } = region;
  if (old !== undefined) {
    if ((flags & KVM_MEM_GUEST_MEMFD) !== 0) return GUEST_MEMFD_MODIFIED;
    const frozen = (flags ^ old.flags) & (KVM_MEM_READONLY | KVM_MEM_GUEST_MEMFD);
    if (ugfn !== old.ugfn || region.npages !== old.npages || frozen !== 0) return MODIFIED;
    if (base_gfn === old.base_gfn && flags === old.flags) return NOOP;
  }
  const moved = old === undefined || base_gfn !== old.base_gfn;
  if (moved && overlaps(spaceOf(table, as_id), region, id)) return OVERLAPS;

  const slot: Memslot = { id, as_id, flags, base_gfn, npages: region.npages, ugfn, pgoff, file };
  const bound = (flags & KVM_MEM_GUEST_MEMFD) !== 0;
  if (bound) {
    const refused = bind(slot, owner as Owner);
    if (refused !== undefined) return refused;
  }
  // The gfn limit is the architecture's, so it comes after the binding, which is undone.
  if (moved && base_gfn + region.npages - 1 > table.limits.max_gfn) {
    if (bound) unbind?.(slot, owner as Owner);
    return GFN_LIMIT;
  }
  if (old === undefined) {
    insert(table, slot);
    return CREATED;
  }
  replace(table, old, slot);
  return moved ? MOVED : FLAGS_ONLY;
}
