/** The orders a new tmpfs folio may take: every setting, against a rule for one order at a time. */

import { describe, expect, it } from "vitest";
import type { FamilyName } from "../../../model/kernel/family.ts";
import { FAMILIES } from "../../../model/kernel/family.ts";
import type { Huge, ShmemFile } from "../../../model/kernel/file.ts";
import { emptyFile, emptyMount, setSize } from "../../../model/kernel/file.ts";
import type { Advice, Caller, ShmemEnabled, ThpKnobs, Vma } from "../../../model/kernel/orders.ts";
import { allowedOrders, defaultKnobs, highestOrder, suitableOrders, vmaSuits } from "../../../model/kernel/orders.ts";

const PAGE = 4096;
const ORDERS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const NAMES = ["6.1", "6.12", "6.17", "6.18", "6.19"] as const;
const HUGES = ["never", "always", "within_size", "advise"] as const;
const ADVICES = [null, "hugepage", "nohugepage"] as const;

const ordersOf = (mask: number): number[] => Array.from({ length: 32 }, (_, o) => o).filter((o) => (mask >>> o) & 1);

/** What is asked of one allocation. */
interface Case {
  readonly family: FamilyName;
  readonly huge: Huge;
  readonly knobs: ThpKnobs;
  readonly size_pages: number;
  readonly index: number;
  /** The bytes of a write from `index` on, or advice and kind of the VMA of a fault. */
  readonly by: { readonly bytes: number } | { readonly advice: Advice; readonly anon: boolean };
  readonly large_chunks?: boolean;
}

const fits = (index: number, order: number, pages: number): boolean =>
  (Math.floor(index / 2 ** order) + 1) * 2 ** order <= pages;

/** The orders of 6.14 to 6.17 go by the length of the write: its power of two, or the alignment of its first page. */
function hinted(index: number, bytes: number, order: number): boolean {
  if (bytes < 2 * PAGE) return false;
  const ofLength = Math.floor(Math.log2(bytes / PAGE));
  const aligned = index % 2 ** ofLength === 0;
  return 2 ** order <= bytes / PAGE && (aligned || index % 2 ** order === 0);
}

/** What huge=always gives. */
function alwaysAllows({ family, index, by, large_chunks }: Case, order: number): boolean {
  const write = "bytes" in by;
  const pmd = order === 9;
  return {
    "6.1": pmd,
    "6.12": pmd,
    "6.17": write ? (large_chunks ?? true) && hinted(index, by.bytes, order) : pmd,
    "6.18": write || pmd,
    "6.19": true,
  }[family];
}

/** May the mount's huge= give this order? One cell of the table at a time. */
function mountAllows(c: Case, order: number): boolean {
  const { family, huge, index, by, size_pages } = c;
  if (c.knobs.shmem_enabled === "deny") return false;
  if (c.knobs.shmem_enabled === "force") return order === 9;
  const always = alwaysAllows(c, order);
  const advised = "advice" in by && by.advice === "hugepage" && alwaysAllows(c, order);
  const write_end = "bytes" in by && family !== "6.1" ? index + Math.ceil(by.bytes / PAGE) : 0;
  const end = Math.max(size_pages, write_end);
  // Where nothing fits at all, advice may speak.
  const none = !ORDERS.some((o) => alwaysAllows(c, o) && fits(index, o, end));
  return {
    never: false,
    always,
    within_size: none ? advised : always && fits(index, order, end),
    advise: advised,
  }[huge];
}

function allows(c: Case, order: number): boolean {
  const { by, knobs, family } = c;
  if ("advice" in by && by.advice === "nohugepage") return false;
  // 6.1 has no knobs by size.
  if (!("advice" in by) || !by.anon || family === "6.1") return mountAllows(c, order);
  const has = (mask: number): boolean => ordersOf(mask).includes(order);
  if (knobs.shmem_enabled === "deny") return false;
  if (knobs.shmem_enabled === "force") return has(knobs.inherit);
  return (
    has(knobs.always) ||
    (has(knobs.within_size) && fits(c.index, order, c.size_pages)) ||
    (has(knobs.advise) && by.advice === "hugepage") ||
    (has(knobs.inherit) && ORDERS.some((o) => mountAllows(c, o)))
  );
}

function fileOf(c: Case): ShmemFile {
  const file = emptyFile(FAMILIES[c.family], emptyMount(c.huge, 0), true);
  setSize(file, BigInt(c.size_pages) << 12n);
  return { ...file, large_chunks: c.large_chunks ?? true };
}

function model(c: Case): number[] {
  const { by, index } = c;
  const file = fileOf(c);
  const pages = "bytes" in by ? Math.ceil(by.bytes / PAGE) : 0;
  const caller: Caller =
    "bytes" in by
      ? { end: { page: index + pages, bytes: by.bytes } }
      : { vma: { file, start: 0, npages: 4096, pgoff: 0, ...by } };
  return ordersOf(allowedOrders(FAMILIES[c.family], c.knobs, file, index, caller));
}

/** The case, where the model gives other orders than the rule. */
function wrong(c: Case): object[] {
  const orders = model(c);
  const expected = ORDERS.filter((order) => allows(c, order));
  return orders.join() === expected.join() ? [] : [{ ...c, orders, expected }];
}

const knobsWith = (over: Partial<ThpKnobs>): ThpKnobs => ({ ...defaultKnobs(), ...over });
/** A knob of its own for each order that has one. */
const MIXED = { always: 1 << 3, inherit: (1 << 9) | (1 << 2), within_size: (1 << 5) | (1 << 7), advise: 1 << 4 };

describe.each(NAMES)("on %s", (family) => {
  it.each(HUGES)("huge=%s gives a write the orders of its family, whatever lies before it", (huge) => {
    const cases: Case[] = [];
    for (const index of [0, 1, 12, 100, 256, 511, 1536]) {
      for (const size_pages of [0, 1, 16, 300, 512, 1500]) {
        for (const bytes of [1, PAGE, 2 * PAGE - 1, 2 * PAGE, 3 * PAGE, 65 * PAGE, 512 * PAGE, 3000 * PAGE]) {
          cases.push({ family, huge, knobs: defaultKnobs(), size_pages, index, by: { bytes } });
        }
      }
    }
    const small = cases.map((c) => ({ ...c, large_chunks: false }));
    expect([...cases, ...small].flatMap(wrong)).toEqual([]);
  });

  it.each(HUGES)("huge=%s, advice and the knobs by size give a fault its orders", (huge) => {
    const cases: Case[] = [];
    const places = [
      [0, 0],
      [0, 32],
      [0, 512],
      [100, 101],
      [100, 128],
      [100, 511],
      [600, 1024],
    ] as const;
    for (const shmem_enabled of ["never", "always", "deny", "force"] satisfies ShmemEnabled[]) {
      for (const over of [{}, MIXED, { inherit: 0 }]) {
        const knobs = knobsWith({ ...over, shmem_enabled });
        for (const advice of ADVICES) {
          for (const anon of [false, true]) {
            for (const [index, size_pages] of places) {
              cases.push({ family, huge, knobs, size_pages, index, by: { advice, anon } });
            }
          }
        }
      }
    }
    expect(cases.flatMap(wrong)).toEqual([]);
  });

  it("shmem_enabled is above every mount, for a write too", () => {
    for (const huge of HUGES) {
      for (const [shmem_enabled, orders] of [
        ["deny", []],
        ["force", [9]],
      ] as const) {
        const knobs = knobsWith({ shmem_enabled });
        expect(model({ family, huge, knobs, size_pages: 512, index: 0, by: { bytes: 1 } })).toEqual(orders);
      }
    }
  });
});

it("a kernel starts with shmem_enabled never, and 2 MiB alone inheriting it", () => {
  expect(defaultKnobs()).toEqual({ shmem_enabled: "never", always: 0, inherit: 1 << 9, within_size: 0, advise: 0 });
});

it("the highest of a set of orders is its top bit", () => {
  expect([0b10, 0b1110, 1 << 9, 0b11_1111_1110].map(highestOrder)).toEqual([1, 3, 9, 9]);
});

describe("a VMA and an order", () => {
  const file = emptyFile(FAMILIES["6.18"], emptyMount("always", 0), true);
  const windowAt = (start: number, npages: number, pgoff: number): Vma => ({
    file,
    start,
    npages,
    pgoff,
    advice: null,
    anon: false,
  });

  it.each([
    ["the block is the window", windowAt(64, 16, 16), 20, 4, true],
    ["the window ends before the block", windowAt(64, 15, 16), 20, 4, false],
    ["the window begins behind the block's first page", windowAt(65, 31, 17), 20, 4, false],
    ["the next block lies inside again", windowAt(65, 31, 17), 32, 4, true],
    ["file and addresses differ modulo the order", windowAt(64, 64, 8), 20, 4, false],
    ["but not modulo the next lower", windowAt(64, 64, 8), 20, 3, true],
    ["the file lies behind the addresses", windowAt(16, 64, 32), 40, 4, true],
  ] as const)("suit each other or not: %s", (_what, vma, index, order, suits) => {
    expect(vmaSuits(vma, index, order)).toBe(suits);
  });

  it("are asked from the top until one suits; the lower ones are not asked", () => {
    const vma = windowAt(64, 16, 16);
    expect(ordersOf(suitableOrders(vma, 20, 0b11_1111_1110))).toEqual([1, 2, 3, 4]);
    expect(suitableOrders(vma, 20, 1 << 9)).toBe(0);
    expect(suitableOrders(vma, 20, 0)).toBe(0);
  });
});
