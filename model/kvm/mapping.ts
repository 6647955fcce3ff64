/**
 * A guest's page fault, stage by stage: find the slot, get the folio, map it. The stages are apart so that another
 * thread's op can fall between two of them.
 *
 * as in the kernel: index = gfn - base_gfn + pgoff; the folio is asked for at that index with no bound of the slot
 *   (restrictedmem, no VMA); a guest mapping of order o covers the aligned block of guest frames around gfn and the
 *   aligned block of file pages around index; the first and the last block of a slot are never mapped large when the
 *   slot's end does not lie on a block's end; the level rule can forbid a level for the whole slot.
 * simplified: the guest asks for the largest level; the map rule is asked level by level, largest first.
 * left out: dirty logging, shadowed guest page tables, NX huge pages, private and shared attributes.
 */

import { ACCEPTED, REFUSED } from "../outcome.ts";
import { alignDown, folioNpages } from "../units.ts";
import type { Arch } from "../arch.ts";
import type { Memslot } from "./memslots.ts";

/** May this slot be bound? All in pages, but for `folio_order`: of the file now. */
export type BindRule = (
  pgoff: number,
  base_gfn: number,
  npages: number,
  ugfn: number,
  folio_order: number,
  i_size_npages: number,
) => number;

/** May a page of `order` be mapped at `gfn`, which is page `index` of the file? */
export type MapRule = (
  pgoff: number,
  base_gfn: number,
  npages: number,
  ugfn: number,
  folio_order: number,
  i_size_npages: number,
  gfn: number,
  index: number,
  order: number,
) => number;

/** Is this slot forbidden to map pages of `order` anywhere? ACCEPTED means forbidden. */
export type LevelRule = (
  pgoff: number,
  base_gfn: number,
  npages: number,
  ugfn: number,
  folio_order: number,
  i_size_npages: number,
  order: number,
) => number;

/**
 * Is the block of this order around `gfn` cut by the slot's first or last page?
 * @kernel arch/x86/kvm/x86.c kvm_alloc_memslot_metadata (disallow_lpage of the first and last block)
 */
export function cutBySlot(slot: Memslot, gfn: number, order: number): boolean {
  const block = alignDown(gfn, order);
  return block < slot.base_gfn || block + folioNpages(order) > slot.base_gfn + slot.npages;
}

/**
 * Order at which KVM maps `gfn`: the largest level that the folio fills, the slot's ends allow where they are asked, the level rule
 * does not forbid and the map rule accepts; else 0.
 * @kernel arch/x86/kvm/mmu/mmu.c kvm_mmu_hugepage_adjust, kvm_mmu_max_mapping_level
 */
export function mappingOrder(
  arch: Arch,
  level_rule: LevelRule,
  map_rule: MapRule,
  slot: Memslot,
  gfn: number,
  folio_order: number,
  file_order: number,
  i_size_npages: number,
): number {
  const { pgoff, base_gfn, npages, ugfn } = slot;
  for (const order of arch.levels) {
    if (order > folio_order || (arch.maps_cut_blocks !== true && cutBySlot(slot, gfn, order))) continue;
    if (level_rule(pgoff, base_gfn, npages, ugfn, file_order, i_size_npages, order) !== REFUSED) continue;
    const index = gfn - base_gfn + pgoff;
    if (map_rule(pgoff, base_gfn, npages, ugfn, file_order, i_size_npages, gfn, index, order) !== ACCEPTED) continue;
    return order;
  }
  return 0;
}
