/**
 * From captured ioctls to the layout a VMM made: every slot it created or moved, with the place it has in its RAM block.
 *
 * A log tells userspace addresses, not file offsets. Ranges that overlap, or that touch while slots are in both, are
 * taken to be of one RAM block, as QEMU maps each of its blocks in one piece; the offset of a slot is its distance from
 * the start of its block. A range that only touches a block with no slot left in it is another mapping: the old one may
 * be gone. One inside such a block is still taken for a part of it, since QEMU deletes a slot to add its parts. Where the
 * log tells a guest_memfd and an offset in it, those are taken.
 */

import type { FileOffset, Gpa, SizeBytes, Uaddr } from "../../model/units.ts";
import { fileOffset, sizeBytes, toPages } from "../../model/units.ts";
import type { CapturedRegion } from "./capture.ts";
import type { Ranges, Span } from "./ranges.ts";
import { addRange, dropRange, meeting, noRanges } from "./ranges.ts";

/** Bytes. */
export interface LayoutSlot {
  /** VMs of a log are counted from 0. */
  readonly vm: number;
  readonly as_id: number;
  readonly slot: number;
  readonly gpa: Gpa;
  readonly size: SizeBytes;
  readonly offset: FileOffset;
  /** What the offset was read off. */
  readonly offset_from: "guest_memfd" | "userspace_addr" | "layout";
  /** Files are counted from 0; slots of one number share a file. */
  readonly file: number;
  readonly userspace_addr: Uaddr;
  /** Size of the RAM block: what a file behind it would have as i_size. */
  readonly block_size: SizeBytes;
  /** The slot was there, and got another gpa. */
  readonly moved: boolean;
  /** Which of the changes to the layout made it, counted from 0, and which deleted or moved it; Infinity for none. */
  readonly made: number;
  readonly gone: number;
}

/** A RAM block, or a guest_memfd; what it was found to be a part of, where that is so. */
interface Block {
  start: bigint;
  end: bigint;
  /** Slots that are in it now. */
  live: number;
  partOf: Block | undefined;
  /** Tells ranges of userspace addresses apart. */
  readonly id: number;
}

interface Made {
  readonly region: CapturedRegion;
  readonly block: Block;
  /** Where the log tells one. */
  readonly memfd: Block | undefined;
  readonly moved: boolean;
  readonly made: number;
  gone: number;
}

/** What is known of a layout while its log is read. */
export interface LayoutSoFar {
  readonly all: Made[];
  readonly there: Map<string, Made>;
  readonly blocks: Map<number, Ranges<Block>>;
  readonly memfds: Map<string, Block>;
  changes: number;
  blockCount: number;
}

export const emptyLayout = (): LayoutSoFar => ({
  all: [],
  there: new Map(),
  blocks: new Map(),
  memfds: new Map(),
  changes: 0,
  blockCount: 0,
});

function wholeOf(block: Block): Block {
  let whole = block;
  while (whole.partOf !== undefined) whole = whole.partOf;
  // What was passed on the way leads there at once next time.
  for (let at = block; at !== whole;) {
    const next = at.partOf ?? whole;
    at.partOf = whole;
    at = next;
  }
  return whole;
}

const pagesOf = (start: bigint, end: bigint): Span => ({ start: toPages(start), end: toPages(end + 4095n) });

/** The block that the slot's addresses are in, with all that it joins. */
function blockOf(layout: LayoutSoFar, { vm, userspace_addr, size }: CapturedRegion): Block {
  const known = layout.blocks.get(vm) ?? noRanges<Block>();
  layout.blocks.set(vm, known);
  const [start, end] = [userspace_addr, userspace_addr + size];
  const { start: first, end: last } = pagesOf(start, end);
  const near = meeting(known, { start: first - 1, end: last + 1 }, Infinity)
    .map(({ value }) => value)
    .filter((block) => (start < block.end && block.start < end) || block.live > 0)
    .filter((block) => start <= block.end && block.start <= end);
  const [inside] = near;
  if (near.length === 1 && inside !== undefined && inside.start <= start && end <= inside.end) return inside;
  const block: Block = { start, end, live: 0, partOf: undefined, id: layout.blockCount++ };
  for (const one of near) {
    dropRange(known, toPages(one.start), one.id);
    one.partOf = block;
    if (one.start < block.start) block.start = one.start;
    if (one.end > block.end) block.end = one.end;
    block.live += one.live;
  }
  addRange(known, pagesOf(block.start, block.end), block.id, block);
  return block;
}

function memfdOf(
  layout: LayoutSoFar,
  { vm, guest_memfd, guest_memfd_offset, size }: CapturedRegion,
): Block | undefined {
  if (guest_memfd_offset === undefined) return undefined;
  const key = `${vm} ${guest_memfd ?? ""}`;
  const known = layout.memfds.get(key) ?? { start: 0n, end: 0n, live: 0, partOf: undefined, id: 0 };
  layout.memfds.set(key, known);
  const end = guest_memfd_offset + size;
  if (end > known.end) known.end = end;
  return known;
}

function leave(layout: LayoutSoFar, key: string, slot: Made): void {
  slot.gone = layout.changes++;
  wholeOf(slot.block).live--;
  layout.there.delete(key);
}

/** Take the next ioctl of a log: what it made, moved or deleted; a refused one did nothing. */
export function takeRegion(layout: LayoutSoFar, region: CapturedRegion): void {
  if (!region.succeeded) return;
  const key = `${region.vm} ${region.as_id} ${region.slot}`;
  const old = layout.there.get(key);
  if (region.size === 0n) {
    if (old !== undefined) leave(layout, key, old);
    return;
  }
  // KVM lets a slot that is there change its flags or its gpa; with another size or address it is another guest's.
  const same = old?.region.size === region.size && old.region.userspace_addr === region.userspace_addr;
  if (same && old.region.gpa === region.gpa) return;
  const block = same ? wholeOf(old.block) : blockOf(layout, region);
  const memfd = same ? old.memfd : memfdOf(layout, region);
  if (old !== undefined) leave(layout, key, old);
  const slot: Made = {
    region: same ? { ...region, guest_memfd_offset: old.region.guest_memfd_offset } : region,
    block,
    memfd,
    moved: same,
    made: layout.changes++,
    gone: Infinity,
  };
  wholeOf(block).live++;
  layout.there.set(key, slot);
  layout.all.push(slot);
}

/** Every slot that was created or moved, in order: an ioctl that only deletes a slot or changes its flags is none. */
export function slotsSoFar({ all }: LayoutSoFar): LayoutSlot[] {
  const files = new Map<Block, number>();
  return all.map(({ region, block, memfd, moved, made, gone }) => {
    const { vm, as_id, slot, gpa, size, userspace_addr, guest_memfd_offset } = region;
    const whole = memfd ?? wholeOf(block);
    const file = files.get(whole) ?? files.size;
    files.set(whole, file);
    const told = memfd === undefined ? undefined : guest_memfd_offset;
    return {
      vm,
      as_id,
      slot,
      gpa,
      size,
      offset: told ?? fileOffset(userspace_addr - whole.start),
      offset_from: told === undefined ? "userspace_addr" : "guest_memfd",
      file,
      userspace_addr,
      block_size: sizeBytes(whole.end - whole.start),
      moved,
      made,
      gone,
    };
  });
}

/** The layout that these ioctls made. */
export function layoutOf(regions: Iterable<CapturedRegion>): LayoutSlot[] {
  const layout = emptyLayout();
  for (const region of regions) takeRegion(layout, region);
  return slotsSoFar(layout);
}
