/**
 * The system calls on a tmpfs file: write, fallocate, ftruncate, and a fault in a VMA of it.
 *
 * as in the kernel: write() works folio by folio in chunks of 2 MiB or of a page, and tells within_size no more than its
 *   chunk; fallocate tells it the whole range, and takes back what it added when it fails; ftruncate to the same size still
 *   drops what lies behind; a read fault allocates too.
 * simplified: the buffer of write() is resident; no signal arrives.
 * left out: seals, RLIMIT_FSIZE, O_APPEND, splice, reads.
 */

import { PMD_ORDER } from "../arch.ts";
import { folioAt, setUptodate } from "../folios/folios.ts";
import type { Result } from "../errno.ts";
import { ok, refuse } from "../errno.ts";
import { alignDown, asLoff, folioNpages, PAGE_SIZE, toBytes, toPages, toPagesUp } from "../units.ts";
import type { Kernel } from "./alloc.ts";
import { getFolio } from "./alloc.ts";
import type { ShmemFile } from "./file.ts";
import { setSize } from "./file.ts";
import type { Vma } from "./orders.ts";
import { byteSpan, removeRange, undoFallocate } from "./split.ts";
import { checkFallocate, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, isTmpfsMode, MAX_BYTES } from "./vfs.ts";

/** @kernel include/linux/fs.h MAX_RW_COUNT */
const MAX_RW_COUNT = 0x7ffff000n;
const CHUNK_PAGES = 512;

const NO_SPACE = refuse("ENOSPC", "no_space");
const DONE = ok(undefined);

/** The bytes written, fewer than asked where the mount got full on the way. @kernel mm/filemap.c generic_perform_write */
export function write(k: Kernel, file: ShmemFile, offset: bigint, length: bigint): Result<bigint> {
  if (asLoff(offset) < 0n) return refuse("EINVAL", "offset_negative");
  if (length === 0n) return ok(0n);
  // Before the write is cut to what one call may write. @kernel fs/read_write.c rw_verify_area
  if (offset + length > MAX_BYTES) return refuse("EINVAL", "end_past_maximum");
  const left = length < MAX_RW_COUNT ? length : MAX_RW_COUNT;
  const end = offset + left;
  const chunk = file.large_chunks ? CHUNK_PAGES : 1;
  let pos = offset;
  while (pos < end) {
    const index = toPages(pos);
    const chunkEnd = toBytes(index - (index % chunk) + chunk);
    const write_end = chunkEnd < end ? chunkEnd : end;
    const by = { end: { page: toPagesUp(write_end), bytes: Number(write_end - toBytes(index)) } };
    const start = getFolio(k, file, index, by);
    if (start < 0) return pos === offset ? NO_SPACE : ok(pos - offset);
    const folioEnd = toBytes(start + folioNpages(file.folios.order));
    // The rest of a folio is one step: its pages need no further decision.
    pos = folioEnd < end ? folioEnd : end;
    if (!file.folios.uptodate) setUptodate(file.folios, start);
    if (pos > file.size_bytes) setSize(file, pos);
  }
  return ok(end - offset);
}

/** @kernel mm/shmem.c shmem_fallocate */
export function fallocate(k: Kernel, file: ShmemFile, mode: number, offset: bigint, length: bigint): Result<undefined> {
  const refused = checkFallocate(k.family, mode, offset, length);
  if (refused !== undefined) return refused;
  if (!isTmpfsMode(mode)) return refuse("EOPNOTSUPP", "mode_not_of_tmpfs");
  const endBytes = offset + length;
  if ((mode & FALLOC_FL_PUNCH_HOLE) !== 0) {
    // What is unmapped ends at "the last whole page's end, less one", which wraps around inside the file's first page: all
    // but that page leaves the page tables then.
    if (endBytes < PAGE_SIZE) file.tails = [];
    removeRange(k.family, file, byteSpan(offset, endBytes));
    return DONE;
  }
  const start = toPages(offset);
  const end = toPagesUp(endBytes);
  if (file.mount.max_pages > 0 && end - start > file.mount.max_pages) return refuse("ENOSPC", "longer_than_mount");
  const before = file.fallocend;
  file.fallocend = Math.max(before, end);
  for (let index = start; index < end;) {
    const by = { end: { page: end, bytes: Number(endBytes - toBytes(index)) } };
    const found = getFolio(k, file, index, by);
    if (found < 0) {
      file.fallocend = before;
      undoFallocate(k.family, file, start, index);
      return NO_SPACE;
    }
    index = found + folioNpages(file.folios.order);
  }
  if ((mode & FALLOC_FL_KEEP_SIZE) === 0 && endBytes > file.size_bytes) setSize(file, endBytes);
  return DONE;
}

/** @kernel mm/shmem.c shmem_setattr */
export function truncate(k: Kernel, file: ShmemFile, size: bigint): Result<undefined> {
  if (asLoff(size) < 0n) return refuse("EINVAL", "size_negative");
  const before = file.size_bytes;
  setSize(file, size);
  // A file without a page keeps its fallocend.
  if (size <= before && file.folios.pages > 0) removeRange(k.family, file, byteSpan(size));
  return DONE;
}

/** Do the page tables take the whole folio that starts here? It has to lie in the VMA and in one table, 2 MiB of addresses. */
function fitsWhole(k: Kernel, vma: Vma, start: number): boolean {
  const { order } = vma.file.folios;
  const taken = k.family.maps_whole === "every" || (k.family.maps_whole === "anon" && vma.anon) || order === PMD_ORDER;
  const inWindow = start >= vma.pgoff && start + folioNpages(order) <= vma.pgoff + vma.npages;
  return taken && inWindow && lowPart(vma.start + start - vma.pgoff) + folioNpages(order) <= folioNpages(PMD_ORDER);
}

/**
 * The page tables take the whole folio, else one page. Only what reaches past i_size is seen of that.
 * @kernel mm/memory.c finish_fault
 */
function mapFolio(k: Kernel, vma: Vma, start: number): void {
  const { file } = vma;
  const npages = folioNpages(file.folios.order);
  if (start + npages <= file.size_pages || !fitsWhole(k, vma, start)) return;
  const address = vma.start + start - vma.pgoff;
  if (!file.tails.some((tail) => tail.start === address)) {
    file.tails.push({ folio: start, start: address, end: address + npages });
  }
}

/** Where an address lies in its page table. */
const lowPart = (address: number): number => address % folioNpages(PMD_ORDER);

/** log2 of the pages that a read maps around the one it faults on. @kernel mm/memory.c fault_around_pages */
const AROUND_ORDER = 4;

/**
 * A read maps what is there around it, from the start of its 64 KiB on. Where that start lies before i_size, in a large folio, all of the
 * folio is mapped, past i_size too; the read itself is served if its page is in it.
 * @kernel mm/memory.c do_fault_around, mm/filemap.c filemap_map_pages
 */
function mapAround(k: Kernel, vma: Vma, index: number): boolean {
  const { file } = vma;
  const address = vma.start + index - vma.pgoff;
  const first = index - (address - Math.max(alignDown(address, AROUND_ORDER), vma.start));
  const start = first < file.size_pages ? folioAt(file.folios, first) : -1;
  if (start < 0 || !file.folios.uptodate || !fitsWhole(k, vma, start)) return false;
  const { order } = file.folios;
  // Advice against 2 MiB is none against smaller folios.
  if (order === PMD_ORDER && vma.advice === "nohugepage") return false;
  mapFolio(k, vma, start);
  return index < start + folioNpages(order);
}

/** A load or a store, by the process or by its guest, on page `index` through the window. @kernel mm/shmem.c shmem_fault */
export function fault(k: Kernel, vma: Vma, index: number, access: "read" | "write" = "write"): Result<undefined> {
  const { file } = vma;
  const address = vma.start + index - vma.pgoff;
  if (index >= file.size_pages) {
    const mapped = file.tails.some(({ start, end }) => start <= address && address < end);
    return mapped || (access === "read" && mapAround(k, vma, index)) ? DONE : refuse("SIGBUS", "beyond_i_size");
  }
  const start = getFolio(k, file, index, { vma });
  if (start < 0) return refuse("SIGBUS", "no_space");
  mapFolio(k, vma, start);
  return DONE;
}

/** An inode that is gone gives its pages back. @kernel mm/shmem.c shmem_evict_inode */
export function evict(k: Kernel, file: ShmemFile): void {
  setSize(file, 0n);
  removeRange(k.family, file, byteSpan(0n));
  const { shrinklist } = file.mount;
  if (file.on_shrinklist) shrinklist.splice(shrinklist.indexOf(file), 1);
}
