/**
 * A page of a tmpfs file: found in the cache, or allocated with the folio that the mount, the file and the caller allow.
 *
 * as in the kernel: the highest allowed order whose aligned block is empty; the mount's limit, asked once more after the tails
 *   of other files have been trimmed, then order 0 at once and no order between; the shrinklist and its order.
 * simplified: the page allocator and the memory control group never refuse.
 * left out: swap, userfaultfd, races: a page found is never replaced under the caller.
 */

import { PMD_ORDER } from "../arch.ts";
import { anyPresent, folioAt, insertFolio, removeFolio, setUptodate } from "../folios/folios.ts";
import { alignDown, folioNpages } from "../units.ts";
import type { Family, OrderMask } from "./family.ts";
import type { Mount, ShmemFile } from "./file.ts";
import { charge, keepEnd } from "./file.ts";
import type { Caller, ThpKnobs } from "./orders.ts";
import { allowedOrders, highestOrder, suitableOrders } from "./orders.ts";
import { splitUniform } from "./split.ts";

export interface Kernel {
  family: Family;
  knobs: ThpKnobs;
}

/** Files looked at in one go. @kernel mm/shmem.c shmem_unused_huge_shrink */
const BATCH = 128;

/**
 * Frees pages behind the end of files: splits the folio in which a file ends and drops what lies past it, until `want`
 * pages are free. `busy` is the file and page of the folio that its caller has locked, which cannot be split.
 *
 * The kernel moves the list's first entries to a second list, head first, which turns them round: the newest of them goes
 * first. Those it keeps are moved back the same way, so they keep their order.
 * @kernel mm/shmem.c shmem_unused_huge_shrink
 */
function trimTails(mount: Mount, want: number, busy: { file: ShmemFile; start: number }): void {
  const taken = mount.shrinklist.splice(0, BATCH).toReversed();
  const kept: ShmemFile[] = [];
  let freed = 0;
  for (const file of taken) {
    if (freed >= want) {
      kept.push(file);
      continue;
    }
    const start = folioAt(file.folios, Number(file.size_bytes >> 12n));
    const next = start + folioNpages(file.folios.order);
    const end = keepEnd(file);
    if (start >= 0 && end > start && end < next) {
      if (file === busy.file && start === busy.start) {
        kept.push(file);
        continue;
      }
      splitUniform(file, start);
      freed += next - end;
    }
    file.on_shrinklist = false;
  }
  mount.shrinklist.unshift(...kept.toReversed());
}

/** Its form before 6.11: one split at a time, and a file that ends on a 2 MiB boundary has nothing to give. */
function splitOneTail(mount: Mount): "empty" | "none" | "split" {
  if (mount.shrinklist.length === 0) return "empty";
  const kept: ShmemFile[] = [];
  let done = false;
  for (const file of mount.shrinklist.splice(0, BATCH).toReversed()) {
    const tail = alignDown(Number(file.size_bytes >> 12n), PMD_ORDER);
    const pointless = file.size_pages % folioNpages(PMD_ORDER) === 0;
    if (done && !pointless) {
      kept.push(file);
      continue;
    }
    const start = pointless ? -1 : folioAt(file.folios, tail);
    if (start >= 0 && file.folios.order > 0) {
      splitUniform(file, start);
      done = true;
    }
    file.on_shrinklist = false;
  }
  mount.shrinklist.unshift(...kept.toReversed());
  return done ? "split" : "none";
}

/** Puts a folio into the cache and charges it, or leaves everything as it was. */
function tryInsert(k: Kernel, file: ShmemFile, start: number, order: number): boolean {
  const { mount, folios } = file;
  const pages = folioNpages(order);
  if (k.family.trims_for === "small") {
    if (!charge(mount, pages)) return false;
    insertFolio(folios, start, order, false);
    return true;
  }
  // The kernel charges after the insertion, so the folio is in the cache, locked, while tails are trimmed.
  insertFolio(folios, start, order, false);
  if (charge(mount, pages)) return true;
  trimTails(mount, pages, { file, start });
  if (charge(mount, pages)) return true;
  removeFolio(folios, start);
  return false;
}

/** @kernel mm/shmem.c shmem_alloc_and_add_folio */
function allocate(k: Kernel, file: ShmemFile, index: number, by: Caller): number {
  let orders: OrderMask = allowedOrders(k.family, k.knobs, file, index, by);
  if ("vma" in by && k.family.bounds_faults) orders = suitableOrders(by.vma, index, orders);
  while (orders !== 0) {
    const order = highestOrder(orders);
    const start = alignDown(index, order);
    if (!anyPresent(file.folios, start, order)) {
      if (tryInsert(k, file, start, order)) return start;
      break;
    }
    orders &= ~(1 << order);
  }
  if (tryInsert(k, file, index, 0)) return index;
  if (k.family.trims_for !== "small") return -1;
  for (let round = 0; round < 5; round++) {
    const trimmed = splitOneTail(file.mount);
    if (trimmed === "empty") break;
    if (trimmed === "none") continue;
    if (tryInsert(k, file, index, 0)) return index;
    round = -1;
  }
  return -1;
}

/** A new large folio that reaches past the end of its file makes the file a candidate for trimming. */
function noteTail(k: Kernel, file: ShmemFile, start: number): void {
  const { order } = file.folios;
  const spare = k.family.trims_for === "small" ? 1 : 0;
  if (order === 0 || file.on_shrinklist || file.size_pages >= start + folioNpages(order) - spare) return;
  file.on_shrinklist = true;
  file.mount.shrinklist.push(file);
}

/**
 * First page of the folio that holds page `index`, allocated if need be; -1 where the mount is full. Sets the order and
 * uptodate of `file.folios` to that folio's.
 * @kernel mm/shmem.c shmem_get_folio_gfp
 */
export function getFolio(k: Kernel, file: ShmemFile, index: number, by: Caller): number {
  const { folios } = file;
  let start = folioAt(folios, index);
  if (start >= 0) {
    // What an earlier fallocate reserved is written now; by a second fallocate too, lest its undo takes it.
    if (!folios.uptodate) {
      setUptodate(folios, start);
      folioAt(folios, index);
    }
    return start;
  }
  start = allocate(k, file, index, by);
  if (start < 0) return -1;
  folioAt(folios, index);
  noteTail(k, file, start);
  if ("vma" in by) {
    setUptodate(folios, start);
    folioAt(folios, index);
  }
  return start;
}
