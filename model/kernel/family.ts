/**
 * What differs between kernels, as data: one record a family, named after its first version.
 *
 * as in the kernel: the orders a tmpfs file may take, the chunk of write(), how a large folio is split, what ENOSPC does,
 *   what guest_memfd accepts.
 * simplified: a family stands for all its versions (6.17 for 6.15 to 6.17; 6.14 still split uniformly; 6.19 up to 7.0).
 * left out: kernels without CONFIG_TRANSPARENT_HUGEPAGE; architectures other than x86-64.
 */

import { hasSignedEnd } from "./signed-end.ts";
import { PMD_ORDER } from "../arch.ts";
export type FamilyName = "6.1" | "6.12" | "6.17" | "6.18" | "6.19";

/** A set of orders: bit o is order o. Order 0 is always allowed and has no bit here. */
export type OrderMask = number;
/** @kernel include/linux/huge_mm.h THP_ORDERS_ALL_FILE_DEFAULT: orders 1 to 9 */
export const ALL_ORDERS: OrderMask = 0b11_1111_1110;
export const PMD_ONLY: OrderMask = 1 << PMD_ORDER;

export interface Family {
  readonly name: FamilyName;
  /** Orders huge=always gives to write() and fallocate(); "hint" derives them from the length of the write. */
  readonly write_orders: OrderMask | "hint";
  /** Orders huge=always, huge=within_size and advice give to a fault. */
  readonly fault_orders: OrderMask;
  /** within_size counts the end of this write, not only i_size. */
  readonly counts_write_end: boolean;
  /** A fault takes no folio that leaves its VMA. 6.1 takes one. @kernel mm/shmem.c shmem_suitable_orders */
  readonly bounds_faults: boolean;
  /** Which files write() serves in 2 MiB chunks, not in pages. @kernel mm/shmem.c mapping_set_large_folios */
  readonly large_chunks: "none" | "every" | "created_huge";
  /** Each size of anonymous shmem has its own knob, so memfds do not follow the mount alone. */
  readonly anon_sizes: boolean;
  /** What is left of a large folio that truncate or punch cuts. @kernel mm/truncate.c truncate_inode_partial_folio */
  readonly split: "uniform" | "buddy";
  /** The undo of a failed fallocate, having split its first folio, goes on one page too late. @kernel mm/shmem.c shmem_undo_range */
  readonly undo_skips_page: boolean;
  /** A full mount: trim files' tails for each attempt, or for the order-0 attempt only. */
  readonly trims_for: "each" | "small";
  /** Which VMAs show a large folio below 2 MiB as a whole; 2 MiB is shown so by all. @kernel mm/memory.c finish_fault */
  readonly maps_whole: "every" | "anon" | "none";
  /** A forced collapse asks no knob but `deny`. */
  readonly collapse_ignores_sizes: boolean;
  /** MADV_COLLAPSE makes page tables where the VMA has none; else it has collapsed the file and says EINVAL. */
  readonly collapse_maps: boolean;
  /** MADV_COLLAPSE shows a large folio that was only reserved; else it says EINVAL, which later builds of 6.18 do. */
  readonly collapse_maps_reserved: boolean;
  /** The holes a collapse fills are charged together, or page by page while it goes. */
  readonly collapse_charges: "whole" | "each";
  /** How fallocate takes two modes at once. @kernel fs/open.c vfs_fallocate */
  readonly fallocate_modes: "exclusive" | "combined";
  readonly guest_memfd: GuestMemfdRules;
}

export interface GuestMemfdRules {
  readonly exists: boolean;
  /** A VM without private memory may bind one. */
  readonly any_vm: boolean;
  /** Flags KVM_CREATE_GUEST_MEMFD takes: 1 is MMAP, 2 is INIT_SHARED. */
  readonly flags: number;
  /** offset + size is computed in loff_t and may wrap to a negative end, which then passes. */
  readonly signed_end: boolean;
}

const NO_GUEST_MEMFD: GuestMemfdRules = { exists: false, any_vm: false, flags: 0, signed_end: false };

/** Each family but the oldest says how it differs from the one before. */
const v6_1: Family = {
  name: "6.1",
  write_orders: PMD_ONLY,
  fault_orders: PMD_ONLY,
  counts_write_end: false,
  bounds_faults: false,
  large_chunks: "none",
  anon_sizes: false,
  split: "uniform",
  undo_skips_page: true,
  trims_for: "small",
  maps_whole: "none",
  collapse_ignores_sizes: true,
  collapse_maps: false,
  collapse_maps_reserved: true,
  collapse_charges: "each",
  fallocate_modes: "combined",
  guest_memfd: NO_GUEST_MEMFD,
};
const v6_12: Family = {
  ...v6_1,
  name: "6.12",
  counts_write_end: true,
  bounds_faults: true,
  large_chunks: "every",
  anon_sizes: true,
  undo_skips_page: false,
  trims_for: "each",
  maps_whole: "anon",
  collapse_charges: "whole",
  fallocate_modes: "exclusive",
  guest_memfd: { exists: true, any_vm: false, flags: 0, signed_end: hasSignedEnd("6.12.y") },
};
const v6_17: Family = {
  ...v6_12,
  name: "6.17",
  write_orders: "hint",
  large_chunks: "created_huge",
  split: "buddy",
  maps_whole: "every",
  collapse_ignores_sizes: false,
  guest_memfd: { exists: true, any_vm: false, flags: 0, signed_end: hasSignedEnd("6.17") },
};
const v6_18: Family = {
  ...v6_17,
  name: "6.18",
  write_orders: ALL_ORDERS,
  collapse_maps: true,
  guest_memfd: { exists: true, any_vm: true, flags: 3, signed_end: hasSignedEnd("6.18") },
};
const v6_19: Family = {
  ...v6_18,
  name: "6.19",
  fault_orders: ALL_ORDERS,
  // The family goes on to releases that have the fix.
  guest_memfd: { exists: true, any_vm: true, flags: 3, signed_end: hasSignedEnd("7.2") },
};

export const FAMILIES: Readonly<Record<FamilyName, Family>> = {
  "6.1": v6_1,
  "6.12": v6_12,
  "6.17": v6_17,
  "6.18": v6_18,
  "6.19": v6_19,
};

/** The family of a version as uname gives it. A running kernel is asked by probes instead: distributions back-port. */
export function familyOfVersion(version: string): FamilyName {
  const found = /^(\d+)\.(\d+)/.exec(version);
  const minor = Number(found?.[1] ?? 6) * 1000 + Number(found?.[2] ?? 18);
  if (minor < 6011) return "6.1";
  if (minor < 6014) return "6.12";
  if (minor < 6018) return "6.17";
  return minor < 6019 ? "6.18" : "6.19";
}
