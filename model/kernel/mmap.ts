/**
 * What mmap(MAP_SHARED | MAP_FIXED) of a tmpfs file refuses, in the kernel's order.
 *
 * as in the kernel: the offset's alignment comes before the descriptor, and room before the address's alignment.
 * left out: max_map_count, RLIMIT_AS, mmap_min_addr, protections.
 */

import type { Refusal } from "../errno.ts";
import { refuse } from "../errno.ts";

/** Of the last byte of a tmpfs file. @kernel include/linux/fs.h MAX_LFS_FILESIZE */
const LAST_BYTE = 2n ** 63n - 1n;
const PAGE = 4096n;

const isAligned = (bytes: bigint): boolean => bytes % PAGE === 0n;

/** PAGE_ALIGN of a u64: near its end it comes out as 0. */
const pageAligned = (length: bigint): bigint => BigInt.asUintN(64, length + PAGE - 1n) & -PAGE;

export interface MmapRequest {
  /** Bytes, u64 each. */
  readonly va: bigint;
  readonly length: bigint;
  readonly offset: bigint;
}

/**
 * @param isOpen whether the descriptor is one
 * @param user_pages one more than the last user page
 * @kernel arch/x86/kernel/sys_x86_64.c mmap; mm/mmap.c ksys_mmap_pgoff, do_mmap, __get_unmapped_area, file_mmap_ok
 */
export function checkMmap(isOpen: boolean, user_pages: number, request: MmapRequest): Refusal | undefined {
  const { va, length, offset } = request;
  if (!isAligned(offset)) return refuse("EINVAL", "window_offset_unaligned");
  if (!isOpen) return refuse("EBADF", "bad_fd");
  if (length === 0n) return refuse("EINVAL", "window_empty");
  const whole = pageAligned(length);
  if (whole === 0n || va + whole > BigInt(user_pages) * PAGE) return refuse("ENOMEM", "window_outside");
  if (!isAligned(va)) return refuse("EINVAL", "window_unaligned");
  if (offset / PAGE > (LAST_BYTE - whole) / PAGE) return refuse("EOVERFLOW", "window_offset");
  return undefined;
}

/** @kernel mm/vma.c do_vmi_munmap */
export function checkMunmap(user_pages: number, va: bigint, length: bigint): Refusal | undefined {
  if (!isAligned(va) || va > BigInt(user_pages) * PAGE || length > BigInt(user_pages) * PAGE - va) {
    return refuse("EINVAL", "unmap_outside");
  }
  return pageAligned(length) === 0n ? refuse("EINVAL", "unmap_empty") : undefined;
}
