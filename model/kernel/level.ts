/**
 * The level at which KVM maps a page of an ordinary slot, on the kernel machine.
 *
 * as in the kernel: what model/kvm/mapping.ts says, with the level rule of kvm_alloc_memslot_metadata; the host's own page table
 *   holds 2 MiB where the folio fills them and the window shows them at a multiple of 2 MiB, which for a slot in that window
 *   is the map rule congruent_order.
 * simplified: the window is new, so no page table of an earlier store is left in it.
 * left out: NX huge pages, dirty logging, shadowed page tables in the block.
 */

import { x86_64 } from "../arch.ts";
import { folioAt } from "../folios/folios.ts";
import type { LevelRule, MapRule } from "../kvm/mapping.ts";
import { mappingOrder } from "../kvm/mapping.ts";
import { findSlot } from "../kvm/memslots.ts";
import { KVM_MEM_READONLY } from "../kvm/limits.ts";
import { folioNpages, gfn, pgoff, toPages } from "../units.ts";
import type { Machine } from "./machine.ts";
import { fault } from "./shmem.ts";
import { findVma } from "./vmas.ts";

const differ = (a: number, b: number, order: number): number =>
  a % folioNpages(order) === b % folioNpages(order) ? 0 : 1;

/** The catalogue's `stock`. */
export const STOCK: LevelRule = (_pgoff, base_gfn, _npages, ugfn, _folio, _i_size, order) =>
  differ(base_gfn, ugfn, order);
/** The catalogue's `congruent_order`. */
export const CONGRUENT_ORDER: MapRule = (at, base_gfn, _npages, _ugfn, _folio, _i_size, _gfn, _index, order) =>
  1 - differ(base_gfn, at, order);

/** What a store came to, and the order it is mapped at. */
export interface GuestMapping {
  readonly exit: "done" | "mmio";
  readonly order: number;
}

const NOTHING: GuestMapping = { exit: "mmio", order: 0 };

/** One byte stored by a vCPU in long mode at CPL 3, through a window that is new. */
export function guestMap(m: Machine, gpa: bigint): GuestMapping {
  const frame = toPages(gpa);
  const slot = m.vm === undefined ? undefined : findSlot(m.vm.slots, gfn(frame));
  if (slot === undefined || (slot.flags & KVM_MEM_READONLY) !== 0) return NOTHING;
  const within = frame - slot.base_gfn;
  const vma = findVma(m.vmas, slot.ugfn + within);
  if (vma === undefined) return NOTHING;
  const shown = (page: number): number => vma.pgoff + page - vma.start;
  const index = shown(slot.ugfn + within);
  if (!fault(m.kernel, vma, index).ok) return NOTHING;
  folioAt(vma.file.folios, index);
  const bound = { ...slot, pgoff: pgoff(shown(slot.ugfn)) };
  return {
    exit: "done",
    order: mappingOrder(x86_64, STOCK, CONGRUENT_ORDER, bound, frame, vma.file.folios.order, 0, 0),
  };
}
