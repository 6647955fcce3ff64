/** hugetlbfs: whole pages of 2 MiB out of one pool, rounded outward to fill and inward to punch. */

import { describe, expect, it } from "vitest";
import { FAMILIES } from "../../../model/kernel/family.ts";
import type { HugetlbFile, HugetlbPool } from "../../../model/kernel/hugetlb.ts";
import { emptyHugetlbFile, fallocateHugetlb, releaseHugetlb, truncateHugetlb } from "../../../model/kernel/hugetlb.ts";
import { emptyMachine } from "../../../model/kernel/machine.ts";
import { defaultKnobs } from "../../../model/kernel/orders.ts";
import { stepLinux } from "../../../sim/kernel/step.ts";

const MIB = 1n << 20n;
const KEEP_SIZE = 1;
const PUNCH = 3;

interface World {
  readonly pool: HugetlbPool;
  readonly file: HugetlbFile;
}

const empty = (free = 10): World => ({ pool: { free }, file: emptyHugetlbFile() });
const fallocate = ({ pool, file }: World, mode: number, offset: bigint, end: bigint) =>
  fallocateHugetlb(FAMILIES["6.18"], pool, file, mode, offset, end - offset);

/** A file with these bytes filled, out of a pool of ten pages. */
function filled(offset: bigint, end: bigint): World {
  const world = empty();
  expect(fallocate(world, KEEP_SIZE, offset, end)).toBeUndefined();
  return world;
}

const present = ({ file }: World): number[] => [...file.present].toSorted((a, b) => a - b);

describe("fallocate", () => {
  it.each([
    ["the second page", 2n * MIB, 4n * MIB, [1]],
    ["the last byte of one page and the first of the next", 2n * MIB - 1n, 2n * MIB + 1n, [0, 1]],
    ["one byte", 5n * MIB, 5n * MIB + 1n, [2]],
    ["a byte more than three pages", 0n, 6n * MIB + 1n, [0, 1, 2, 3]],
  ] as const)("of %s is rounded outward", (_what, offset, end, pages) => {
    const world = filled(offset, end);
    expect(present(world)).toEqual(pages);
    expect(world.pool.free).toBe(10 - pages.length);
  });

  it("draws only on what is not there yet", () => {
    const world = empty(2);
    fallocate(world, 0, 0n, 4n * MIB);
    expect(fallocate(world, 0, 0n, 4n * MIB)).toBeUndefined();
    expect(fallocate(world, 0, 2n * MIB, 6n * MIB)).toMatchObject({ errno: "ENOSPC", check: "hugetlb_pool_empty" });
    expect(world.pool.free).toBe(0);
  });

  it("that empties the pool undoes nothing, and does not move the end of the file", () => {
    const world = empty(2);
    expect(fallocate(world, 0, 2n * MIB, 10n * MIB)).toMatchObject({ errno: "ENOSPC" });
    expect(present(world)).toEqual([1, 2]);
    expect(world.file.size_bytes).toBe(0n);
  });

  it("sets the end of the file to the byte, further only, and not under KEEP_SIZE", () => {
    const world = empty();
    fallocate(world, KEEP_SIZE, 0n, 3n * MIB);
    expect(world.file.size_bytes).toBe(0n);
    fallocate(world, 0, 0n, 3n * MIB);
    expect(world.file.size_bytes).toBe(3n * MIB);
    fallocate(world, 0, 0n, MIB);
    expect(world.file.size_bytes).toBe(3n * MIB);
  });

  it("is asked about by the VFS first, and knows what tmpfs knows", () => {
    const world = empty();
    expect(fallocate(world, 0x80, 0n, MIB)).toMatchObject({ errno: "EOPNOTSUPP", check: "mode" });
    expect(fallocate(world, 0x08, 0n, MIB)).toMatchObject({ errno: "EOPNOTSUPP", check: "mode_not_of_hugetlbfs" });
    expect(present(world)).toEqual([]);
  });
});

describe("punching", () => {
  it.each([
    ["the second page", 2n * MIB, 4n * MIB, [0, 2]],
    ["all but a byte of the first and the third", 1n, 6n * MIB - 1n, [0, 2]],
    ["less than a page", 2n * MIB, 4n * MIB - 1n, [0, 1, 2]],
    ["past the end", 2n * MIB, 100n * MIB, [0]],
    ["nothing that is there", 10n * MIB, 20n * MIB, [0, 1, 2]],
  ] as const)("%s is rounded inward and fills the pool again", (_what, offset, end, left) => {
    const world = filled(0n, 6n * MIB);
    expect(fallocate(world, PUNCH, offset, end)).toBeUndefined();
    expect(present(world)).toEqual(left);
    expect(world.pool.free).toBe(10 - left.length);
    expect(world.file.size_bytes).toBe(0n);
  });
});

describe("ftruncate", () => {
  it.each([
    [0n, []],
    [2n * MIB, [0]],
    [6n * MIB, [0, 1, 2]],
    [64n * MIB, [0, 1, 2, 3]],
  ] as const)("to %i bytes frees the pages behind", (size, left) => {
    const world = filled(0n, 8n * MIB);
    expect(truncateHugetlb(world.pool, world.file, size)).toBeUndefined();
    expect(present(world)).toEqual(left);
    expect(world.pool.free).toBe(10 - left.length);
    expect(world.file.size_bytes).toBe(size);
  });

  it("takes whole huge pages only, and no negative size", () => {
    const { pool, file } = filled(0n, 2n * MIB);
    for (const size of [1n, MIB, 2n * MIB + 0x1000n]) {
      expect(truncateHugetlb(pool, file, size)).toMatchObject({ errno: "EINVAL", check: "hugetlb_size_unaligned" });
    }
    expect(truncateHugetlb(pool, file, 1n << 63n)).toMatchObject({ errno: "EINVAL", check: "size_negative" });
    expect(file).toEqual({ size_bytes: 0n, present: new Set([0]) });
  });
});

describe("a file of hugetlbfs", () => {
  it("gives all its pages back when it goes", () => {
    const world = filled(0n, 8n * MIB);
    releaseHugetlb(world.pool, world.file);
    expect([world.pool.free, present(world)]).toEqual([10, []]);
  });

  it("that takes another's name lets that one go", () => {
    const machine = emptyMachine(FAMILIES["6.18"], defaultKnobs());
    expect(machine.hugetlb.free).toBe(0);
    machine.hugetlb.free = 3;
    const create = { op: "create_hugetlb", file: "a", size: 4n * MIB } as const;
    stepLinux(machine, create);
    stepLinux(machine, { op: "fallocate_hugetlb", file: "a", mode: 0, offset: 0n, length: 4n * MIB });
    expect(machine.hugetlb.free).toBe(1);
    expect(stepLinux(machine, create)).toEqual({ errno: 0, size: 4n * MIB, pages: 0, data: [] });
    expect(machine.hugetlb.free).toBe(3);
  });
});
