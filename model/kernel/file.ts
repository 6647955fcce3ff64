/**
 * A tmpfs mount and the files on it: their sizes, folios and charges.
 *
 * as in the kernel: the mount's limit counts pages in the cache, whether written or only reserved; huge= belongs to the mount
 *   and is read at each allocation; a file knows where fallocate has promised pages (`fallocend`).
 * simplified: no directories: a file is its inode, `linked` says whether a name is left.
 * left out: inode limits, quotas, seals, swap, overcommit, mempolicy.
 */

import type { Folios } from "../folios/folios.ts";
import { emptyFolios, nextFolio } from "../folios/folios.ts";
import { toBytes, toPagesUp } from "../units.ts";
import type { Family } from "./family.ts";

export type Huge = "never" | "always" | "within_size" | "advise";

export interface Mount {
  huge: Huge;
  /** Pages the mount may hold, 0 for no limit. */
  max_pages: number;
  used_pages: number;
  /** Files whose last large folio reaches past their end, oldest first. @kernel mm/shmem.c shrinklist */
  shrinklist: ShmemFile[];
}

export interface ShmemFile {
  readonly mount: Mount;
  /** i_size in bytes, at most 2^63 - 1. Set by `setSize` only. */
  size_bytes: bigint;
  /** i_size in pages, rounded up. */
  size_pages: number;
  readonly folios: Folios;
  /** Where the pages promised by fallocate end: a split drops no page before it. */
  fallocend: number;
  /** write() works in 2 MiB chunks. Decided when the file is created and never again. */
  readonly large_chunks: boolean;
  /** A name is left. A file without one is mapped as anonymous shmem, under other knobs. */
  linked: boolean;
  on_shrinklist: boolean;
  /** Large folios that a VMA shows as a whole, past the end of the file. */
  tails: MappedTail[];
}

/**
 * The page tables of a VMA hold a folio that reached past i_size when it was mapped. tmpfs is exempt from the rule that
 * nothing behind i_size be mapped, so the guest may use those pages until the folio goes. Addresses in pages, half-open.
 */
interface MappedTail {
  readonly folio: number;
  readonly start: number;
  readonly end: number;
}

export const emptyMount = (huge: Huge, max_pages: number): Mount => ({
  huge,
  max_pages,
  used_pages: 0,
  shrinklist: [],
});

/** @kernel mm/shmem.c __shmem_get_inode */
export function emptyFile(family: Family, mount: Mount, linked: boolean): ShmemFile {
  const { large_chunks: which } = family;
  return {
    mount,
    size_bytes: 0n,
    size_pages: 0,
    folios: emptyFolios(),
    fallocend: 0,
    large_chunks: which === "every" || (which === "created_huge" && mount.huge !== "never"),
    linked,
    on_shrinklist: false,
    tails: [],
  };
}

export function setSize(file: ShmemFile, bytes: bigint): void {
  file.size_bytes = bytes;
  file.size_pages = toPagesUp(bytes);
}

/** Where a split starts to drop pages. @kernel mm/shmem.c shmem_fallocend */
export const keepEnd = (file: ShmemFile): number => Math.max(file.size_pages, file.fallocend);

/** Takes pages from the mount's limit, or says that they are not there. @kernel mm/shmem.c shmem_inode_acct_blocks */
export function charge(mount: Mount, pages: number): boolean {
  if (mount.max_pages > 0 && mount.used_pages + pages > mount.max_pages) return false;
  mount.used_pages += pages;
  return true;
}

export function uncharge(mount: Mount, pages: number): void {
  mount.used_pages -= pages;
  if (mount.used_pages < 0) throw new Error("a page was given back that was never charged");
}

/** One more than the largest loff_t, in pages. */
const LOFF_PAGES = 2 ** 51;

/** A run of pages, half-open. */
export interface PageRange {
  readonly start: number;
  readonly end: number;
}

/** Runs of pages in folios, or in up-to-date folios only, before page `limit`. */
export function runs(file: ShmemFile, limit: number, uptodateOnly: boolean): PageRange[] {
  const { folios } = file;
  const found: PageRange[] = [];
  let start = -1;
  let end = -1;
  for (let at = nextFolio(folios, 0); at >= 0 && at < limit;) {
    const next = at + 2 ** folios.order;
    if (!uptodateOnly || folios.uptodate) {
      if (at !== end) {
        if (start >= 0) found.push({ start, end });
        start = at;
      }
      end = next;
    }
    at = nextFolio(folios, next);
  }
  if (start >= 0) found.push({ start, end });
  return found;
}

/**
 * Data as SEEK_DATA and SEEK_HOLE tell it, in bytes: up-to-date folios, cut at i_size. A folio that ends at 2^63 makes SEEK_HOLE return
 * a negative number: the kernel compares it with i_size as a signed one. So its data has a start and no end, and is not listed.
 * @kernel mm/filemap.c mapping_seek_hole_data
 */
export function dataExtents(file: ShmemFile): [bigint, bigint][] {
  const cut = (page: number): bigint => {
    const bytes = toBytes(page);
    return bytes < file.size_bytes ? bytes : file.size_bytes;
  };
  return runs(file, file.size_pages, true)
    .filter(({ end }) => end < LOFF_PAGES)
    .map(({ start, end }) => [cut(start), cut(end)]);
}
