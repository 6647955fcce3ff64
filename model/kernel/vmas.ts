/**
 * The VMAs of a process: what mmap(MAP_SHARED | MAP_FIXED) and munmap leave.
 *
 * as in the kernel: a new VMA replaces what it covers, whose rest keeps its own bounds; neighbours that show neighbouring
 *   parts of the same file with the same advice become one, so a fault may use the pages of both.
 * simplified: one protection, MAP_SHARED only; a file is always opened once.
 * left out: MAP_PRIVATE, mremap, mprotect, mlock, address-space limits.
 */

import type { ShmemFile } from "./file.ts";
import type { Advice, Vma } from "./orders.ts";

/** VMAs of one process, sorted by start, disjoint. */
export type Vmas = Vma[];

/** The VMA that holds this page of the address space. */
export const findVma = (vmas: Vmas, page: number): Vma | undefined =>
  vmas.find(({ start, npages }) => start <= page && page < start + npages);

function insertSorted(vmas: Vmas, vma: Vma): void {
  const at = vmas.findIndex(({ start }) => start > vma.start);
  vmas.splice(at < 0 ? vmas.length : at, 0, vma);
}

/** [from, to) of a VMA, as its own window. */
const part = (vma: Vma, from: number, to: number): Vma => ({
  ...vma,
  start: from,
  npages: to - from,
  pgoff: vma.pgoff + from - vma.start,
});

/** @kernel mm/vma.c do_vmi_align_munmap */
export function unmapRange(vmas: Vmas, start: number, npages: number): void {
  const end = start + npages;
  for (const vma of vmas.filter((v) => v.start < end && start < v.start + v.npages)) {
    vmas.splice(vmas.indexOf(vma), 1);
    // A 2 MiB entry that is cut goes as a whole; smaller folios that are cut are mapped again at the next touch, if at all.
    vma.file.tails = vma.file.tails.filter((tail) => tail.end <= start || tail.start >= end);
    if (vma.start < start) insertSorted(vmas, part(vma, vma.start, start));
    if (vma.start + vma.npages > end) insertSorted(vmas, part(vma, end, vma.start + vma.npages));
  }
}

const joins = (left: Vma, right: Vma): boolean =>
  left.file === right.file &&
  left.advice === right.advice &&
  left.start + left.npages === right.start &&
  left.pgoff + left.npages === right.pgoff;

/** @kernel mm/vma.c mmap_region */
export function mapWindow(vmas: Vmas, file: ShmemFile, start: number, npages: number, pgoff: number): void {
  unmapRange(vmas, start, npages);
  let vma: Vma = { file, start, npages, pgoff, advice: null, anon: !file.linked };
  // A merge happens before the file is asked, so the merged VMA stays what the older one was.
  const before = vmas.find((v) => joins(v, vma));
  const after = vmas.find((v) => joins(vma, v));
  for (const old of [before, after]) {
    if (old === undefined) continue;
    vmas.splice(vmas.indexOf(old), 1);
    const first = old.start < vma.start ? old : vma;
    vma = {
      ...first,
      npages: vma.npages + old.npages,
      anon: old === after && before !== undefined ? vma.anon : old.anon,
    };
  }
  insertSorted(vmas, vma);
}

/** madvise(MADV_HUGEPAGE or MADV_NOHUGEPAGE): the part gets bounds of its own. @kernel mm/madvise.c madvise_vma_behavior */
export function advise(vmas: Vmas, start: number, npages: number, advice: Advice): void {
  const vma = findVma(vmas, start);
  if (vma === undefined || advice === vma.advice) return;
  unmapRange(vmas, start, npages);
  insertSorted(vmas, { ...part(vma, start, start + npages), advice });
}
