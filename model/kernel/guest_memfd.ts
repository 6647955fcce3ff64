/**
 * guest_memfd: its creation, its binding table, its pages.
 *
 * as in the kernel: the checks of KVM_CREATE_GUEST_MEMFD, of a binding and of fallocate, in order; bindings may not overlap;
 *   folios are single pages; a punched page is there again, zeroed, at the next touch; mmap needs FLAG_MMAP, a fault
 *   INIT_SHARED; before 7.2 a binding's end was signed, and one that wraps past 2^63 was taken.
 * simplified: a file is a handle; closing it is not modelled, so a slot never loses its file.
 * left out: memory attributes, confidential computing, hardware poison, signals during fallocate.
 */

import type { Refusal, Result } from "../errno.ts";
import { ok, refuse } from "../errno.ts";
import type { Folios } from "../folios/folios.ts";
import { emptyFolios, insertFolio, isPresent, nextFolio, removeFolio, setUptodate } from "../folios/folios.ts";
import type { Family, GuestMemfdRules } from "./family.ts";
import { checkFallocate, FALLOC_FL_KEEP_SIZE, isTmpfsMode } from "./vfs.ts";
import type { Memslot } from "../kvm/memslots.ts";
import { asLoff, toBytes, toPages, toPagesUp } from "../units.ts";

const GUEST_MEMFD_FLAG_MMAP = 1;
const GUEST_MEMFD_FLAG_INIT_SHARED = 2;

/** What a slot has bound, in file pages; `end` is exclusive. */
interface GuestMemfdBinding {
  readonly slot: number;
  readonly start: number;
  readonly end: number;
}

export interface GuestMemfd {
  readonly size_bytes: bigint;
  readonly flags: number;
  readonly bindings: GuestMemfdBinding[];
  /** The pages present, all of order 0. */
  readonly folios: Folios;
}

/** @kernel virt/kvm/guest_memfd.c kvm_gmem_create */
export function createGuestMemfd(rules: GuestMemfdRules, size: bigint, flags: bigint): Result<GuestMemfd> {
  if (!rules.exists) return refuse("ENOTTY", "no_guest_memfd");
  if ((flags & ~BigInt(rules.flags)) !== 0n) return refuse("EINVAL", "guest_memfd_flags");
  if (asLoff(size) <= 0n) return refuse("EINVAL", "guest_memfd_size");
  if ((size & 4095n) !== 0n) return refuse("EINVAL", "guest_memfd_size_unaligned");
  return ok({ size_bytes: size, flags: Number(flags), bindings: [], folios: emptyFolios() });
}

/** Called with a slot whose offset is aligned and does not wrap in u64. @kernel virt/kvm/guest_memfd.c kvm_gmem_bind */
export function bindGuestMemfd(rules: GuestMemfdRules, memfd: GuestMemfd, slot: Memslot): Refusal | undefined {
  const offset = toBytes(slot.pgoff);
  const end = offset + toBytes(slot.npages);
  if (rules.signed_end) {
    if (asLoff(offset) < 0n) return refuse("EINVAL", "guest_memfd_offset_negative");
    if (asLoff(end) > memfd.size_bytes) return refuse("EINVAL", "guest_memfd_offset_past_end");
  } else if (end > memfd.size_bytes) {
    return refuse("EINVAL", "guest_memfd_offset_past_end");
  }
  const start = slot.pgoff;
  const last = start + slot.npages;
  if (memfd.bindings.some((other) => other.start < last && start < other.end)) {
    return refuse("EINVAL", "guest_memfd_bound");
  }
  memfd.bindings.push({ slot: slot.id, start, end: last });
  return undefined;
}

/** The range can be bound again at once; its pages stay. @kernel virt/kvm/guest_memfd.c kvm_gmem_unbind */
export function unbindGuestMemfd(memfd: GuestMemfd, slot: Memslot): void {
  const at = memfd.bindings.findIndex((b) => b.slot === slot.id && b.start === slot.pgoff);
  if (at < 0) throw new Error(`slot ${slot.id} was not bound`);
  memfd.bindings.splice(at, 1);
}

/** @kernel virt/kvm/guest_memfd.c kvm_gmem_fallocate, after fs/open.c vfs_fallocate */
export function fallocateGuestMemfd(
  family: Family,
  memfd: GuestMemfd,
  mode: number,
  offset: bigint,
  length: bigint,
): Refusal | undefined {
  const refused = checkFallocate(family, mode, offset, length);
  if (refused !== undefined) return refused;
  if ((mode & FALLOC_FL_KEEP_SIZE) === 0) return refuse("EOPNOTSUPP", "fallocate_keeps_no_size");
  if (!isTmpfsMode(mode)) return refuse("EOPNOTSUPP", "fallocate_mode");
  if ((offset & 4095n) !== 0n || (length & 4095n) !== 0n) return refuse("EINVAL", "fallocate_unaligned");
  const start = toPages(offset);
  if (mode === FALLOC_FL_KEEP_SIZE) {
    if (offset + length > memfd.size_bytes) return refuse("EINVAL", "fallocate_past_end");
    const end = toPages(offset + length);
    for (let page = start; page < end; page++)
      if (!isPresent(memfd.folios, page)) insertFolio(memfd.folios, page, 0, false);
    return undefined;
  }
  const end = Math.min(toPagesUp(offset + length), toPagesUp(memfd.size_bytes));
  for (let at = nextFolio(memfd.folios, start); at >= 0 && at < end; at = nextFolio(memfd.folios, start)) {
    removeFolio(memfd.folios, at);
  }
  return undefined;
}

/** May the file be mapped? @kernel virt/kvm/guest_memfd.c kvm_gmem_mmap */
export const mmapGuestMemfd = (memfd: GuestMemfd): Refusal | undefined =>
  (memfd.flags & GUEST_MEMFD_FLAG_MMAP) === 0 ? refuse("ENODEV", "guest_memfd_mmap") : undefined;

/** A touch of one page of a mapping. @kernel virt/kvm/guest_memfd.c kvm_gmem_fault_user_mapping */
export function faultGuestMemfd(memfd: GuestMemfd, page: number): Refusal | undefined {
  if (toBytes(page) >= memfd.size_bytes) return refuse("SIGBUS", "guest_memfd_beyond_size");
  if ((memfd.flags & GUEST_MEMFD_FLAG_INIT_SHARED) === 0) return refuse("SIGBUS", "guest_memfd_not_shared");
  if (isPresent(memfd.folios, page)) setUptodate(memfd.folios, page);
  else insertFolio(memfd.folios, page, 0, true);
  return undefined;
}
