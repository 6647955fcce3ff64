/**
 * MADV_COLLAPSE on a VMA of a tmpfs file.
 *
 * as in the kernel: whether the VMA may hold a 2 MiB folio at all; then each aligned 2 MiB in turn: its pages, written or
 *   reserved, become one up-to-date folio, holes are filled and charged; the first block that cannot be collapsed ends it,
 *   but what it had come past has left the page tables.
 * simplified: no page is pinned, locked or off the LRU list, so EAGAIN and EBUSY do not occur.
 * left out: khugepaged, which does the same unasked; PTE tables left from earlier faults of the same window.
 */

import { PMD_ORDER } from "../arch.ts";
import { folioAt, insertFolio, nextFolio, removeFolio, setUptodate } from "../folios/folios.ts";
import type { Refusal } from "../errno.ts";
import { refuse } from "../errno.ts";
import { alignDown, alignUp, folioNpages } from "../units.ts";
import type { Kernel } from "./alloc.ts";
import { charge } from "./file.ts";
import type { Vma } from "./orders.ts";
import { vmaSuits } from "./orders.ts";
import { unmapFolio } from "./split.ts";

const PMD_PAGES = folioNpages(PMD_ORDER);

/** May khugepaged or a forced collapse work on this VMA? @kernel mm/huge_memory.c __thp_vma_allowable_orders */
function allowed(k: Kernel, vma: Vma): boolean {
  if (vma.advice === "nohugepage") return false;
  // The kernel asks about the last 2 MiB of the VMA only.
  if (!vmaSuits(vma, vma.pgoff + vma.npages - PMD_PAGES, PMD_ORDER)) return false;
  const { shmem_enabled, inherit, always } = k.knobs;
  if (shmem_enabled === "deny") return false;
  if (!vma.anon || !k.family.anon_sizes || k.family.collapse_ignores_sizes) return true;
  // Forced, the mount's answer is yes, so the sizes that inherit it are open.
  return ((inherit | always) & (1 << PMD_ORDER)) !== 0;
}

/** What a block came to; `unmapped`: collapsed, but the VMA has no page table to show it. */
type Block = "done" | "unmapped" | Refusal;

/** @kernel mm/khugepaged.c collapse_file */
function collapseBlock(k: Kernel, vma: Vma, start: number): Block {
  const { file } = vma;
  const { folios, mount } = file;
  const { collapse_charges, collapse_maps } = k.family;
  const shown = collapse_maps ? "done" : "unmapped";
  const end = start + PMD_PAGES;
  if (folioAt(folios, start) === start && folios.order === PMD_ORDER) {
    return folios.uptodate || k.family.collapse_maps_reserved ? shown : refuse("EINVAL", "collapse_reserved_folio");
  }
  const first = nextFolio(folios, start);
  if (first < 0 || first >= end) return refuse("EINVAL", "collapse_empty");
  const full = refuse("EINVAL", "collapse_no_space");
  const room = mount.max_pages > 0 ? mount.max_pages - mount.used_pages : Infinity;
  const old: number[] = [];
  let holes = 0;
  let index = start;
  for (let at = first; at >= 0 && at < end; at = nextFolio(folios, index)) {
    holes += at - index;
    if (collapse_charges === "each" && holes > room) return full;
    if (!folios.uptodate) {
      // What is reserved gets written first, but no page behind i_size is.
      if (at >= file.size_pages) return refuse("EINVAL", "collapse_reserved_beyond_i_size");
      setUptodate(folios, at);
      folioAt(folios, at);
    }
    // Before anything else can fail.
    unmapFolio(file, at);
    old.push(at);
    index = at + folioNpages(folios.order);
  }
  if (!charge(mount, holes + end - index)) return full;
  for (const at of old) removeFolio(folios, at);
  insertFolio(folios, start, PMD_ORDER, true);
  return shown;
}

/** Collapses pages [from, from + npages) of the file, all in the window. @kernel mm/khugepaged.c madvise_collapse */
export function collapse(k: Kernel, vma: Vma, from: number, npages: number): Refusal | undefined {
  if (!allowed(k, vma)) return refuse("EINVAL", "collapse_not_allowed");
  const shift = vma.start - vma.pgoff;
  const first = alignUp(from + shift, PMD_ORDER);
  const end = alignDown(from + shift + npages, PMD_ORDER);
  // The kernel counts blocks by an unsigned difference: an empty range succeeds, one that ends before it starts does not.
  if (end < first) return refuse("EINVAL", "collapse_no_block");
  let refused: Refusal | undefined;
  for (let at = first; at < end; at += PMD_PAGES) {
    const block = collapseBlock(k, vma, at - shift);
    if (typeof block === "object") return block;
    if (block === "unmapped") refused = refuse("EINVAL", "collapse_no_page_table");
  }
  return refused;
}
