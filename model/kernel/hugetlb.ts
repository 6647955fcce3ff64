/**
 * hugetlbfs with pages of 2 MiB: create, size, fill, punch.
 *
 * as in the kernel: no write(); sizes in whole huge pages, except what fallocate makes of them; a range is rounded outward to
 *   allocate and inward to punch; an empty pool ends a fallocate half-way and nothing is undone.
 * simplified: one pool of free pages, which nobody else draws from; presence only.
 * left out: mmap and its reservations, faults, min_size and size of the mount, other page sizes, NUMA.
 */

import type { Refusal } from "../errno.ts";
import { refuse } from "../errno.ts";
import { asLoff } from "../units.ts";
import type { Family } from "./family.ts";
import { checkFallocate, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, isTmpfsMode } from "./vfs.ts";

const HUGE_BYTES = 1n << 21n;
export const HUGE_NPAGES = 512;

/** Free huge pages. */
export interface HugetlbPool {
  free: number;
}

export interface HugetlbFile {
  size_bytes: bigint;
  /** Numbers of the huge pages present. */
  readonly present: Set<number>;
}

export const emptyHugetlbFile = (): HugetlbFile => ({ size_bytes: 0n, present: new Set() });

/** Frees the huge pages in [start, end). */
function removePages(pool: HugetlbPool, file: HugetlbFile, start: number, end: number): void {
  for (const page of file.present) {
    if (page < start || page >= end) continue;
    file.present.delete(page);
    pool.free++;
  }
}

const down = (bytes: bigint): number => Number(bytes / HUGE_BYTES);
const up = (bytes: bigint): number => Number((bytes + HUGE_BYTES - 1n) / HUGE_BYTES);

/** @kernel fs/hugetlbfs/inode.c hugetlbfs_setattr */
export function truncateHugetlb(pool: HugetlbPool, file: HugetlbFile, size: bigint): Refusal | undefined {
  if (asLoff(size) < 0n) return refuse("EINVAL", "size_negative");
  if (size % HUGE_BYTES !== 0n) return refuse("EINVAL", "hugetlb_size_unaligned");
  file.size_bytes = size;
  removePages(pool, file, down(size), Infinity);
  return undefined;
}

/** @kernel fs/hugetlbfs/inode.c hugetlbfs_fallocate */
export function fallocateHugetlb(
  family: Family,
  pool: HugetlbPool,
  file: HugetlbFile,
  mode: number,
  offset: bigint,
  length: bigint,
): Refusal | undefined {
  const refused = checkFallocate(family, mode, offset, length);
  if (refused !== undefined) return refused;
  if (!isTmpfsMode(mode)) return refuse("EOPNOTSUPP", "mode_not_of_hugetlbfs");
  const end = offset + length;
  if ((mode & FALLOC_FL_PUNCH_HOLE) !== 0) {
    removePages(pool, file, up(offset), down(end));
    return undefined;
  }
  for (let page = down(offset); page < up(end); page++) {
    if (file.present.has(page)) continue;
    if (pool.free === 0) return refuse("ENOSPC", "hugetlb_pool_empty");
    pool.free--;
    file.present.add(page);
  }
  if ((mode & FALLOC_FL_KEEP_SIZE) === 0 && end > file.size_bytes) file.size_bytes = end;
  return undefined;
}

/** Descriptor and inode are gone. */
export function releaseHugetlb(pool: HugetlbPool, file: HugetlbFile): void {
  removePages(pool, file, 0, Infinity);
}
