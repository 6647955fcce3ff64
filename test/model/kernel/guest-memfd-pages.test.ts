/** guest_memfd below the ioctl: which check refuses, which pages are there, and whose binding is taken away. */

import { describe, expect, it } from "vitest";
import type { GuestMemfd } from "../../../model/kernel/guest_memfd.ts";
import {
  bindGuestMemfd,
  createGuestMemfd,
  fallocateGuestMemfd,
  faultGuestMemfd,
  mmapGuestMemfd,
  unbindGuestMemfd,
} from "../../../model/kernel/guest_memfd.ts";
import { folioAt, isPresent } from "../../../model/folios/folios.ts";
import type { GuestMemfdRules } from "../../../model/kernel/family.ts";
import { FAMILIES } from "../../../model/kernel/family.ts";
import { FALLOC_FL_KEEP_SIZE } from "../../../model/kernel/vfs.ts";
import type { Memslot } from "../../../model/kvm/memslots.ts";
import { gfn, npages, pgoff, ugfn } from "../../../model/units.ts";

const FAMILY = FAMILIES["6.18"];
const SIGNED: GuestMemfdRules = { ...FAMILY.guest_memfd, signed_end: true };
const UNSIGNED: GuestMemfdRules = { ...FAMILY.guest_memfd, signed_end: false };
const PUNCH = FALLOC_FL_KEEP_SIZE | 2;

function memfd(size: bigint, flags = 3n): GuestMemfd {
  const made = createGuestMemfd(SIGNED, size, flags);
  if (!made.ok) throw new Error(made.check);
  return made.value;
}
const slot = (id: number, start: number, n: number): Memslot => ({
  id,
  as_id: 0,
  flags: 4,
  base_gfn: gfn(0),
  npages: npages(n),
  ugfn: ugfn(0),
  pgoff: pgoff(start),
  file: 0,
});
const pagesOf = (file: GuestMemfd, upTo = 20): number[] =>
  Array.from({ length: upTo }, (_, page) => page).filter((page) => isPresent(file.folios, page));

describe("creation says which check refuses", () => {
  it.each([
    ["no_guest_memfd", { ...SIGNED, exists: false }, 0x1000n, 0n],
    ["guest_memfd_flags", SIGNED, 0x1000n, 4n],
    ["guest_memfd_size", SIGNED, 0n, 0n],
    ["guest_memfd_size_unaligned", SIGNED, 0x1001n, 0n],
  ] as const)("%s", (check, rules, size, flags) => {
    expect(createGuestMemfd(rules, size, flags)).toMatchObject({ ok: false, check });
  });

  it("and begins with no binding and no page", () => {
    const file = memfd(0x4000n);
    expect(file).toMatchObject({ size_bytes: 0x4000n, flags: 3, bindings: [] });
    expect(pagesOf(file)).toEqual([]);
  });
});

describe("a binding", () => {
  it.each([SIGNED, UNSIGNED])("may end where the file ends, and not behind", (rules) => {
    expect(bindGuestMemfd(rules, memfd(0x4000n), slot(0, 1, 3))).toBeUndefined();
    const past = { errno: "EINVAL", check: "guest_memfd_offset_past_end" };
    expect(bindGuestMemfd(rules, memfd(0x4000n), slot(0, 1, 4))).toMatchObject(past);
  });

  it("from past 2^63 on is refused for its offset where the end is signed", () => {
    const high = slot(0, 2 ** 51, 1);
    const negative = { errno: "EINVAL", check: "guest_memfd_offset_negative" };
    expect(bindGuestMemfd(SIGNED, memfd(0x4000n), high)).toMatchObject(negative);
    expect(bindGuestMemfd(UNSIGNED, memfd(0x4000n), high)).toMatchObject({ check: "guest_memfd_offset_past_end" });
  });

  it("that wraps past 2^63 was taken where the end is signed", () => {
    const wrapping = slot(0, 2 ** 51 - 1, 2);
    expect(bindGuestMemfd(SIGNED, memfd(0x4000n), wrapping)).toBeUndefined();
    expect(bindGuestMemfd(UNSIGNED, memfd(0x4000n), wrapping)).toMatchObject({ check: "guest_memfd_offset_past_end" });
  });

  it("overlaps no other, and lets its neighbours be", () => {
    const file = memfd(0x10000n);
    expect(bindGuestMemfd(SIGNED, file, slot(0, 4, 4))).toBeUndefined();
    for (const [start, n] of [
      [3, 2],
      [7, 1],
      [5, 1],
      [0, 16],
    ] as const) {
      expect(bindGuestMemfd(SIGNED, file, slot(1, start, n))).toMatchObject({ check: "guest_memfd_bound" });
    }
    expect(bindGuestMemfd(SIGNED, file, slot(1, 0, 4))).toBeUndefined();
    expect(bindGuestMemfd(SIGNED, file, slot(2, 8, 4))).toBeUndefined();
  });

  it("is taken away by slot and by place: two VMs can have a slot of the same number", () => {
    const file = memfd(0x10000n);
    for (const one of [slot(0, 0, 1), slot(0, 1, 1), slot(1, 2, 1)]) bindGuestMemfd(SIGNED, file, one);
    unbindGuestMemfd(file, slot(1, 2, 1));
    unbindGuestMemfd(file, slot(0, 1, 1));
    expect(file.bindings).toEqual([{ slot: 0, start: 0, end: 1 }]);
    expect(() => unbindGuestMemfd(file, slot(1, 0, 1))).toThrow("slot 1 was not bound");
  });
});

describe("fallocate", () => {
  it.each([
    ["fallocate_keeps_no_size", 0, 0n, 0x1000n, "EOPNOTSUPP"],
    // FALLOC_FL_ZERO_RANGE, which a tmpfs refuses too.
    ["fallocate_mode", 1 | 0x10, 0n, 0x1000n, "EOPNOTSUPP"],
    ["fallocate_unaligned", 1, 1n, 0x1000n, "EINVAL"],
    ["fallocate_unaligned", 1, 0n, 0x1001n, "EINVAL"],
    ["fallocate_past_end", 1, 0x3000n, 0x2000n, "EINVAL"],
  ] as const)("%s", (check, mode, offset, length, errno) => {
    const refused = fallocateGuestMemfd(FAMILY, memfd(0x4000n), mode, offset, length);
    expect(refused).toMatchObject({ errno, check });
  });

  it("makes the pages of its range that are not there, up to the file's end", () => {
    const file = memfd(0x8000n);
    expect(faultGuestMemfd(file, 3)).toBeUndefined();
    expect(fallocateGuestMemfd(FAMILY, file, FALLOC_FL_KEEP_SIZE, 0x2000n, 0x3000n)).toBeUndefined();
    expect(pagesOf(file)).toEqual([2, 3, 4]);
    expect(file.folios.pages).toBe(3);
    expect(fallocateGuestMemfd(FAMILY, file, FALLOC_FL_KEEP_SIZE, 0x7000n, 0x1000n)).toBeUndefined();
    expect(pagesOf(file)).toEqual([2, 3, 4, 7]);
  });

  it("frees the pages of a hole, which may reach past the end", () => {
    const file = memfd(0x8000n);
    fallocateGuestMemfd(FAMILY, file, FALLOC_FL_KEEP_SIZE, 0n, 0x8000n);
    fallocateGuestMemfd(FAMILY, file, PUNCH, 0x2000n, 0x2000n);
    expect(pagesOf(file)).toEqual([0, 1, 4, 5, 6, 7]);
    fallocateGuestMemfd(FAMILY, file, PUNCH, 0x6000n, 0x10_0000n);
    expect(pagesOf(file)).toEqual([0, 1, 4, 5]);
    fallocateGuestMemfd(FAMILY, file, PUNCH, 0n, 0x1000n);
    expect(pagesOf(file)).toEqual([1, 4, 5]);
  });
});

describe("mapping and touching", () => {
  it("want their flags", () => {
    expect(mmapGuestMemfd(memfd(0x1000n, 1n))).toBeUndefined();
    expect(mmapGuestMemfd(memfd(0x1000n, 2n))).toMatchObject({ errno: "ENODEV", check: "guest_memfd_mmap" });
    expect(faultGuestMemfd(memfd(0x1000n, 1n), 0)).toMatchObject({ errno: "SIGBUS", check: "guest_memfd_not_shared" });
  });

  it("a page is up to date when it was touched, not when it was only allocated", () => {
    const file = memfd(0x3000n);
    const isUptodate = (page: number): boolean => folioAt(file.folios, page) === page && file.folios.uptodate;
    fallocateGuestMemfd(FAMILY, file, FALLOC_FL_KEEP_SIZE, 0n, 0x2000n);
    expect([0, 1].map(isUptodate)).toEqual([false, false]);
    for (const page of [1, 2]) faultGuestMemfd(file, page);
    expect([0, 1, 2].map(isUptodate)).toEqual([false, true, true]);
    fallocateGuestMemfd(FAMILY, file, FALLOC_FL_KEEP_SIZE, 0n, 0x3000n);
    expect([0, 1, 2].map(isUptodate)).toEqual([false, true, true]);
  });

  it("a touch makes its page once, and none behind the end", () => {
    const file = memfd(0x2000n);
    for (const page of [1, 1]) expect(faultGuestMemfd(file, page)).toBeUndefined();
    expect([pagesOf(file), file.folios.pages]).toEqual([[1], 1]);
    expect(faultGuestMemfd(file, 2)).toMatchObject({ errno: "SIGBUS", check: "guest_memfd_beyond_size" });
  });
});
