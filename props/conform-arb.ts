/**
 * Lists of ops for the models and the kernel to be compared on.
 *
 * Every list is legal, so a counterexample shrinks by leaving ops out. Numbers come from tables sorted from plain to odd, by an
 * index that shrinks to the plain end. Accepted memslots stay below 16 MiB: a kernel without two-dimensional paging allocates
 * 10 bytes for each page of a slot, so a slot of the greatest size would take 20 GiB.
 */

import * as fc from "fast-check";
import type { Huge } from "../model/linux/file.ts";
import type { LinuxOp } from "../sim/linux-op.ts";

/** A value of a table, the first being the simplest. */
function from<T>(table: readonly [T, ...T[]]): fc.Arbitrary<T> {
  return fc.nat(table.length - 1).map((at) => table[at] ?? table[0]);
}

const MIB = 1n << 20n;
const huge = from<Huge>(["always", "within_size", "never", "advise"]);

/** A page of a file of up to 16 MiB: on and beside the borders of large folios, or anywhere. */
const page = fc.oneof(
  from([
    0, 512, 1, 511, 513, 1024, 5, 8, 16, 17, 31, 32, 100, 255, 256, 257, 1023, 1025, 1536, 2047, 2048, 2560, 3072, 3583,
  ]),
  fc.nat(3600),
);
/** Bytes beside a page border, mostly none. */
const beside = from([0n, 0n, 0n, 0n, 1n, 0x123n, 0xfffn, 8n]);
const position = fc.tuple(page, beside).map(([at, bytes]) => (BigInt(at) << 12n) + bytes);
const aligned = page.map((at) => BigInt(at) << 12n);

const length = fc.oneof(
  from([
    0x1000n,
    1n,
    0x2000n,
    0x8000n,
    0x1_0000n,
    0x1_1000n,
    0x8_0000n,
    2n * MIB,
    2n * MIB + 0x1000n,
    0x24_1000n,
    4n * MIB,
    5n * MIB,
    6n * MIB,
  ]),
  fc.tuple(fc.integer({ min: 1, max: 1200 }), beside).map(([pages, bytes]) => (BigInt(pages) << 12n) + bytes),
);

/** Where windows go: well away from what else a process maps. */
const VA = 0x1000_0000_0000n;
/** How far a window is from lying like its file modulo 2 MiB, in pages. */
const skew = from([0n, 0n, 0n, 1n, 256n, 511n, 16n]);

const window = fc
  .record({
    at: aligned,
    pages: fc.oneof(from([512, 1024, 1536, 16, 511, 513, 1, 2048]), fc.integer({ min: 1, max: 2500 })),
    skew,
    within: fc.nat(0xffff),
  })
  .map(({ at, pages, skew: off, within }) => ({
    va: VA + (at % (2n * MIB)) + (off << 12n),
    vma_offset: at,
    vma_length: BigInt(pages) << 12n,
    offset: at + (BigInt(Math.floor((within * pages) / 0x1_0000)) << 12n),
  }));

const fileOp = (file: fc.Arbitrary<string>): fc.Arbitrary<LinuxOp> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ op: fc.constant("write" as const), file, offset: position, length }) },
    { weight: 3, arbitrary: fc.record({ op: fc.constant("truncate" as const), file, size: position }) },
    {
      weight: 6,
      arbitrary: fc.record({
        op: fc.constant("fallocate" as const),
        file,
        mode: from([3, 0, 1, 3, 1, 0, 3, 0, 1, 3, 2, 8, 0x10, 0x31]),
        offset: position,
        length,
      }),
    },
    {
      weight: 4,
      arbitrary: fc
        .tuple(file, window, from(["write", "read"] as const), from([null, null, "hugepage", "nohugepage"] as const))
        .map(([name, at, access, advice]) => ({ op: "touch" as const, file: name, ...at, access, advice })),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant("remount" as const), huge }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(file, aligned, from([2n * MIB, 4n * MIB, MIB]), from([0n, 0n, 0n, 0x1000n, MIB]))
        .map(([name, at, part, off]) => {
          const start = at - (at % (2n * MIB));
          const inside = { vma_offset: start, vma_length: 6n * MIB, offset: start + off, length: part };
          return { op: "collapse" as const, file: name, va: VA, ...inside };
        }),
    },
  );

/** One file on a large mount. */
const shmem = fc
  .tuple(huge, position, fc.array(fileOp(fc.constant("f")), { minLength: 1, maxLength: 14, size: "max" }))
  .map(([of, size, ops]): LinuxOp[] => [{ op: "mount", huge: of }, { op: "create_file", file: "f", size }, ...ops]);

const names = from(["f0", "f1", "m", "f2"]);
const createOp = fc.oneof(
  fc.record({ op: fc.constant("create_file" as const), file: from(["f0", "f1", "f2"]), size: position }),
  fc.record({ op: fc.constant("create_memfd" as const), file: fc.constant("m"), size: position }),
  fc.record({ op: fc.constant("unlink" as const), file: from(["f0", "f1", "f2"]) }),
);

/** Several files on a mount that is soon full, memfds, files without a name. */
const shmem2 = fc
  .tuple(
    huge,
    from([8n * MIB, 4n * MIB, 6n * MIB + 0x3000n, 12n * MIB, 24n * MIB, 2n * MIB]),
    fc.tuple(position, position, position),
    fc.array(fc.oneof({ weight: 12, arbitrary: fileOp(names) }, { weight: 1, arbitrary: createOp }), {
      minLength: 1,
      maxLength: 18,
      size: "max",
    }),
  )
  .map(([of, size, [a, b, c], ops]): LinuxOp[] => [
    { op: "mount", huge: of, size },
    { op: "create_file", file: "f0", size: a },
    { op: "create_file", file: "f1", size: b },
    { op: "create_memfd", file: "m", size: c },
    ...ops,
  ]);

const TOP = 1n << 52n;
const slot = from([0, 1, 2, 3, 32763, 32764, 32767, 65535, 65536, 65537, 0xffff_ffff]);
const flags = from([0, 4, 4, 1, 2, 3, 5, 6, 8, 0x8000_0000, 0x1_0000]);
const gpa = from([
  0n,
  0x20_0000n,
  0x40_0000n,
  0x80_0000n,
  0x1000n,
  0x1f_f000n,
  0x100_0000n,
  0x4000_0000n,
  0x1_0000_0000n,
  0x800n,
  TOP,
  TOP - 0x20_0000n,
  TOP - 0x1000n,
  TOP - 0x2000n,
  0xffff_ffff_ffff_f000n,
  0xffff_ffff_ffe0_0000n,
]);
const size = from([
  0x20_0000n,
  0x1000n,
  0x40_0000n,
  0x80_0000n,
  0x8000n,
  0x4000n,
  0n,
  0x800n,
  0x20_0001n,
  0x800_0000_0000n,
  0xffff_ffff_ffff_f000n,
  1n << 63n,
]);
const uaddr = from([
  VA,
  VA + 0x20_0000n,
  VA + 0x1000n,
  0n,
  0x7fff_ffff_f000n,
  0x7fff_ffff_e000n,
  0x7fff_ffdf_f000n,
  0x8000_0000_0000n,
  VA + 0x800n,
  0xffff_8000_0000_0000n,
  0xffff_ffff_ffff_f000n,
]);
const HALF = 1n << 63n;
const memfdOffset = from([
  0n,
  0x1000n,
  0x20_0000n,
  0x3f_f000n,
  0x8000n,
  0x800n,
  0x40_0000n,
  HALF - 0x2000n,
  HALF - 0x4000n,
  HALF - 0x20_0000n,
  HALF,
  2n * HALF - 0x4000n,
  2n * HALF - 0x1000n,
]);
const memfd = from(["g0", "g1", "none"]);

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
      memfd: from<string | null>(["g0", "g1", "none", null]),
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

const memfdSize = from([0x40_0000n, 0x1_0000n, 0x200_0000n, HALF - 0x1000n, 0n, 0x1001n, HALF]);
const memfdFlags = from([0n, 3n, 1n, 2n, 4n, 1n << 63n]);

const memslots = fc
  .tuple(memfdSize, memfdFlags, memfdSize, memfdFlags, fc.array(vmOp, { minLength: 1, maxLength: 16, size: "max" }))
  .map(([s0, f0, s1, f1, ops]): LinuxOp[] => [
    { op: "create_vm" },
    { op: "create_guest_memfd", memfd: "g0", size: s0, flags: f0 },
    { op: "create_guest_memfd", memfd: "g1", size: s1, flags: f1 },
    ...ops,
  ]);

/** A window of the file behind a slot: `n` tells where in guest memory, so that slots do not overlap by much. */
const backed = (n: number): fc.Arbitrary<LinuxOp[]> =>
  fc
    .tuple(aligned, fc.oneof(from([512, 1024, 511, 1536]), fc.integer({ min: 1, max: 1536 })), skew, skew)
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
    arbitrary: fc.tuple(fc.nat(2), fc.nat(2100), beside).map(([n, at, bytes]) => ({
      op: "guest_write" as const,
      gpa: BigInt(n) * 8n * MIB + (BigInt(at) << 12n) + bytes,
    })),
  },
  { weight: 3, arbitrary: fileOp(fc.constant("f")).filter((op) => op.op !== "touch" && op.op !== "collapse") },
);

const guest = fc
  .tuple(huge, position, backed(0), backed(1), fc.array(guestOp, { minLength: 1, maxLength: 18, size: "max" }))
  .map(([of, bytes, first, second, ops]): LinuxOp[] => [
    { op: "mount", huge: of },
    { op: "create_file", file: "f", size: bytes },
    { op: "create_vm" },
    ...first,
    ...second,
    ...ops,
  ]);

const hugeSize = from([4n * MIB, 2n * MIB, 0n, 16n * MIB, 0x1000n, 2n * MIB + 1n]);
const hugetlbOp = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant("fallocate_hugetlb" as const),
      file: from(["a", "b"]),
      mode: from([0, 3, 1, 0, 3, 1, 8, 2]),
      offset: position,
      length,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant("truncate_hugetlb" as const), file: from(["a", "b"]), size: hugeSize }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("write_hugetlb" as const),
      file: from(["a", "b"]),
      offset: position,
      length,
    }),
  },
);

/** Two files that draw on one pool, which may be empty. */
const hugetlb = fc
  .tuple(hugeSize, hugeSize, fc.array(hugetlbOp, { minLength: 1, maxLength: 12, size: "max" }))
  .map(([a, b, ops]): LinuxOp[] => [
    { op: "create_hugetlb", file: "a", size: a },
    { op: "create_hugetlb", file: "b", size: b },
    ...ops,
  ]);

export type CaseKind = "shmem" | "shmem2" | "memslots" | "guest" | "hugetlb";
export interface Case {
  readonly kind: CaseKind;
  readonly ops: readonly LinuxOp[];
}

const KINDS: Readonly<Record<CaseKind, fc.Arbitrary<LinuxOp[]>>> = { shmem, shmem2, memslots, guest, hugetlb };

/** How often each kind: making and unmaking a VM takes the kernel a hundred times what an op on a file does. */
const WEIGHTS: Readonly<Record<CaseKind, number>> = { shmem: 4, shmem2: 4, memslots: 1, guest: 1, hugetlb: 1 };

/** Cases of these kinds. */
export function cases(kinds: readonly CaseKind[]): fc.Arbitrary<Case> {
  const of = (kind: CaseKind): fc.Arbitrary<Case> => KINDS[kind].map((ops) => ({ kind, ops }));
  return fc.oneof(...kinds.map((kind) => ({ weight: WEIGHTS[kind], arbitrary: of(kind) })));
}
