/** A tmpfs file and its mount: sizes, charges, and the runs of pages that SEEK_DATA and cachestat find. */

import { describe, expect, it } from "vitest";
import type { FamilyName } from "../../../model/kernel/family.ts";
import { FAMILIES } from "../../../model/kernel/family.ts";
import type { Huge } from "../../../model/kernel/file.ts";
import {
  charge,
  dataExtents,
  emptyFile,
  emptyMount,
  keepEnd,
  runs,
  setSize,
  uncharge,
} from "../../../model/kernel/file.ts";
import { insertFolio } from "../../../model/folios/folios.ts";

const emptyOn = (family: FamilyName = "6.18", huge: Huge = "always", linked = true) =>
  emptyFile(FAMILIES[family], emptyMount(huge, 0), linked);

describe("a mount", () => {
  it("gives pages up to its limit, to the page", () => {
    const mount = emptyMount("never", 10);
    expect([charge(mount, 4), charge(mount, 7), charge(mount, 6), charge(mount, 1)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(mount.used_pages).toBe(10);
    uncharge(mount, 10);
    expect(mount.used_pages).toBe(0);
  });

  it("without a limit gives any number", () => {
    const mount = emptyMount("never", 0);
    expect(charge(mount, 2 ** 40)).toBe(true);
    expect(mount).toEqual({ huge: "never", max_pages: 0, used_pages: 2 ** 40, shrinklist: [] });
  });

  it("takes no page back that it did not give", () => {
    const mount = emptyMount("never", 10);
    charge(mount, 1);
    expect(() => uncharge(mount, 2)).toThrow("a page was given back that was never charged");
  });
});

describe("a new file", () => {
  it("is empty", () => {
    const { size_bytes, size_pages, fallocend, on_shrinklist, tails, linked, folios } = emptyOn();
    expect({ size_bytes, size_pages, fallocend, on_shrinklist, tails, linked }).toEqual({
      size_bytes: 0n,
      size_pages: 0,
      fallocend: 0,
      on_shrinklist: false,
      tails: [],
      linked: true,
    });
    expect(folios.pages).toBe(0);
  });

  it.each([
    ["6.1", "never", false],
    ["6.1", "always", false],
    ["6.12", "never", true],
    ["6.12", "always", true],
    ["6.17", "never", false],
    ["6.17", "advise", true],
    ["6.18", "never", false],
    ["6.18", "within_size", true],
  ] as const)("on %s, made under huge=%s, is written in chunks of 2 MiB: %s", (family, huge, large) => {
    expect(emptyOn(family, huge).large_chunks).toBe(large);
  });
});

it("the end of a file counts in whole pages, and as far as fallocate has promised", () => {
  const file = emptyOn();
  for (const [bytes, pages] of [
    [0n, 0],
    [1n, 1],
    [4096n, 1],
    [4097n, 2],
  ] as const) {
    setSize(file, bytes);
    expect([file.size_bytes, file.size_pages]).toEqual([bytes, pages]);
  }
  expect(keepEnd(file)).toBe(2);
  file.fallocend = 5;
  expect(keepEnd(file)).toBe(5);
});

describe("runs of pages", () => {
  // page         0 1 2 3 4 5 6 7 8 9 10 11 12
  // data         # # # #     # #
  // reserved             +         + +  +
  const file = emptyOn();
  insertFolio(file.folios, 0, 1, true);
  insertFolio(file.folios, 2, 1, true);
  insertFolio(file.folios, 4, 0, false);
  insertFolio(file.folios, 6, 1, true);
  insertFolio(file.folios, 8, 2, false);

  it("join neighbouring folios", () => {
    expect(runs(file, Infinity, false)).toEqual([
      { start: 0, end: 5 },
      { start: 6, end: 12 },
    ]);
    expect(runs(file, Infinity, true)).toEqual([
      { start: 0, end: 4 },
      { start: 6, end: 8 },
    ]);
  });

  it("hold the folios that begin before a page", () => {
    expect(runs(file, 9, false)).toEqual(runs(file, Infinity, false));
    expect(runs(file, 8, false)).toEqual([
      { start: 0, end: 5 },
      { start: 6, end: 8 },
    ]);
    expect(runs(file, 1, true)).toEqual([{ start: 0, end: 2 }]);
    expect(runs(file, 0, true)).toEqual([]);
    expect(runs(emptyOn(), 10, false)).toEqual([]);
  });

  it("begin where the first folio does", () => {
    const later = emptyOn();
    insertFolio(later.folios, 1, 0, true);
    insertFolio(later.folios, 2, 1, true);
    expect(runs(later, Infinity, true)).toEqual([{ start: 1, end: 4 }]);
  });

  it("of reserved pages only are no data", () => {
    const reserved = emptyOn();
    insertFolio(reserved.folios, 0, 2, false);
    setSize(reserved, 0x4000n);
    expect(dataExtents(reserved)).toEqual([]);
  });

  it.each([
    [
      0x9000n,
      [
        [0n, 0x4000n],
        [0x6000n, 0x8000n],
      ],
    ],
    [
      0x6001n,
      [
        [0n, 0x4000n],
        [0x6000n, 0x6001n],
      ],
    ],
    [0x6000n, [[0n, 0x4000n]]],
    [0x4000n, [[0n, 0x4000n]]],
    [0x2fffn, [[0n, 0x2fffn]]],
    [0n, []],
  ] as const)("are data up to i_size %i, to the byte", (size, data) => {
    setSize(file, size);
    expect(dataExtents(file)).toEqual(data);
  });
});
