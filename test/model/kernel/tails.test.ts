/** A large folio that was mapped as a whole may be used behind the end of its file, until it leaves the page tables. */

import { describe, expect, it } from "vitest";
import { insertFolio } from "../../../model/folios/folios.ts";
import type { FamilyName } from "../../../model/kernel/family.ts";
import { FAMILIES } from "../../../model/kernel/family.ts";
import type { ShmemFile } from "../../../model/kernel/file.ts";
import { emptyFile, emptyMount, setSize } from "../../../model/kernel/file.ts";
import type { Vma } from "../../../model/kernel/orders.ts";
import { defaultKnobs } from "../../../model/kernel/orders.ts";
import { fault } from "../../../model/kernel/shmem.ts";
import type { LinuxOp } from "../../../sim/kernel/op.ts";
import { at, create, fallocate, run, truncate, VA, write } from "../../support/shmem-run.ts";

/** A file that ends on the first page of its only folio, which starts there. */
function fileOf(start: number, order: number): ShmemFile {
  const file = emptyFile(FAMILIES["6.18"], emptyMount("never", 0), true);
  insertFolio(file.folios, start, order, true);
  setSize(file, at(start + 1));
  return file;
}

const windowOf = (file: ShmemFile, over: Partial<Vma> = {}): Vma => ({
  file,
  start: 1024,
  npages: 1024,
  pgoff: 0,
  advice: null,
  anon: false,
  ...over,
});

const touch = (vma: Vma, page: number, family: FamilyName = "6.18"): string => {
  const result = fault({ family: FAMILIES[family], knobs: defaultKnobs() }, vma, page);
  return result.ok ? "ok" : `${result.errno} ${result.check}`;
};
const BEYOND = "SIGBUS beyond_i_size";

describe("which folios are mapped as a whole", () => {
  it.each([
    ["6.1", 9, false, true],
    ["6.1", 4, true, false],
    ["6.12", 9, false, true],
    ["6.12", 4, false, false],
    ["6.12", 4, true, true],
    ["6.17", 4, false, true],
    ["6.18", 4, false, true],
    ["6.18", 1, true, true],
  ] as const)("on %s, order %i, of a file without a name %s: %s", (family, order, anon, whole) => {
    const vma = windowOf(fileOf(0, order), { anon });
    expect(touch(vma, 1, family)).toBe(BEYOND);
    expect(touch(vma, 0, family)).toBe("ok");
    expect(touch(vma, 1, family)).toBe(whole ? "ok" : BEYOND);
    expect(touch(vma, 2 ** order - 1, family)).toBe(whole ? "ok" : BEYOND);
    expect(touch(vma, 2 ** order, family)).toBe(BEYOND);
  });

  it.each([
    ["the window is the folio", 16, { start: 1040, npages: 16, pgoff: 16 }, true],
    ["the window ends before the folio", 16, { start: 1040, npages: 15, pgoff: 16 }, false],
    ["the window begins before the folio", 16, { start: 1024, npages: 32 }, true],
    ["the window begins inside the folio", 16, { start: 1041, npages: 31, pgoff: 17 }, false],
    ["the addresses end with a page table", 16, { start: 1520, npages: 16, pgoff: 16 }, true],
    ["the addresses go on in the next page table", 16, { start: 1521, npages: 16, pgoff: 16 }, false],
  ] as const)("those within the window and one page table: %s", (_what, start, over, whole) => {
    const file = fileOf(start, 4);
    setSize(file, at(start + 2));
    const vma = windowOf(file, over);
    expect(touch(vma, start + 1)).toBe("ok");
    expect(touch(vma, start + 2)).toBe(whole ? "ok" : BEYOND);
  });

  it("is of no account for a folio that the file covers", () => {
    const file = fileOf(0, 4);
    setSize(file, at(16));
    expect(touch(windowOf(file), 3)).toBe("ok");
    expect(file.tails).toEqual([]);
  });
});

it("a touch behind the end is asked about before there is no space for it", () => {
  const file = fileOf(8, 0);
  file.mount.max_pages = 1;
  file.mount.used_pages = 1;
  expect(touch(windowOf(file), 9)).toBe(BEYOND);
  expect(touch(windowOf(file), 0)).toBe("SIGBUS no_space");
});

describe("two VMAs on one folio", () => {
  it.each([
    ["the lower", 1024, 2048],
    ["the higher", 2048, 1024],
  ])("are mapped each for itself: %s first", (_what, first, second) => {
    const file = fileOf(0, 4);
    const [one, two] = [windowOf(file, { start: first }), windowOf(file, { start: second })];
    expect(touch(one, 0)).toBe("ok");
    expect([touch(one, 5), touch(two, 5)]).toEqual(["ok", BEYOND]);
    expect(touch(two, 0)).toBe("ok");
    expect([touch(one, 5), touch(two, 5)]).toEqual(["ok", "ok"]);
  });

  it("are remembered once however often they are touched", () => {
    const file = fileOf(0, 4);
    for (const start of [1024, 2048, 1024, 2048]) touch(windowOf(file, { start }), 0);
    expect(file.tails).toEqual([
      { folio: 0, start: 1024, end: 1040 },
      { folio: 0, start: 2048, end: 2064 },
    ]);
  });
});

describe("a guest's store behind the end of the file", () => {
  const map = (page: number, from: number, pages: number, file = "f"): LinuxOp => ({
    op: "map",
    file,
    va: VA + at(page),
    offset: at(from),
    length: at(pages),
  });
  const slot = (id: number, page: number, pages: number): LinuxOp => ({
    op: "set_user_memory_region",
    slot: id,
    flags: 0,
    gpa: at(page),
    size: at(pages),
    uaddr: VA + at(page),
  });
  const store = (page: number): LinuxOp => ({ op: "guest_write", gpa: at(page) });
  const exits = (ops: readonly LinuxOp[], pages: readonly number[], of = {}): (string | undefined)[] =>
    pages.map((_, i) => run([...ops, ...pages.slice(0, i + 1).map(store)], of).last.exit);

  const shown: readonly LinuxOp[] = [{ op: "create_vm" }, map(0, 0, 1024), slot(0, 0, 1024)];
  const one = { size: at(1) };

  it("works once the folio is mapped, and no more when the file is cut", () => {
    expect(exits(shown, [5, 0, 5, 511, 512], one)).toEqual(["mmio", "hlt", "hlt", "hlt", "mmio"]);
    expect(exits([...shown, store(0), truncate(at(1))], [5], one)).toEqual(["mmio"]);
  });

  it("works in one folio when another has been split", () => {
    // The file grows after its first store, so the second folio reaches past the end too.
    const both = [...shown, store(0), truncate(at(513)), store(512)];
    expect(exits([...both, fallocate(0, 1, 3)], [600], one)).toEqual(["hlt"]);
    expect(exits([...both, truncate(at(512))], [600], one)).toEqual(["mmio"]);
    expect(exits([...both, truncate(at(1))], [5, 600], one)).toEqual(["mmio", "mmio"]);
  });

  it("works no more when bytes are punched out of the file's first page, though not of another", () => {
    const both = [...shown, store(0), truncate(at(513)), store(512)];
    const punch = (offset: bigint, length: bigint): LinuxOp => ({
      op: "fallocate",
      file: "f",
      mode: 3,
      offset,
      length,
    });
    const after = (op: LinuxOp): (string | undefined)[] => exits([...both, op], [600], one);
    for (const op of [punch(0n, 1n), punch(1n, 1n), punch(0n, 4095n)]) expect(after(op)).toEqual(["mmio"]);
    for (const op of [punch(0n, 4096n), punch(1n, 4095n), punch(4096n, 1n)]) expect(after(op)).toEqual(["hlt"]);
  });

  it("does not work where another VMA has come in between", () => {
    const covered = [...shown, store(0), create("g", at(4)), map(100, 0, 4, "g")];
    expect(exits(covered, [5, 100], one)).toEqual(["mmio", "hlt"]);
  });

  it("does not work once a collapse has come past the folio, though it fails", () => {
    // Pages [0, 4) are one folio, of which the file has one; page 4 is reserved, behind the end of the file.
    const { va, ...whole } = { va: VA + (1n << 30n), vma_offset: 0n, vma_length: at(512), offset: 0n };
    const collapse = (pages: number): LinuxOp => ({ op: "collapse", file: "f", va, ...whole, length: at(pages) });
    const small = (reserved: readonly LinuxOp[]): LinuxOp[] => [
      ...reserved,
      { op: "remount", huge: "always" },
      write(0),
      ...shown,
      store(0),
    ];
    const never = { huge: "never" } as const;
    const once = small([fallocate(4, 1, 1)]);
    expect(exits(once, [2, 3], never)).toEqual(["hlt", "hlt"]);
    expect(run([...once, collapse(512)], never).last.errno).toBe("EINVAL");
    expect(exits([...once, collapse(512)], [2], never)).toEqual(["mmio"]);
    expect(exits([...once, collapse(100)], [2], never)).toEqual(["hlt"]);
    // Written, page 4 is no obstacle: the new folio is not in this VMA's page tables until it is touched.
    const twice = small([fallocate(4, 1, 1), fallocate(4, 1, 1)]);
    expect(run([...twice, collapse(512)], never).last.errno).toBe(0);
    expect(exits([...twice, collapse(512)], [2, 0, 2], never)).toEqual(["mmio", "hlt", "hlt"]);
  });
});

// What a running 6.18 said of a read behind i_size, page by page.
describe("a read behind the end, whose 64 KiB begin before it", () => {
  const read = (vma: Vma, page: number, family: FamilyName = "6.18"): boolean =>
    fault({ family: FAMILIES[family], knobs: defaultKnobs() }, vma, page, "read").ok;

  it.each([
    ["in a small folio", 1, {}, 1, true],
    ["at the end of the 64 KiB", 8, {}, 15, true],
    ["in the next 64 KiB", 8, {}, 16, false],
    ["in 64 KiB that begin behind the end", 8, { start: 1025 }, 15, false],
    ["in 2 MiB", 9, {}, 15, true],
    ["in 2 MiB that no table can show", 9, { start: 1025 }, 1, false],
    ["in 2 MiB, against advice", 9, { advice: "nohugepage" }, 1, false],
    ["in a small folio, against advice", 3, { advice: "nohugepage" }, 1, true],
    ["in a folio longer than the window", 5, { npages: 20 }, 1, false],
    ["in a folio across two tables", 5, { start: 1520 }, 1, false],
  ] as const)("%s: order %i, window %o, page %i: %s", (_what, order, over, page, served) => {
    const vma = windowOf(fileOf(0, order), over);
    expect(read(vma, page)).toBe(served);
    // What was mapped is mapped whole, for a store too.
    expect(touch(vma, 2 ** order - 1)).toBe(served ? "ok" : BEYOND);
  });

  it("is not served behind the folio, which is mapped all the same", () => {
    const vma = windowOf(fileOf(0, 3));
    expect([touch(vma, 7), read(vma, 8), touch(vma, 7)]).toEqual([BEYOND, false, "ok"]);
  });

  it("is not served from a folio behind the first, nor from one that is only reserved, nor before 6.12 in a small one", () => {
    const file = fileOf(0, 3);
    insertFolio(file.folios, 8, 3, true);
    setSize(file, at(10));
    expect(read(windowOf(file), 12)).toBe(false);
    const reserved = emptyFile(FAMILIES["6.18"], emptyMount("never", 0), true);
    insertFolio(reserved.folios, 0, 3, false);
    setSize(reserved, at(1));
    expect(read(windowOf(reserved), 1)).toBe(false);
    expect(read(windowOf(fileOf(0, 3)), 1, "6.1")).toBe(false);
  });
});
