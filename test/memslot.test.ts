/** The memslot table: every check of both ioctls, the order of the checks that can be told apart, and the look-up. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refuse } from "../model/errno.ts";
import type { Memslot, MemslotTable, Region } from "../model/memslot.ts";
import {
  checkRegion,
  clearMemslots,
  emptyMemslots,
  findSlot,
  MEMSLOT_LIMITS,
  setRegion,
  slotById,
} from "../model/memslot.ts";
import type { RegionRequest } from "../model/memslot-ioctl.ts";
import { setUserMemoryRegion } from "../model/memslot-ioctl.ts";
import { gfn, npages, pgoff, ugfn } from "../model/units.ts";

const RUNS = { seed: 0x6b766d, numRuns: 500 };
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
  it("agree with a list that is searched from end to end", () => {
    const op = fc.record({ slot: fc.nat(5), base: fc.nat(14), pages: fc.nat(4) });
    const met = new Set<string>();
    const holds = fc.property(fc.array(op, { maxLength: 40 }), (ops) => {
      const table = emptyMemslots();
      const naive = new Map<number, { base: number; pages: number }>();
      for (const { slot, base, pages } of ops) {
        const told = setRegion(table, region(slot, base, pages), takesAll);
        const old = naive.get(slot);
        const hit = [...naive].some(([id, o]) => id !== slot && o.base < base + pages && base < o.base + o.pages);
        let expected = "create";
        if (pages === 0) expected = old === undefined ? "delete_missing" : "delete";
        else if (old !== undefined && old.pages !== pages) expected = "modify";
        else if (old?.base === base) expected = "noop";
        else if (hit) expected = "overlap";
        else if (old !== undefined) expected = "move";
        met.add(expected);
        expect(told.ok ? told.value : told.check).toBe(expected);
        if (expected === "delete") naive.delete(slot);
        if (expected === "create" || expected === "move") naive.set(slot, { base, pages });
      }
      for (let frame = 0; frame < 50; frame++) {
        const [id] = [...naive].find(([, o]) => o.base <= frame && frame < o.base + o.pages) ?? [];
        expect(findSlot(table, gfn(frame))?.id).toBe(id);
      }
    });
    fc.assert(holds, RUNS);
    expect([...met].toSorted()).toEqual(["create", "delete", "delete_missing", "modify", "move", "noop", "overlap"]);
  });

  it("checks a region in pages as the ioctl checks it in bytes", () => {
    const { max_npages, user_pages } = MEMSLOT_LIMITS;
    expect(checkRegion(MEMSLOT_LIMITS, region(0, 0, max_npages))).toBeUndefined();
    expect(checkRegion(MEMSLOT_LIMITS, region(0, 0, max_npages + 1))?.check).toBe("too_many_pages");
    const high = { ...region(0, 0, 2), ugfn: ugfn(user_pages - 1) };
    expect(checkRegion(MEMSLOT_LIMITS, high)?.check).toBe("access_ok");
  });

  it("holds 32,764 slots and finds each", () => {
    const table = emptyMemslots();
    // Every third page, from the ends to the middle, so that insertion is not always at the end.
    const count = MEMSLOT_LIMITS.user_slots;
    for (let n = 0; n < count; n++) {
      const id = n % 2 === 0 ? n / 2 : count - (n + 1) / 2;
      expect(setRegion(table, region(id, id * 3, 2), takesAll).ok).toBe(true);
    }
    for (let id = 0; id < count; id += 97) {
      expect(findSlot(table, gfn(id * 3 + 1))?.id).toBe(id);
      expect(findSlot(table, gfn(id * 3 + 2))).toBeUndefined();
      expect(slotById(table, id)?.base_gfn).toBe(id * 3);
    }
    clearMemslots(table);
    expect(findSlot(table, gfn(1))).toBeUndefined();
  });
});
