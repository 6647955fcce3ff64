/** The memslot table: every check of both ioctls, the order of the checks that can be told apart, and the look-up. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refuse } from "../../../model/errno.ts";
import type { Memslot, MemslotTable, Region } from "../../../model/kvm/memslots.ts";
import type { MemslotLimits } from "../../../model/kvm/limits.ts";
import {
  checkRegion,
  clearMemslots,
  emptyMemslots,
  findSlot,
  setRegion,
  slotById,
} from "../../../model/kvm/memslots.ts";
import { MEMSLOT_LIMITS } from "../../../model/kvm/limits.ts";
import type { RegionRequest } from "../../../model/kvm/ioctl.ts";
import { setUserMemoryRegion } from "../../../model/kvm/ioctl.ts";
import { gfn, npages, pgoff, toBytes, toPages, ugfn } from "../../../model/units.ts";
import { firstDifference } from "../../support/first-difference.ts";

const TOP = 1n << 52n;
const USER_END = 0x7fff_ffff_f000n;

const takesAll = () => undefined;
const refuses = () => refuse("EBADF", "not_open");
const request = (over: Partial<RegionRequest>): RegionRequest => ({
  region2: true,
  slot: 0,
  flags: 0,
  guest_phys_addr: 0n,
  memory_size: 0x20_0000n,
  userspace_addr: 0x1000_0000_0000n,
  guest_memfd_offset: 0n,
  file: -1,
  ...over,
});

/** `check` of the refusal, or the kind of change. */
function ask(
  table: MemslotTable,
  over: Partial<RegionRequest>,
  bind: (slot: Memslot) => ReturnType<typeof refuse> | undefined = takesAll,
): string {
  const result = setUserMemoryRegion(table, request(over), bind);
  return result.ok ? result.value : `${result.errno} ${result.check}`;
}

describe("checks before the slot is looked up", () => {
  it.each([
    ["flags the first ioctl does not know", { region2: false, flags: 4 }, "EINVAL region_flags"],
    ["an id past the last", { slot: 32764 }, "EINVAL slot_id"],
    ["an unknown flag", { flags: 8 }, "EINVAL flags"],
    ["a flag in the sign bit", { flags: 0x8000_0000 }, "EINVAL flags"],
    ["guest_memfd with a dirty log", { flags: 5 }, "EINVAL flags"],
    ["guest_memfd read-only", { flags: 6 }, "EINVAL flags"],
    ["a size that is no page", { memory_size: 0x20_0001n }, "EINVAL size_unaligned"],
    ["a gpa in a page", { guest_phys_addr: 0x800n }, "EINVAL gpa_unaligned"],
    ["an hva in a page", { userspace_addr: 0x800n }, "EINVAL hva_unaligned"],
    ["an hva of the kernel", { userspace_addr: 0xffff_8000_0000_0000n }, "EINVAL access_ok"],
    ["a page past user space", { userspace_addr: USER_END - 0x1f_f000n }, "EINVAL access_ok"],
    [
      "an hva of the kernel, whatever the offset",
      { flags: 4, userspace_addr: USER_END, guest_memfd_offset: 0x800n },
      "EINVAL access_ok",
    ],
    ["an offset in a page", { flags: 4, guest_memfd_offset: 0x800n }, "EINVAL guest_memfd_offset_unaligned"],
    [
      "an offset that wraps",
      { flags: 4, guest_memfd_offset: 2n ** 64n - 0x20_0000n },
      "EINVAL guest_memfd_offset_wraps",
    ],
    ["a second address space", { slot: 0x1_0000 }, "EINVAL as_id"],
    ["a gpa that wraps", { guest_phys_addr: 2n ** 64n - 0x20_0000n }, "EINVAL gpa_wraps"],
    ["2^31 pages", { memory_size: 1n << 43n }, "EINVAL too_many_pages"],
  ] as const)("refuse %s", (_what, over, expected) => {
    expect(ask(emptyMemslots(), over)).toBe(expected);
  });

  it("take what lies on the border", () => {
    expect(ask(emptyMemslots(), { userspace_addr: USER_END - 0x20_0000n })).toBe("create");
    expect(ask(emptyMemslots(), { slot: 32763 })).toBe("create");
    expect(ask(emptyMemslots(), { userspace_addr: 0n })).toBe("create");
    expect(ask(emptyMemslots(), { guest_phys_addr: TOP - 0x20_0000n })).toBe("create");
    // The offset is not looked at where nothing is bound.
    expect(ask(emptyMemslots(), { guest_memfd_offset: 0x801n })).toBe("create");
  });

  it("follow the kernel's limits", () => {
    const old = { ...MEMSLOT_LIMITS, guest_memfd: false };
    expect(ask(emptyMemslots(old), { flags: 4 })).toBe("EINVAL flags");
    expect(ask(emptyMemslots({ ...old, region2: false }), {})).toBe("ENOTTY no_region2");
    const smm = emptyMemslots({ ...MEMSLOT_LIMITS, address_spaces: 2 });
    expect(ask(smm, {})).toBe("create");
    // Another address space is another world: the same gpa is free there.
    expect(ask(smm, { slot: 0x1_0000 })).toBe("create");
    expect(findSlot(smm, gfn(3), 1)?.as_id).toBe(1);
  });
});

describe("what becomes of a slot", () => {
  it("is created, moved, flagged, left alone, deleted", () => {
    const table = emptyMemslots();
    expect(ask(table, {})).toBe("create");
    expect(ask(table, {})).toBe("noop");
    expect(ask(table, { flags: 1 })).toBe("flags_only");
    // The dirty log may change along with a move.
    expect(ask(table, { guest_phys_addr: 0x40_0000n })).toBe("move");
    expect(findSlot(table, gfn(0))).toBeUndefined();
    expect(findSlot(table, gfn(0x400))?.flags).toBe(0);
    expect(ask(table, { memory_size: 0n, userspace_addr: 0n, guest_phys_addr: 0x1000n })).toBe("delete");
    expect(ask(table, { memory_size: 0n })).toBe("EINVAL delete_missing");
  });

  it.each([
    ["its length", { memory_size: 0x40_0000n }],
    ["its host address", { userspace_addr: 0n }],
    ["READONLY", { flags: 2 }],
  ] as const)("keeps %s", (_what, over) => {
    const table = emptyMemslots();
    ask(table, {});
    expect(ask(table, over)).toBe("EINVAL modify");
  });

  it("with a guest_memfd can only be deleted", () => {
    const table = emptyMemslots();
    expect(ask(table, { flags: 4 })).toBe("create");
    expect(ask(table, { flags: 4 })).toBe("EINVAL modify_guest_memfd");
    expect(ask(table, {})).toBe("EINVAL modify");
    expect(ask(table, { memory_size: 0n })).toBe("delete");
  });
});

describe("the order of the later checks", () => {
  const unbound: string[] = [];

  it("asks for an overlap before the binding, for the binding before the gfn limit", () => {
    const table = emptyMemslots();
    ask(table, { guest_phys_addr: TOP - 0x20_0000n });
    expect(ask(table, { slot: 1, flags: 4, guest_phys_addr: TOP - 0x20_0000n }, refuses)).toBe("EEXIST overlap");
    expect(ask(table, { slot: 1, flags: 4, guest_phys_addr: TOP }, refuses)).toBe("EBADF not_open");
    expect(ask(table, { slot: 1, flags: 4, guest_phys_addr: TOP })).toBe("EINVAL gfn_limit");
  });

  it("undoes the binding that a later check refuses, and that of a deleted slot", () => {
    const table = emptyMemslots();
    const unbind = (slot: Memslot) => void unbound.push(`${slot.id}@${slot.base_gfn}`);
    setUserMemoryRegion(table, request({ slot: 1, flags: 4, guest_phys_addr: TOP }), takesAll, unbind);
    setUserMemoryRegion(table, request({ slot: 2, flags: 4 }), takesAll, unbind);
    setUserMemoryRegion(table, request({ slot: 2, memory_size: 0n }), takesAll, unbind);
    expect(unbound).toEqual([`1@${2 ** 40}`, "2@0"]);
    expect([slotById(table, 1), slotById(table, 2)]).toEqual([undefined, undefined]);
  });
});

describe("overlap", () => {
  // slot 0      [0x200, 0x400)
  it.each([
    [0x1ff, 1, "create"],
    [0x1ff, 2, "EEXIST overlap"],
    [0x3ff, 1, "EEXIST overlap"],
    [0x400, 1, "create"],
    [0x100, 0x400, "EEXIST overlap"],
    [0x300, 1, "EEXIST overlap"],
  ] as const)("[%i, +%i) is %s", (base, pages, expected) => {
    const table = emptyMemslots();
    ask(table, { guest_phys_addr: 0x20_0000n });
    const at = { guest_phys_addr: BigInt(base) << 12n, memory_size: BigInt(pages) << 12n };
    expect(ask(table, { slot: 1, ...at })).toBe(expected);
  });

  it("does not count the slot that moves", () => {
    const table = emptyMemslots();
    ask(table, { guest_phys_addr: 0x20_0000n });
    expect(ask(table, { guest_phys_addr: 0x30_0000n })).toBe("move");
    ask(table, { slot: 1, guest_phys_addr: 0x60_0000n });
    expect(ask(table, { guest_phys_addr: 0x50_0000n })).toBe("EEXIST overlap");
    expect(findSlot(table, gfn(0x300))?.id).toBe(0);
  });
});

const region = (slot: number, base: number, pages: number): Region => ({
  slot,
  flags: 0,
  base_gfn: gfn(base),
  npages: npages(pages),
  ugfn: ugfn(slot),
  pgoff: pgoff(0),
  file: -1,
});

describe("pages and number", () => {
  it("checks a region in pages as the ioctl checks it in bytes", () => {
    const { max_npages, user_pages } = MEMSLOT_LIMITS;
    expect(checkRegion(MEMSLOT_LIMITS, region(0, 0, max_npages))).toBeUndefined();
    expect(checkRegion(MEMSLOT_LIMITS, region(0, 0, max_npages + 1))?.check).toBe("too_many_pages");
    const high = { ...region(0, 0, 2), ugfn: ugfn(user_pages - 1) };
    expect(checkRegion(MEMSLOT_LIMITS, high)?.check).toBe("access_ok");
    expect(checkRegion(MEMSLOT_LIMITS, { ...region(0, 0, 1), flags: 8 })?.check).toBe("flags");
    const lastPage = { ...region(0, 0, 1), pgoff: pgoff(2 ** 52 - 1) };
    expect(checkRegion(MEMSLOT_LIMITS, { ...lastPage, flags: 4 })?.check).toBe("guest_memfd_offset_wraps");
    // Where nothing is bound, the offset is not looked at.
    expect(checkRegion(MEMSLOT_LIMITS, lastPage)).toBeUndefined();
  });

  it("holds 32,764 slots and finds each", () => {
    const table = emptyMemslots();
    const ids = Array.from({ length: MEMSLOT_LIMITS.user_slots }, (_, id) => id);
    // Two of three pages each; every 16th slot comes last, between those that are there.
    for (const id of [...ids.filter((n) => n % 16 > 0), ...ids.filter((n) => n % 16 === 0)]) {
      if (!setRegion(table, region(id, id * 3, 2), takesAll).ok) throw new Error(`slot ${id} is refused`);
    }
    for (let id = 0; id < ids.length; id += 97) {
      expect(findSlot(table, gfn(id * 3 + 1))?.id).toBe(id);
      expect(findSlot(table, gfn(id * 3 + 2))).toBeUndefined();
      expect(slotById(table, id)?.base_gfn).toBe(id * 3);
    }
    clearMemslots(table);
    expect(findSlot(table, gfn(1))).toBeUndefined();
  });
});

/** Checks in the kernel's order, over a list of slots and in bytes only: the plainest form of the table. */
class PlainTable {
  readonly slots = new Map<number, RegionRequest>();
  readonly bound: string[] = [];
  readonly limits: MemslotLimits;
  constructor(limits: MemslotLimits) {
    this.limits = limits;
  }

  ask(r: RegionRequest): string {
    const { limits, slots } = this;
    const [id, as_id] = [r.slot % 0x1_0000, (r.slot - (r.slot % 0x1_0000)) / 0x1_0000];
    const isMemfd = (r.flags & 4) !== 0;
    const legal = isMemfd && limits.guest_memfd ? [4] : limits.readonly_slots ? [0, 1, 2, 3] : [0, 1];
    const inPage = (bytes: bigint): boolean => bytes % 4096n !== 0n;
    if (r.region2 && !limits.region2) return "ENOTTY no_region2";
    if (!r.region2 && r.flags > 3) return "EINVAL region_flags";
    if (id >= limits.user_slots) return "EINVAL slot_id";
    if (!legal.includes(r.flags)) return "EINVAL flags";
    if (inPage(r.memory_size)) return "EINVAL size_unaligned";
    if (inPage(r.guest_phys_addr)) return "EINVAL gpa_unaligned";
    if (inPage(r.userspace_addr)) return "EINVAL hva_unaligned";
    if (r.userspace_addr + r.memory_size > USER_END) return "EINVAL access_ok";
    if (isMemfd && inPage(r.guest_memfd_offset)) return "EINVAL guest_memfd_offset_unaligned";
    if (isMemfd && r.guest_memfd_offset + r.memory_size >= U64) return "EINVAL guest_memfd_offset_wraps";
    if (as_id >= limits.address_spaces) return "EINVAL as_id";
    if (r.memory_size > 0n && r.guest_phys_addr + r.memory_size >= U64) return "EINVAL gpa_wraps";
    if (r.memory_size >> 12n > 2n ** 31n - 1n) return "EINVAL too_many_pages";
    const old = slots.get(r.slot);
    if (r.memory_size === 0n) {
      slots.delete(r.slot);
      if (old?.flags === 4) this.bound.push(`${old.slot} unbound`);
      return old === undefined ? "EINVAL delete_missing" : "delete";
    }
    const moved = old?.guest_phys_addr !== r.guest_phys_addr;
    if (old !== undefined) {
      if (isMemfd) return "EINVAL modify_guest_memfd";
      const same = r.userspace_addr === old.userspace_addr && r.memory_size === old.memory_size;
      if (!same || ((r.flags ^ old.flags) & 6) !== 0) return "EINVAL modify";
      if (!moved && r.flags === old.flags) return "noop";
    }
    const overlaps = [...slots.values()].some(
      (other) =>
        other.slot !== r.slot &&
        other.slot - (other.slot % 0x1_0000) === as_id * 0x1_0000 &&
        other.guest_phys_addr < r.guest_phys_addr + r.memory_size &&
        r.guest_phys_addr < other.guest_phys_addr + other.memory_size,
    );
    if (overlaps) return "EEXIST overlap";
    if (isMemfd && r.file === NOT_OPEN) return "EBADF not_open";
    if (isMemfd) this.bound.push(`${r.slot} bound at ${r.guest_memfd_offset}`);
    if (r.guest_phys_addr + r.memory_size > TOP) {
      if (isMemfd) this.bound.push(`${r.slot} unbound`);
      return "EINVAL gfn_limit";
    }
    slots.set(r.slot, r);
    return old === undefined ? "create" : moved ? "move" : "flags_only";
  }

  /** The slot number, address space and all, of the slot that holds a page. */
  at(as_id: number, gpa: bigint): number | undefined {
    return [...this.slots.values()].find(
      (s) =>
        Math.floor(s.slot / 0x1_0000) === as_id && s.guest_phys_addr <= gpa && gpa < s.guest_phys_addr + s.memory_size,
    )?.slot;
  }
}

const U64 = 1n << 64n;
const NOT_OPEN = 99;
const pages = (...list: number[]): bigint[] => list.map((n) => BigInt(n) << 12n);
/** Mostly a slot that could be, with its edges; at times one field is out of the way. */
const asked: fc.Arbitrary<RegionRequest> = fc
  .tuple(
    fc.record({
      region2: fc.constant(true),
      slot: fc.constantFrom(0, 0, 1, 2, 0x1_0000, 0x1_0001),
      flags: fc.constantFrom(0, 0, 0, 1, 1, 2, 4),
      guest_phys_addr: fc.constantFrom(...pages(0, 0, 1, 2, 3, 4, 4, 6, 8, 2 ** 40 - 2, 2 ** 40 - 1)),
      memory_size: fc.constantFrom(...pages(0, 1, 2, 2, 2, 2, 3)),
      userspace_addr: fc.constantFrom(...pages(0, 0, 0, 0, 1)),
      guest_memfd_offset: fc.constantFrom(...pages(0, 7), 0x801n),
      file: fc.constantFrom(0, 0, NOT_OPEN),
    }),
    fc.oneof(
      { arbitrary: fc.constant({}), weight: 12 },
      fc.record({ region2: fc.constant(false), flags: fc.constantFrom(0, 1, 3, 4, 5) }),
      fc.record({ slot: fc.constantFrom(32763, 32764, 65535, 0x2_0000) }),
      fc.record({ flags: fc.constantFrom(3, 5, 6, 7, 8, 0x8000_0000) }),
      fc.record({ memory_size: fc.constantFrom(0x800n, 1n << 43n, (1n << 43n) - 0x1000n) }),
      fc.record({ guest_phys_addr: fc.constantFrom(0x800n, TOP, U64 - 0x1000n, U64 - 0x2000n, U64 - 0x3000n) }),
      fc.record({ userspace_addr: fc.constantFrom(0x800n, USER_END, USER_END - 0x1000n, USER_END - 0x2000n) }),
      fc.record({ flags: fc.constant(4), guest_memfd_offset: fc.constantFrom(U64 - 0x2000n, U64 - 0x3000n) }),
    ),
  )
  .map(([usual, out]) => ({ ...usual, ...out }));

const OUTCOMES = [
  ..."create delete move flags_only noop".split(" "),
  ..."region_flags slot_id flags size_unaligned gpa_unaligned hva_unaligned access_ok guest_memfd_offset_unaligned"
    .split(" ")
    .concat(
      "guest_memfd_offset_wraps as_id gpa_wraps too_many_pages delete_missing modify_guest_memfd modify".split(" "),
    )
    .concat("gfn_limit")
    .map((check) => `EINVAL ${check}`),
  "EEXIST overlap",
  "EBADF not_open",
];

describe("the ioctl says what checks in the kernel's order over a plain list say", () => {
  it.each([
    ["6.18", MEMSLOT_LIMITS, []],
    ["with SMM's second address space", { ...MEMSLOT_LIMITS, address_spaces: 2 }, []],
    [
      "without guest_memfd or read-only slots",
      { ...MEMSLOT_LIMITS, guest_memfd: false, readonly_slots: false },
      OUTCOMES.filter((one) => /memfd|not_open/.test(one)),
    ],
  ])("%s", (_name, limits, never) => {
    // One table for all runs, emptied before each: it must be as good as a new one.
    const table = emptyMemslots(limits);
    const met = new Set<string>();
    const holds = fc.property(fc.array(asked, { maxLength: 50, size: "max" }), (requests) => {
      clearMemslots(table);
      const plain = new PlainTable(limits);
      const bound: string[] = [];
      const [told, expected]: [unknown[], unknown[]] = [[], []];
      const name = (slot: Memslot): number => slot.as_id * 0x1_0000 + slot.id;
      for (const each of requests) {
        const result = setUserMemoryRegion(
          table,
          each,
          (slot) =>
            slot.file === NOT_OPEN
              ? refuse("EBADF", "not_open")
              : void bound.push(`${name(slot)} bound at ${toBytes(slot.pgoff)}`),
          (slot) => void bound.push(`${name(slot)} unbound`),
        );
        told.push(result.ok ? result.value : `${result.errno} ${result.check}`);
        expected.push(plain.ask(each));
        for (const as_id of [0, 1, 2]) {
          for (const frame of [0, 3, 4, 6, 10, 2 ** 40 - 1]) {
            const slot = findSlot(table, gfn(frame), as_id);
            told.push(slot && name(slot));
            expected.push(plain.at(as_id, toBytes(frame)));
          }
          for (const id of [0, 1, 2]) {
            const slot = slotById(table, id, as_id);
            const other = plain.slots.get(as_id * 0x1_0000 + id);
            told.push(slot?.flags, slot?.base_gfn);
            expected.push(other?.flags, other && toPages(other.guest_phys_addr));
          }
        }
      }
      expect(firstDifference(told, expected)).toBeUndefined();
      expect(firstDifference(bound, plain.bound)).toBeUndefined();
      for (const one of told) if (typeof one === "string") met.add(one);
    });
    fc.assert(holds, { seed: 0x6b766d, numRuns: 60, endOnFailure: true });
    expect([...OUTCOMES].filter((one) => !met.has(one))).toEqual(never);
  });
});
