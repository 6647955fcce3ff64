/**
 * From captured ioctls to the layout a VMM made: every slot it created, with the place it has in its RAM block.
 *
 * A log tells userspace addresses, not file offsets. Ranges that touch or overlap are taken to be of one RAM block, as
 * QEMU maps each of its blocks in one piece; the offset of a slot is its distance from the start of its block. Where
 * the log tells a guest_memfd offset, that is taken.
 */

import type { FileOffset, Gpa, SizeBytes, Uaddr } from "../../model/units.ts";
import { fileOffset, sizeBytes } from "../../model/units.ts";
import type { CapturedRegion } from "./capture.ts";

/** Bytes. */
export interface LayoutSlot {
  readonly as_id: number;
  readonly slot: number;
  readonly gpa: Gpa;
  readonly size: SizeBytes;
  readonly offset: FileOffset;
  readonly userspace_addr: Uaddr;
  /** Size of the RAM block: what a file behind it would have as i_size. */
  readonly block_size: SizeBytes;
}

interface Block {
  readonly start: bigint;
  readonly end: bigint;
}

/** The ranges of userspace addresses that are mapped in one piece, ascending. A deletion's empty range joins none. */
function blocksOf(regions: readonly CapturedRegion[]): Block[] {
  const sorted = regions
    .filter(({ succeeded }) => succeeded)
    .toSorted((a, b) => (a.userspace_addr < b.userspace_addr ? -1 : a.userspace_addr > b.userspace_addr ? 1 : 0));
  const blocks: Block[] = [];
  for (const { userspace_addr, size } of sorted) {
    const end = userspace_addr + size;
    const last = blocks.at(-1);
    if (last === undefined || userspace_addr > last.end) blocks.push({ start: userspace_addr, end });
    else if (end > last.end) blocks[blocks.length - 1] = { start: last.start, end };
  }
  return blocks;
}

/** Every slot that was created, in order: an ioctl that only changes or deletes a slot is none. */
export function layoutOf(regions: readonly CapturedRegion[]): LayoutSlot[] {
  const blocks = blocksOf(regions);
  const there = new Set<number>();
  const created: LayoutSlot[] = [];
  for (const { as_id, slot, gpa, size, userspace_addr, guest_memfd_offset, succeeded } of regions) {
    if (!succeeded) continue;
    const key = as_id * 65536 + slot;
    if (size === 0n) {
      there.delete(key);
      continue;
    }
    if (there.has(key)) continue;
    there.add(key);
    const block = blocks.find(({ end }) => userspace_addr < end);
    if (block === undefined) throw new Error(`slot ${slot} lies in no block`);
    const offset = guest_memfd_offset ?? fileOffset(userspace_addr - block.start);
    created.push({ as_id, slot, gpa, size, offset, userspace_addr, block_size: sizeBytes(block.end - block.start) });
  }
  return created;
}
