/**
 * KVM_SET_USER_MEMORY_REGION and _REGION2 as the ioctl takes them: bytes, any u64, in any alignment.
 *
 * as in the kernel: the checks before the slot is looked up, in kernel order; the offset is not read unless a guest_memfd
 *   is bound; the padding of the struct is never read.
 * simplified: the struct has been copied from the caller (no EFAULT) and `file` stands for its descriptor.
 * left out: pointer tags (LAM), which no check sees unless the process asked for them.
 */

import type { Result } from "../errno.ts";
import { refuse } from "../errno.ts";
import type { Bind, Change, MemslotTable, Region, Unbind } from "./memslots.ts";
import { accessOk, checkRegion, flagsAllowed, idOf, setRegion } from "./memslots.ts";
import { KVM_MEM_GUEST_MEMFD, KVM_MEM_LOG_DIRTY_PAGES, KVM_MEM_READONLY } from "./limits.ts";
import { HVA_NOT_USER, SLOT_ID, UNKNOWN_FLAGS } from "./refusals.ts";
import { gfn, npages, pgoff, toPages, ugfn } from "../units.ts";

const NO_REGION2 = refuse("ENOTTY", "no_region2");
const REGION_FLAGS = refuse("EINVAL", "region_flags");
const SIZE_UNALIGNED = refuse("EINVAL", "size_unaligned");
const GPA_UNALIGNED = refuse("EINVAL", "gpa_unaligned");
const HVA_UNALIGNED = refuse("EINVAL", "hva_unaligned");
const OFFSET_UNALIGNED = refuse("EINVAL", "guest_memfd_offset_unaligned");

/** struct kvm_userspace_memory_region2, and which of the two ioctls carries it. `file` stands for the descriptor. */
export interface RegionRequest {
  readonly region2: boolean;
  readonly slot: number;
  readonly flags: number;
  readonly guest_phys_addr: bigint;
  readonly memory_size: bigint;
  readonly userspace_addr: bigint;
  readonly guest_memfd_offset: bigint;
  readonly file: number;
}

const aligned = (bytes: bigint): boolean => (bytes & 4095n) === 0n;

/** The whole ioctl. @kernel virt/kvm/kvm_main.c kvm_vm_ioctl_set_memory_region */
export function setUserMemoryRegion(
  table: MemslotTable,
  request: RegionRequest,
  bind: Bind,
  unbind?: Unbind,
): Result<Change> {
  const { limits } = table;
  const { slot, flags, guest_phys_addr, memory_size, userspace_addr, guest_memfd_offset, file } = request;
  if (request.region2 && !limits.region2) return NO_REGION2;
  if (!request.region2 && (flags & ~(KVM_MEM_LOG_DIRTY_PAGES | KVM_MEM_READONLY)) !== 0) return REGION_FLAGS;
  if (idOf(slot) >= limits.user_slots) return SLOT_ID;
  if (!flagsAllowed(limits, flags)) return UNKNOWN_FLAGS;
  if (!aligned(memory_size)) return SIZE_UNALIGNED;
  if (!aligned(guest_phys_addr)) return GPA_UNALIGNED;
  if (!aligned(userspace_addr)) return HVA_UNALIGNED;
  const n = npages(toPages(memory_size));
  const user = ugfn(toPages(userspace_addr));
  if (!accessOk(limits, user, n)) return HVA_NOT_USER;
  const binds = (flags & KVM_MEM_GUEST_MEMFD) !== 0;
  if (binds && !aligned(guest_memfd_offset)) return OFFSET_UNALIGNED;
  // The offset is ignored, and may be anything, where no guest_memfd is bound.
  const start = pgoff(binds ? toPages(guest_memfd_offset) : 0);
  const region: Region = {
    slot,
    flags,
    base_gfn: gfn(toPages(guest_phys_addr)),
    npages: n,
    ugfn: user,
    pgoff: start,
    file,
  };
  return checkRegion(limits, region) ?? setRegion(table, region, bind, unbind);
}
