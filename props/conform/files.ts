/** Cases on files: one file, several on a nearly full mount, files of huge pages. */

import * as fc from "fast-check";
import type { Huge } from "../../model/kernel/file.ts";
import type { LinuxOp } from "../../sim/kernel/op.ts";
import { aligned, from, huge, length, MIB, position, skew, VA } from "./values.ts";

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

/** A VMA that mmap refuses, or that shows the end of the largest file there can be. */
const oddWindow = fc
  .tuple(
    window,
    fc.oneof(
      fc.record({ va: from([VA + 0x800n, 2n ** 47n - 0x1000n, 2n ** 47n, 2n ** 63n, 2n ** 64n - 0x1000n]) }),
      fc.record({ vma_length: from([0n, 0xfffn, 2n ** 47n, 2n ** 63n, 2n ** 64n - 0x1000n, 2n ** 64n - 1n]) }),
      fc.record({
        vma_offset: from([0x800n, 2n ** 63n - 0x5000n, 2n ** 63n - 0x4000n, 2n ** 63n, 2n ** 64n - 0x1000n]),
      }),
      fc.record({ vma_offset: from([2n ** 63n - 0x5000n, 2n ** 63n]), vma_length: from([0x3001n, 0x4000n, 0x5000n]) }),
      fc.record({ vma_offset: from([0x800n, 2n ** 63n]), va: from([VA + 1n, 2n ** 47n]) }),
    ),
  )
  .map(([plain, odd]) => ({ ...plain, ...odd }));

/** Positions at the end of the largest file, and lengths that reach past it. */
const farOp = (file: fc.Arbitrary<string>): fc.Arbitrary<LinuxOp> => {
  const far = from([-0x1000n, -1n, -2n, -0x1001n, -0x2000n, 0n, -0x20_0000n, 0x1000n]).map((off) => 2n ** 63n + off);
  const some = from([1n, 0x1000n, 0n, 0xfffn, 0xffen, 0x2000n, 0x20_0000n, 2n]);
  return fc.oneof(
    fc.record({ op: fc.constant("write" as const), file, offset: far, length: some }),
    fc.record({ op: fc.constant("truncate" as const), file, size: far }),
    fc.record({ op: fc.constant("fallocate" as const), file, mode: from([3, 1, 0]), offset: far, length: some }),
  );
};

export const fileOp = (file: fc.Arbitrary<string>): fc.Arbitrary<LinuxOp> =>
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
        .tuple(
          file,
          fc.oneof({ weight: 15, arbitrary: window }, oddWindow),
          from(["write", "read"] as const),
          from([null, null, "hugepage", "nohugepage"] as const),
        )
        .map(([name, at, access, advice]) => ({ op: "touch" as const, file: name, ...at, access, advice })),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant("remount" as const), huge }) },
    { weight: 1, arbitrary: farOp(file) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          file,
          aligned,
          from([2n * MIB, 4n * MIB, MIB, 0n, 1n, 2n * MIB + 1n]),
          from([0n, 0n, 0n, 0x1000n, MIB, 1n]),
        )
        .map(([name, at, part, off]) => {
          const start = at - (at % (2n * MIB));
          const inside = { vma_offset: start, vma_length: 6n * MIB, offset: start + off, length: part };
          return { op: "collapse" as const, file: name, va: VA, ...inside };
        }),
    },
  );

const anywhere = fc
  .tuple(huge, position, fc.array(fileOp(fc.constant("f")), { minLength: 1, maxLength: 14, size: "max" }))
  .map(([of, size, ops]): LinuxOp[] => [{ op: "mount", huge: of }, { op: "create_file", file: "f", size }, ...ops]);

/** Places in and behind a folio that reaches past the end of a short file. */
const near = from([0n, 0x1000n, 0x3000n, 0x8000n, MIB, 2n * MIB - 0x1000n, 2n * MIB, 2n * MIB + 0x1000n, 3n * MIB]);
const shortSize = from([0x1000n, 1n, 0n, 0x3001n, 2n * MIB, 2n * MIB + 1n, 0x8000n]);
const FILE = fc.constant("f");
const wholeWindow = { file: "f", va: VA, vma_offset: 0n, vma_length: 4n * MIB };

const behindOp: fc.Arbitrary<LinuxOp> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant("fallocate" as const),
      file: FILE,
      mode: from([1, 3, 1, 3, 0]),
      offset: near,
      length: from([0x1000n, 2n * MIB, MIB, 0x3000n, 2n * MIB - 0x1000n, 4n * MIB]),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant("write" as const), file: FILE, offset: near, length: from([1n, 0x1000n]) }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("truncate" as const), file: FILE, size: shortSize }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("touch" as const),
      file: FILE,
      va: fc.constant(VA),
      vma_offset: fc.constant(0n),
      vma_length: fc.constant(4n * MIB),
      offset: near,
      access: from(["write", "read"] as const),
      advice: fc.constant(null),
    }),
  },
  {
    weight: 2,
    arbitrary: near.map((at): LinuxOp => {
      const block = at - (at % (2n * MIB));
      return { op: "collapse", ...wholeWindow, offset: block, length: 2n * MIB };
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant("remount" as const), huge: from<Huge>(["never", "always"]) }),
  },
);

/** A short file, and what is reserved, cut, shown and collapsed behind its end; the mount may be nearly full. */
const behind = fc
  .tuple(
    from<Huge>(["always", "never", "within_size"]),
    from([undefined, 3n * MIB, undefined, 2n * MIB + 0x4000n, 5n * MIB]),
    shortSize,
    fc.array(behindOp, { minLength: 2, maxLength: 10, size: "max" }),
  )
  .map(([of, room, size, ops]): LinuxOp[] => [
    { op: "mount", huge: of, ...(room === undefined ? {} : { size: room }) },
    { op: "create_file", file: "f", size },
    ...ops,
  ]);

/** One file on a large mount; one time in four, a short one. */
export const shmem = fc.oneof({ weight: 3, arbitrary: anywhere }, { weight: 1, arbitrary: behind });

const names = from(["f0", "f1", "m", "f2"]);
const createOp = fc.oneof(
  fc.record({ op: fc.constant("create_file" as const), file: from(["f0", "f1", "f2"]), size: position }),
  fc.record({ op: fc.constant("create_memfd" as const), file: fc.constant("m"), size: position }),
  fc.record({ op: fc.constant("unlink" as const), file: from(["f0", "f1", "f2"]) }),
  fc.record({ op: fc.constant("close" as const), file: names }),
  fc.record({
    op: fc.constant("remount" as const),
    huge,
    size: from([8n * MIB, 2n * MIB, 4n * MIB + 1n, 0n, 24n * MIB, 0x1000n]),
  }),
);

/** Short files whose large folios reach far past their ends, until the mount is full and trims them. */
const tails = fc
  .tuple(
    from([4n * MIB, 4n * MIB + 0x1000n, 6n * MIB, 6n * MIB + 0x2000n]),
    fc.array(
      fc.oneof(
        {
          weight: 6,
          arbitrary: fc.record({
            op: fc.constant("write" as const),
            file: from(["f0", "f1", "f2", "f3"]),
            offset: from([0n, 2n * MIB, 0x1000n, 4n * MIB, 0x1f_f000n]),
            length: from([1n, 0x1000n, 0x3000n]),
          }),
        },
        {
          weight: 2,
          arbitrary: fc.record({ op: fc.constant("remount" as const), huge: from<Huge>(["never", "always"]) }),
        },
        { weight: 1, arbitrary: fileOp(from(["f0", "f1", "f2", "f3"])) },
      ),
      { minLength: 3, maxLength: 14, size: "max" },
    ),
  )
  .map(([size, ops]): LinuxOp[] => [
    { op: "mount", huge: "always", size },
    ...["f0", "f1", "f2", "f3"].map((file): LinuxOp => ({ op: "create_file", file, size: 0n })),
    ...ops,
  ]);

/** Several files on a mount that is soon full, memfds, files without a name. */
const crowded = fc
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

export const shmem2 = fc.oneof({ weight: 3, arbitrary: crowded }, { weight: 1, arbitrary: tails });

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
export const hugetlb = fc
  .tuple(hugeSize, hugeSize, fc.array(hugetlbOp, { minLength: 1, maxLength: 12, size: "max" }))
  .map(([a, b, ops]): LinuxOp[] => [
    { op: "create_hugetlb", file: "a", size: a },
    { op: "create_hugetlb", file: "b", size: b },
    ...ops,
  ]);
