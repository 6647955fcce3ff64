/**
 * Which orders a new folio of a tmpfs file or memfd may take.
 *
 * as in the kernel: the mount's huge= at the time of the allocation, shmem_enabled above it, the write-length hint of
 *   6.14 to 6.17, a fault's own orders, advice, the per-size knobs that rule anonymous shmem only.
 * simplified: PR_SET_THP_DISABLE is the same as VM_NOHUGEPAGE here.
 * left out: allocation failure of the page allocator, memory control groups.
 */

import { PMD_ORDER } from "../arch.ts";
import { alignDown, alignUp } from "../units.ts";
import type { Family, OrderMask } from "./family.ts";
import { ALL_ORDERS, PMD_ONLY } from "./family.ts";
import type { Huge, ShmemFile } from "./file.ts";

export type ShmemEnabled = Huge | "deny" | "force";

/** /sys/kernel/mm/transparent_hugepage: one for the machine. */
export interface ThpKnobs {
  /** `deny` and `force` overlay every mount; other values are the internal mount's huge=. */
  shmem_enabled: ShmemEnabled;
  /** hugepages-<size>/shmem_enabled, as sets of orders. They rule faults of anonymous shmem. */
  always: OrderMask;
  inherit: OrderMask;
  within_size: OrderMask;
  advise: OrderMask;
}

/** What a kernel starts with. */
export const defaultKnobs = (): ThpKnobs => ({
  shmem_enabled: "never",
  always: 0,
  inherit: PMD_ONLY,
  within_size: 0,
  advise: 0,
});

export type Advice = "hugepage" | "nohugepage" | null;

/** A VMA: a range of a file that a process has mapped. Pages; `start` is the virtual address >> 12, `pgoff` the file page it shows. */
export interface Vma {
  readonly file: ShmemFile;
  readonly start: number;
  readonly npages: number;
  readonly pgoff: number;
  readonly advice: Advice;
  /** The file had no name when it was mapped. @kernel mm/shmem.c shmem_mmap */
  readonly anon: boolean;
}

export function highestOrder(mask: OrderMask): number {
  return 31 - Math.clz32(mask);
}

/** The orders that fit below page `end` at `index`: each lower one fits too. @kernel mm/shmem.c shmem_get_orders_within_size */
function fitting(mask: OrderMask, index: number, end: number): OrderMask {
  let rest = mask;
  while (rest !== 0 && alignUp(index + 1, highestOrder(rest)) > end) rest &= ~(1 << highestOrder(rest));
  return rest;
}

/** The hint of 6.14 to 6.17, from `bytes` to write at page `index`. @kernel mm/shmem.c shmem_mapping_size_orders */
function hintedOrders(file: ShmemFile, index: number, bytes: number): OrderMask {
  if (!file.large_chunks) return 0;
  let order = Math.floor(Math.log2(bytes)) - 12;
  if (order <= 0) return 0;
  if (index % 2 ** order !== 0) for (order = 0; index % 2 ** (order + 1) === 0;) order++;
  return (2 ** (Math.min(order, PMD_ORDER) + 1) - 1) & ALL_ORDERS;
}

/** Where a write or fallocate ends: its last page, rounded up, and how many bytes lie between `index` and its end. */
interface WriteEnd {
  readonly page: number;
  readonly bytes: number;
}

/** The mount's part of the answer. @kernel mm/shmem.c shmem_huge_global_enabled */
function mountOrders(family: Family, knobs: ThpKnobs, file: ShmemFile, index: number, by: Caller): OrderMask {
  if (knobs.shmem_enabled === "deny") return 0;
  if (knobs.shmem_enabled === "force") return PMD_ONLY;
  const { huge } = file.mount;
  if (huge === "never") return 0;
  const vma = "vma" in by ? by.vma : undefined;
  const end = "end" in by ? by.end : undefined;
  const { write_orders } = family;
  let orders = family.fault_orders;
  if (end !== undefined) orders = write_orders === "hint" ? hintedOrders(file, index, end.bytes) : write_orders;
  if (huge === "always") return orders;
  if (huge === "within_size") {
    const write_end = family.counts_write_end && end !== undefined ? end.page : 0;
    const within = fitting(orders, index, Math.max(file.size_pages, write_end));
    if (within !== 0) return within;
  }
  return vma?.advice === "hugepage" ? family.fault_orders : 0;
}

/** Who asks: a fault through a VMA, or a write or fallocate, which has none. */
export type Caller = { readonly vma: Vma } | { readonly end: WriteEnd };

/** @kernel mm/shmem.c shmem_allowable_huge_orders */
export function allowedOrders(family: Family, knobs: ThpKnobs, file: ShmemFile, index: number, by: Caller): OrderMask {
  const vma = "vma" in by ? by.vma : undefined;
  if (vma?.advice === "nohugepage") return 0;
  const global = mountOrders(family, knobs, file, index, by);
  if (vma === undefined || !vma.anon || !family.anon_sizes) return global;
  if (knobs.shmem_enabled === "deny") return 0;
  if (knobs.shmem_enabled === "force") return knobs.inherit;
  let mask = knobs.always | fitting(knobs.within_size, index, file.size_pages);
  if (vma.advice === "hugepage") mask |= knobs.advise;
  if (global !== 0) mask |= knobs.inherit;
  return mask & ALL_ORDERS;
}

/** May a folio of this order back this page of the VMA? @kernel include/linux/huge_mm.h thp_vma_suitable_order */
export function vmaSuits(vma: Vma, index: number, order: number): boolean {
  if ((vma.start - vma.pgoff) % 2 ** order !== 0) return false;
  const first = alignDown(vma.start + index - vma.pgoff, order);
  return first >= vma.start && first + 2 ** order <= vma.start + vma.npages;
}

/** Drops orders from the top until one suits; the lower ones are not asked. @kernel thp_vma_suitable_orders */
export function suitableOrders(vma: Vma, index: number, mask: OrderMask): OrderMask {
  let rest = mask;
  while (rest !== 0 && !vmaSuits(vma, index, highestOrder(rest))) rest &= ~(1 << highestOrder(rest));
  return rest;
}
