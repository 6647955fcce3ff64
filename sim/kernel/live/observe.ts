/** What can be seen of a file beyond its state: which pages are cached, and where folios begin and end. */

import { readFileSync, readdirSync } from "node:fs";
import { closeSync, openSync, readSync } from "node:fs";
import type { PageRange } from "../../../model/kernel/file.ts";
import * as sys from "./syscalls.ts";
import { cachedPages } from "./tmpfs.ts";

const THP = "/sys/kernel/mm/transparent_hugepage";
const MADV_POPULATE_READ = 22;
const PFN_MASK = (1n << 55n) - 1n;
const PRESENT = 1n << 63n;
const TAIL = 1n << 16n;

/** Are exactly these pages cached? `undefined` where the kernel has no cachestat. */
export function cachesExactly(fd: number, expected: readonly PageRange[]): boolean | undefined {
  const total = expected.reduce((sum, { start, end }) => sum + end - start, 0);
  // A length of 0 asks about everything.
  const cached = cachedPages(fd, 0, 0);
  if (cached < 0) return undefined;
  return cached === total && expected.every(({ start, end }) => cachedPages(fd, start, end) === end - start);
}

/** Which pages are cached, found by halving: for a report only. */
export function cachedRuns(fd: number, start: number, end: number): PageRange[] {
  const cached = cachedPages(fd, start, end);
  if (cached <= 0) return [];
  if (cached === end - start) return [{ start, end }];
  const middle = Math.floor((start + end) / 2);
  const left = cachedRuns(fd, start, middle);
  const [first, ...rest] = cachedRuns(fd, middle, end);
  const last = left.at(-1);
  if (first === undefined) return left;
  if (last?.end !== first.start) return [...left, first, ...rest];
  return [...left.slice(0, -1), { start: last.start, end: first.end }, ...rest];
}

export interface PageFlags {
  readonly pagemap: number;
  readonly kpageflags: number;
}

/** /proc files that tell page frames and their flags: root only. */
export function openPageFlags(): PageFlags | undefined {
  try {
    return { pagemap: openSync("/proc/self/pagemap", "r"), kpageflags: openSync("/proc/kpageflags", "r") };
  } catch {
    return undefined;
  }
}

export function closePageFlags(flags: PageFlags): void {
  closeSync(flags.pagemap);
  closeSync(flags.kpageflags);
}

function readWords(fd: number, first: number, count: number): BigUint64Array {
  const words = new BigUint64Array(count);
  readSync(fd, new Uint8Array(words.buffer), 0, count * 8, first * 8);
  return words;
}

/**
 * First pages of the folios in [start, end), all of whose pages are up to date and before i_size: touching them allocates
 * nothing. `undefined` where a page cannot be told.
 */
export function folioStarts(flags: PageFlags, fd: number, { start, end }: PageRange): number[] | undefined {
  const length = BigInt(end - start) << 12n;
  const va = sys.mmap(0n, length, sys.MAP_SHARED, fd, BigInt(start) << 12n);
  if (va < 0) return undefined;
  try {
    if (sys.madvise(BigInt(va), length, MADV_POPULATE_READ) < 0) return undefined;
    const frames = readWords(flags.pagemap, va / 4096, end - start);
    const starts: number[] = [];
    for (let at = 0; at < frames.length;) {
      if (((frames[at] ?? 0n) & PRESENT) === 0n) return undefined;
      const pfn = Number((frames[at] ?? 0n) & PFN_MASK);
      if (pfn === 0) return undefined;
      let count = 1;
      while (Number((frames[at + count] ?? 0n) & PFN_MASK) === pfn + count) count++;
      for (const [i, word] of readWords(flags.kpageflags, pfn, count).entries()) {
        if ((word & TAIL) === 0n) starts.push(start + at + i);
      }
      at += count;
    }
    return starts;
  } finally {
    sys.munmap(BigInt(va), length);
  }
}

const COUNTERS =
  /^(thp_file_fallback|thp_file_fallback_charge|thp_split_page_failed|thp_collapse_alloc_failed) (\d+)$/gm;

/**
 * Sum of the counters that rise when the page allocator or a memory control group refuses a size, when a split fails, or when
 * khugepaged works: any of these explains a difference. They are the machine's, so anyone may raise them.
 */
export function disturbances(): number {
  let sum = 0;
  const add = (text: string): void => {
    sum += Number(text);
  };
  for (const [, , count] of readFileSync("/proc/vmstat", "utf8").matchAll(COUNTERS)) add(count ?? "0");
  try {
    for (const size of readdirSync(THP).filter((name) => name.startsWith("hugepages-"))) {
      for (const name of ["shmem_fallback", "shmem_fallback_charge", "split_failed"]) {
        add(readFileSync(`${THP}/${size}/stats/${name}`, "utf8"));
      }
    }
    add(readFileSync(`${THP}/khugepaged/pages_collapsed`, "utf8"));
  } catch {
    // Older kernels have no counters per size; those of vmstat must do.
  }
  return sum;
}
