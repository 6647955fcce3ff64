/** MADV_COLLAPSE: which VMAs may, what becomes of a block, what a full mount and an empty block say. */

import { describe, expect, it } from "vitest";
import type { Refusal } from "../../../model/errno.ts";
import { collapse } from "../../../model/kernel/collapse.ts";
import type { FamilyName } from "../../../model/kernel/family.ts";
import { FAMILIES } from "../../../model/kernel/family.ts";
import type { ShmemFile } from "../../../model/kernel/file.ts";
import { emptyFile, emptyMount } from "../../../model/kernel/file.ts";
import type { ThpKnobs, Vma } from "../../../model/kernel/orders.ts";
import { defaultKnobs } from "../../../model/kernel/orders.ts";
import { fallocate, truncate, write } from "../../../model/kernel/shmem.ts";
import { at, foliosOf } from "../../support/shmem-run.ts";

const kernel = (family: FamilyName = "6.18", over: Partial<ThpKnobs> = {}) => ({
  family: FAMILIES[family],
  knobs: { ...defaultKnobs(), ...over },
});

interface Made {
  /** Single pages, written. */
  readonly pages?: readonly number[];
  /** Single pages, reserved only. */
  readonly reserved?: readonly number[];
  readonly size_pages?: number;
  /** Pages of the mount; 0 is no limit. */
  readonly max_pages?: number;
}

/** A file of two blocks, of single pages. */
function fileWith({ pages = [], reserved = [], size_pages = 1024, max_pages = 0 }: Made): ShmemFile {
  const k = kernel();
  const file = emptyFile(k.family, emptyMount("never", max_pages), true);
  for (const page of pages) write(k, file, at(page), 1n);
  for (const page of reserved) fallocate(k, file, 1, at(page), 1n);
  if (BigInt(size_pages) << 12n > file.size_bytes) truncate(k, file, at(size_pages));
  return file;
}

const windowOf = (file: ShmemFile, over: Partial<Vma> = {}): Vma => ({
  file,
  start: 0,
  npages: 1024,
  pgoff: 0,
  advice: null,
  anon: false,
  ...over,
});

/** Every refusal is EINVAL: `check` tells them apart. */
function said(refused: Refusal | undefined): string {
  if (refused === undefined) return "ok";
  return refused.errno === "EINVAL" ? refused.check : refused.errno;
}

/** What it says of pages [from, from + npages), and the folios after it. */
function outcome(made: Made, [from, npages]: readonly [number, number], family: FamilyName = "6.18"): string[] {
  const file = fileWith(made);
  const word = said(collapse(kernel(family), windowOf(file), from, npages));
  expect(file.mount.used_pages).toBe(file.folios.pages);
  return [word, foliosOf(file)];
}

const FIRST = [0, 512] as const;

describe("a block of 2 MiB", () => {
  it.each([
    ["one page, at its start", { pages: [0] }],
    ["one page, at its end", { pages: [511] }],
    ["pages written and reserved", { pages: [3, 4, 200], reserved: [5, 511] }],
  ])("with %s becomes one folio of data", (_what, made) => {
    expect(outcome(made, FIRST)).toEqual(["ok", "0:9"]);
  });

  it("that is one folio already stays so, and costs nothing", () => {
    const file = fileWith({ pages: [0], max_pages: 512 });
    const twice = [1, 2].map(() => [
      said(collapse(kernel(), windowOf(file), 0, 512)),
      foliosOf(file),
      file.mount.used_pages,
    ]);
    expect(twice).toEqual([
      ["ok", "0:9", 512],
      ["ok", "0:9", 512],
    ]);
  });

  it("that is one folio already stays reserved, if that is what it is", () => {
    const file = emptyFile(FAMILIES["6.18"], emptyMount("always", 0), true);
    fallocate(kernel(), file, 1, 0n, at(512));
    expect(said(collapse(kernel(), windowOf(file), 0, 512))).toBe("ok");
    expect(foliosOf(file)).toBe("0:9*");
  });

  it("takes data behind the end of the file, which a second fallocate makes", () => {
    const file = fileWith({ reserved: [4, 4], size_pages: 0 });
    expect(foliosOf(file)).toBe("4:0");
    expect(said(collapse(kernel(), windowOf(file), 0, 512))).toBe("ok");
    expect(foliosOf(file)).toBe("0:9");
  });

  it("is gone past where it is one folio, and the next is made one", () => {
    const file = fileWith({ pages: [0, 600] });
    collapse(kernel(), windowOf(file), 0, 512);
    expect(said(collapse(kernel(), windowOf(file), 0, 1024))).toBe("ok");
    expect(foliosOf(file)).toBe("0:9 512:9");
  });

  it("leaves the next block alone, though its first page is there", () => {
    expect(outcome({ pages: [0, 512] }, FIRST)).toEqual(["ok", "0:9 512:0"]);
  });

  it("with no page is refused, though the next block has one", () => {
    expect(outcome({}, FIRST)).toEqual(["collapse_empty", ""]);
    expect(outcome({ pages: [512] }, FIRST)).toEqual(["collapse_empty", "512:0"]);
    expect(outcome({ pages: [600] }, FIRST)).toEqual(["collapse_empty", "600:0"]);
  });

  it("whose reserved page lies behind the end of the file is refused", () => {
    expect(outcome({ pages: [0], reserved: [100], size_pages: 101 }, FIRST)).toEqual(["ok", "0:9"]);
    expect(outcome({ pages: [0], reserved: [100], size_pages: 100 }, FIRST)).toEqual([
      "collapse_reserved_beyond_i_size",
      "0:0 100:0*",
    ]);
  });

  it("needs room for its holes only", () => {
    expect(outcome({ pages: [0, 100], max_pages: 512 }, FIRST)).toEqual(["ok", "0:9"]);
    expect(outcome({ pages: [0, 100], max_pages: 511 }, FIRST)).toEqual(["collapse_no_space", "0:0 100:0"]);
    for (const family of ["6.1", "6.12"] as const) {
      expect(outcome({ pages: [511], max_pages: 512 }, FIRST, family)[1]).toBe("0:9");
      expect(outcome({ pages: [511] }, FIRST, family)[1]).toBe("0:9");
    }
  });

  it("writes reserved pages up to where the room ends on 6.1, all of them since", () => {
    const made = { pages: [600], reserved: [0, 10, 300], max_pages: 104 };
    expect(outcome(made, FIRST, "6.1")).toEqual(["collapse_no_space", "0:0 10:0 300:0* 600:0"]);
    expect(outcome(made, FIRST, "6.12")).toEqual(["collapse_no_space", "0:0 10:0 300:0 600:0"]);
    // 100 pages of room, 104 holes before page 105.
    expect(outcome({ ...made, reserved: [0, 105, 300] }, FIRST, "6.1")[1]).toBe("0:0 105:0* 300:0* 600:0");
    // 3 holes, 3 pages of room: as far as page 5 it goes.
    const near = { pages: [600], reserved: [2, 3, 5], max_pages: 7 };
    expect(outcome(near, FIRST, "6.1")).toEqual(["collapse_no_space", "2:0 3:0 5:0 600:0"]);
  });
});

describe("a range", () => {
  const made = { pages: [100, 600] };

  it.each([
    [[0, 1024], "ok", "0:9 512:9"],
    [[0, 512], "ok", "0:9 600:0"],
    [[512, 512], "ok", "100:0 512:9"],
    [[1, 1023], "ok", "100:0 512:9"],
    [[0, 1023], "ok", "0:9 600:0"],
    [[0, 100], "ok", "100:0 600:0"],
    [[500, 20], "ok", "100:0 600:0"],
    [[10, 20], "collapse_no_block", "100:0 600:0"],
  ] as const)("(pages from, count: %j) is rounded inward: %s", (range, word, folios) => {
    expect(outcome(made, range)).toEqual([word, folios]);
  });

  it("ends at the first block that is refused", () => {
    expect(outcome({ pages: [600] }, [0, 1024])).toEqual(["collapse_empty", "600:0"]);
    expect(outcome({ pages: [0] }, [0, 1024])).toEqual(["collapse_empty", "0:9"]);
  });

  it("goes by addresses where the VMA begins inside a block", () => {
    const file = fileWith(made);
    const vma = windowOf(file, { start: 612, pgoff: 100, npages: 924 });
    expect(said(collapse(kernel(), vma, 100, 924))).toBe("ok");
    expect(foliosOf(file)).toBe("100:0 512:9");
  });

  it("of a VMA without page tables is collapsed and refused up to 6.17", () => {
    for (const family of ["6.1", "6.12", "6.17"] as const) {
      expect(outcome(made, [0, 1024], family)).toEqual(["collapse_no_page_table", "0:9 512:9"]);
      expect(outcome(made, [0, 100], family)).toEqual(["ok", "100:0 600:0"]);
    }
    expect(outcome(made, [0, 1024], "6.19")).toEqual(["ok", "0:9 512:9"]);
  });
});

describe("a VMA", () => {
  const word = (over: Partial<Vma>, family?: FamilyName, knobs?: Partial<ThpKnobs>): string =>
    said(collapse(kernel(family, knobs), windowOf(fileWith({ pages: [0, 512] }), over), over.pgoff ?? 0, 512));

  it("may, unless MADV_NOHUGEPAGE or shmem_enabled=deny is against it", () => {
    expect(word({})).toBe("ok");
    expect(word({ advice: "hugepage" })).toBe("ok");
    expect(word({ advice: "nohugepage" })).toBe("collapse_not_allowed");
    expect(word({}, "6.18", { shmem_enabled: "deny" })).toBe("collapse_not_allowed");
    expect(word({}, "6.18", { shmem_enabled: "force" })).toBe("ok");
  });

  it.each([
    ["512 pages", { npages: 512 }, "ok"],
    ["511 pages", { npages: 511 }, "collapse_not_allowed"],
    ["a block and a part of one", { npages: 600 }, "ok"],
    ["a block that its last 2 MiB do not begin in", { start: 1, pgoff: 1, npages: 600 }, "collapse_not_allowed"],
    ["file and addresses that differ modulo 2 MiB", { start: 256 }, "collapse_not_allowed"],
    ["file and addresses that differ by 2 MiB", { start: 512 }, "ok"],
  ])("must hold 2 MiB at its end: %s", (_what, over, expected) => {
    expect(word(over)).toBe(expected);
  });

  it("of a file without a name asks the knob of 2 MiB, forced or not, on 6.17 and 6.18", () => {
    const anon = { anon: true };
    for (const [family, asks] of [
      ["6.1", false],
      ["6.12", false],
      ["6.17", true],
      ["6.18", true],
    ] as const) {
      const done = family === "6.18" ? "ok" : "collapse_no_page_table";
      expect(word(anon, family, { inherit: 0 })).toBe(asks ? "collapse_not_allowed" : done);
      expect(word(anon, family, { inherit: 1 << 8, always: 1 << 3 })).toBe(asks ? "collapse_not_allowed" : done);
      expect(word(anon, family)).toBe(done);
      expect(word(anon, family, { inherit: 0, always: 1 << 9 })).toBe(done);
      expect(word({ anon: false }, family, { inherit: 0 })).toBe(done);
    }
  });
});
