/**
 * Cases on a VM: its memslots, and its stores into a file.
 *
 * Accepted memslots stay below 16 MiB: a kernel without two-dimensional paging allocates 10 bytes for each page of a slot, so a
 * slot of the greatest size would take 20 GiB.
 */

import * as fc from "fast-check";
import type { LinuxOp } from "../../sim/kernel/op.ts";
import { fileOp } from "./files.ts";
import { aligned, beside, from, huge, MIB, mostly, position, skew, VA } from "./values.ts";

const TOP = 1n << 52n;
const slot = mostly([0, 1, 2, 3, 32763], [32764, 32767, 65535, 65536, 65537, 0xffff_ffff]);
const flags = mostly([0, 4, 0, 1, 4, 2], [3, 5, 6, 8, 0x8000_0000, 0x1_0000]);
const gpa = mostly(
  [
    0n,
    0x20_0000n,
    0x40_0000n,
    0x80_0000n,
    0x1000n,
    0x1f_f000n,
    0x100_0000n,
    0x1_0000_0000n,
    TOP - 0x20_0000n,
    TOP - 0x1000n,
  ],
  [0x800n, TOP, TOP - 0x2000n, 0xffff_ffff_ffff_f000n, 0xffff_ffff_ffe0_0000n],
);
const size = mostly(
  [0x20_0000n, 0x1000n, 0x40_0000n, 0x80_0000n, 0x8000n, 0x4000n, 0n],
  [0x800n, 0x20_0001n, 0x800_0000_0000n, 0xffff_ffff_ffff_f000n, 1n << 63n],
);
const uaddr = mostly(
  [VA, VA + 0x20_0000n, VA + 0x1000n, 0n, 0x7fff_ffdf_f000n, 0x7fff_ffff_e000n],
  [0x7fff_ffff_f000n, 0x8000_0000_0000n, VA + 0x800n, 0xffff_8000_0000_0000n, 0xffff_ffff_ffff_f000n],
);
const HALF = 1n << 63n;
const memfdOffset = mostly(
  [0n, 0x1000n, 0x20_0000n, 0x3f_f000n, 0x8000n, HALF - 0x2000n],
  [0x800n, 0x40_0000n, HALF - 0x4000n, HALF - 0x20_0000n, HALF, 2n * HALF - 0x4000n, 2n * HALF - 0x1000n],
);
const memfd = mostly(["g0", "g1"], ["none"]);

const vmOp: fc.Arbitrary<LinuxOp> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constant("set_user_memory_region" as const), slot, flags, gpa, size, uaddr }),
  },
  {
    weight: 7,
    arbitrary: fc.record({
      op: fc.constant("set_user_memory_region2" as const),
      slot,
      flags,
      gpa,
      size,
      uaddr,
      memfd: mostly<string | null>(["g0", "g1"], ["none", null]),
      memfd_offset: memfdOffset,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("fallocate_guest_memfd" as const),
      memfd,
      mode: from([1, 3, 0, 1, 3, 2, 8, 0x10, 0x41]),
      offset: from([0n, 0x1000n, 0x3f_f000n, 0x800n, 0x40_0000n, HALF - 0x2000n, HALF]),
      length: from([0x1000n, 0x4000n, 0x20_0000n, 0n, 0x800n, HALF]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant("close_guest_memfd" as const), memfd }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("touch_guest_memfd" as const),
      memfd,
      offset: from([0n, 0x1000n, 0x3f_f000n, 0x40_0000n]),
      access: from(["write", "read"] as const),
    }),
  },
);

const memfdSize = mostly([0x40_0000n, 0x1_0000n, 0x200_0000n, HALF - 0x1000n], [0n, 0x1001n, HALF]);
const memfdFlags = mostly([0n, 3n, 1n, 2n], [4n, 1n << 63n]);

export const memslots = fc
  .tuple(memfdSize, memfdFlags, memfdSize, memfdFlags, fc.array(vmOp, { minLength: 1, maxLength: 16, size: "max" }))
  .map(([s0, f0, s1, f1, ops]): LinuxOp[] => [
    { op: "create_vm" },
    { op: "create_guest_memfd", memfd: "g0", size: s0, flags: f0 },
    { op: "create_guest_memfd", memfd: "g1", size: s1, flags: f1 },
    ...ops,
  ]);

/** A VMA of the file behind a slot: `n` tells where in guest memory, so that slots do not overlap by much. */
const backed = (n: number): fc.Arbitrary<LinuxOp[]> =>
  fc
    .tuple(
      fc.oneof(from([0n, 2n * MIB, 4n * MIB]), aligned),
      fc.oneof(from([512, 1024, 511, 1536]), fc.integer({ min: 1, max: 1536 })),
      skew,
      skew,
    )
    .map(([offset, pages, off, guestOff]): LinuxOp[] => {
      const va = VA + BigInt(n) * 1024n * MIB + (offset % (2n * MIB)) + (off << 12n);
      const bytes = BigInt(pages) << 12n;
      const at = BigInt(n) * 8n * MIB + (guestOff << 12n);
      return [
        { op: "map", file: "f", va, offset, length: bytes },
        { op: "set_user_memory_region", slot: n, flags: 0, gpa: at, size: bytes, uaddr: va },
      ];
    });

const guestOp: fc.Arbitrary<LinuxOp> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.nat(2), fc.oneof(from([0, 1, 2, 256, 511, 512, 513]), fc.nat(2100)), beside, fc.nat(3))
      .map(([n, at, bytes, reads]) => ({
        op: reads === 1 ? ("guest_read" as const) : ("guest_write" as const),
        gpa: BigInt(n) * 8n * MIB + (BigInt(at) << 12n) + bytes,
      })),
  },
  { weight: 3, arbitrary: fileOp(fc.constant("f")).filter((op) => op.op !== "touch" && op.op !== "collapse") },
);

const anywhere = fc
  .tuple(
    huge,
    // A file that ends within a large folio shows what can be used behind its end.
    fc.oneof(from([0x1000n, 2n * MIB + 0x1000n, 4n * MIB + 0x3001n]), position),
    backed(0),
    backed(1),
    fc.array(guestOp, { minLength: 1, maxLength: 18, size: "max" }),
  )
  .map(([of, bytes, first, second, ops]): LinuxOp[] => [
    { op: "mount", huge: of },
    { op: "create_file", file: "f", size: bytes },
    { op: "create_vm" },
    ...first,
    ...second,
    ...ops,
  ]);

/**
 * A part of the window, or what is none: no page, no length, past its end. Not so far past it that the process's own memory would be
 * meant.
 */
const part = fc
  .tuple(
    from([0n, 0x1000n, 2n * MIB, 0x8000n, MIB, 4n * MIB - 0x1000n, 0x800n]),
    from([0x1000n, 2n * MIB, 4n * MIB, 0x10_0000n, 1n, 0n, 6n * MIB]),
  )
  .map(([at, length]) => ({ va: VA + at, length }));

const endOp: fc.Arbitrary<LinuxOp> = fc.oneof(
  {
    weight: 4,
    arbitrary: from([0, 1, 3, 4, 8, 511, 512, 513, 1023]).map((page): LinuxOp => ({
      op: "guest_write",
      gpa: BigInt(page) << 12n,
    })),
  },
  {
    weight: 2,
    arbitrary: from([0, 1, 3, 4, 8, 15, 16, 511, 512, 513]).map((page): LinuxOp => ({
      op: "guest_read",
      gpa: BigInt(page) << 12n,
    })),
  },
  { weight: 1, arbitrary: fc.constant<LinuxOp>({ op: "advise", va: VA, length: 4n * MIB, advice: "dontneed" }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(part, from(["unmap", "remove", "unmap", "remove", "remove"] as const))
      .map(([range, what]): LinuxOp =>
        what === "unmap" ? { op: "unmap", ...range } : { op: "advise", ...range, advice: what },
      ),
  },
  { weight: 1, arbitrary: fc.constantFrom<LinuxOp>({ op: "close", file: "f" }, { op: "unlink", file: "f" }) },
  {
    weight: 1,
    arbitrary: from([0x1000n, 1n, 0x3001n, 2n * MIB + 1n, 0n]).map((bytes): LinuxOp => ({
      op: "truncate",
      file: "f",
      size: bytes,
    })),
  },
  {
    weight: 1,
    arbitrary: from([0n, 0x3000n, 2n * MIB]).map((offset): LinuxOp => ({ op: "write", file: "f", offset, length: 1n })),
  },
);

/** A short file in a window that shows its folios as they are, and stores on both sides of its end. */
const atTheEnd = fc
  .tuple(from([0x1000n, 2n * MIB + 0x1000n, 0x3001n]), fc.array(endOp, { minLength: 2, maxLength: 10, size: "max" }))
  .map(([bytes, ops]): LinuxOp[] => [
    { op: "mount", huge: "always" },
    { op: "create_file", file: "f", size: bytes },
    { op: "create_vm" },
    { op: "map", file: "f", va: VA, offset: 0n, length: 4n * MIB },
    { op: "set_user_memory_region", slot: 0, flags: 0, gpa: 0n, size: 4n * MIB, uaddr: VA },
    ...ops,
  ]);

export const guest = fc.oneof({ weight: 3, arbitrary: anywhere }, { weight: 1, arbitrary: atTheEnd });
