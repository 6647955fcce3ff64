/** VMAs of a process, against a list of pages that knows no windows. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FAMILIES } from "../../../model/kernel/family.ts";
import type { ShmemFile } from "../../../model/kernel/file.ts";
import { emptyFile, emptyMount } from "../../../model/kernel/file.ts";
import type { Advice } from "../../../model/kernel/orders.ts";
import type { Vmas } from "../../../model/kernel/vmas.ts";
import { advise, findVma, mapWindow, unmapRange } from "../../../model/kernel/vmas.ts";

const PAGES = 24;

const newFile = (linked = true) => emptyFile(FAMILIES["6.18"], emptyMount("always", 0), linked);

/** What one page of the address space shows. */
interface Shown {
  readonly file: ShmemFile;
  readonly page: number;
  readonly advice: Advice;
  readonly anon: boolean;
  /** Its VMA begins here, although the page before may be mapped. */
  readonly begins: boolean;
}

type Pages = (Shown | undefined)[];

const continues = (left: Shown | undefined, right: Shown | undefined): boolean =>
  left?.file === right?.file && left?.advice === right?.advice && left?.page === (right?.page ?? 0) - 1;

function change(pages: Pages, at: number, over: Partial<Shown>): void {
  const shown = pages[at];
  if (shown !== undefined) pages[at] = { ...shown, ...over };
}

const begin = (pages: Pages, at: number, begins: boolean): void => change(pages, at, { begins });

/** The pages of the VMA that begins at, or reaches, this page. */
function windowFrom(pages: Pages, at: number): number[] {
  let end = at + 1;
  while (pages[end] !== undefined && pages[end]?.begins === false) end++;
  return Array.from({ length: end - at }, (_, i) => at + i);
}

function unmapPages(pages: Pages, start: number, npages: number): void {
  for (let at = start; at < start + npages; at++) pages[at] = undefined;
  begin(pages, start + npages, true);
}

function mapPages(pages: Pages, file: ShmemFile, start: number, npages: number, pgoff: number): void {
  unmapPages(pages, start, npages);
  const made = { file, advice: null, anon: !file.linked };
  for (let i = 0; i < npages; i++) pages[start + i] = { ...made, page: pgoff + i, begins: i === 0 };
  const [last, after] = [pages[start + npages - 1], pages[start + npages]];
  const joinsBefore = continues(pages[start - 1], pages[start]);
  const joinsAfter = continues(last, after);
  if (joinsBefore) begin(pages, start, false);
  if (joinsAfter) begin(pages, start + npages, false);
  // The merged VMA is what the one before it was; else what the one behind it was.
  const older = joinsBefore ? pages[start - 1] : joinsAfter ? after : undefined;
  if (older === undefined) return;
  for (const at of windowFrom(pages, start)) change(pages, at, { anon: older.anon });
}

function advisePages(pages: Pages, start: number, npages: number, advice: Advice): void {
  if (pages[start] === undefined || pages[start].advice === advice) return;
  for (let at = start; at < start + npages; at++) change(pages, at, { advice, begins: at === start });
  begin(pages, start + npages, true);
}

/** The VMAs, page by page; a page in two VMAs is an error. */
function pagesOf(vmas: Vmas): Pages {
  const pages: Pages = Array.from({ length: PAGES * 2 }, () => undefined);
  for (const { file, start, npages, pgoff, advice, anon } of vmas) {
    if (npages <= 0) throw new Error("an empty window");
    for (let i = 0; i < npages; i++) {
      if (pages[start + i] !== undefined) throw new Error(`two windows at ${start + i}`);
      pages[start + i] = { file, page: pgoff + i, advice, anon, begins: i === 0 };
    }
  }
  return pages;
}

const text = (pages: Pages, files: readonly ShmemFile[]): string[] =>
  pages.flatMap((shown, at) => {
    if (shown === undefined) return [];
    const { file, page, advice, anon, begins } = shown;
    return [`${begins ? "|" : ""}${at}:${files.indexOf(file)}@${page} ${advice} ${anon ? "anon" : "named"}`];
  });

const op = fc.record({
  kind: fc.constantFrom("map", "map", "map", "map_again", "unmap", "hugepage", "nohugepage"),
  file: fc.nat(2),
  start: fc.nat(PAGES - 1),
  npages: fc.integer({ min: 1, max: 8 }),
  skew: fc.constantFrom(0, 0, 0, 1),
});

it("VMAs show the pages that were mapped last, joined and parted as the kernel does", () => {
  const told = fc.property(fc.array(op, { maxLength: 20 }), (ops) => {
    const files = [newFile(), newFile(), newFile(false)] as const;
    const vmas: Vmas = [];
    const pages: Pages = Array.from({ length: PAGES * 2 }, () => undefined);
    for (const { kind, file, start, npages, skew } of ops) {
      const shown = files[file] ?? files[0];
      if (kind === "map") {
        mapWindow(vmas, shown, start, npages, 100 + start + skew);
        mapPages(pages, shown, start, npages, 100 + start + skew);
      } else if (kind === "map_again") {
        // The name goes between two mappings of the file: only what is mapped later is anonymous.
        shown.linked = !shown.linked;
        mapWindow(vmas, shown, start, npages, 100 + start);
        mapPages(pages, shown, start, npages, 100 + start);
      } else if (kind === "unmap") {
        unmapRange(vmas, start, npages);
        unmapPages(pages, start, npages);
      } else {
        // madvise stays within one window.
        const window = pages[start] === undefined ? [] : windowFrom(pages, start);
        const part = Math.max(1, Math.min(npages, window.length));
        advise(vmas, start, part, kind);
        advisePages(pages, start, part, kind);
      }
      expect(text(pagesOf(vmas), files)).toEqual(text(pages, files));
      const found = pages.map((_, at) => findVma(vmas, at)?.file);
      expect(found.every((there, at) => there === pages[at]?.file)).toBe(true);
      const starts = vmas.map((vma) => vma.start);
      expect(starts.every((at, i) => i === 0 || at > (starts[i - 1] ?? 0))).toBe(true);
    }
  });
  fc.assert(told, { seed: 0x6b766d, numRuns: 80 });
});

describe("folios that a VMA shows behind the end of the file", () => {
  const folio = { folio: 0, start: 100, end: 108 };

  it.each([
    [92, 8, true],
    [92, 9, false],
    [107, 1, false],
    [108, 4, true],
    [103, 1, false],
  ])("and munmap of page %i, %i pages", (start, npages, stays) => {
    const vmas: Vmas = [];
    const file = newFile();
    mapWindow(vmas, file, 90, 30, 0);
    file.tails = [folio];
    unmapRange(vmas, start, npages);
    expect(file.tails).toEqual(stays ? [folio] : []);
  });

  it("stay where madvise says what was said before", () => {
    const vmas: Vmas = [];
    const file = newFile();
    mapWindow(vmas, file, 90, 30, 0);
    advise(vmas, 90, 30, "hugepage");
    file.tails = [folio];
    advise(vmas, 90, 30, "hugepage");
    expect(file.tails).toEqual([folio]);
    advise(vmas, 200, 1, "hugepage");
    expect(vmas).toHaveLength(1);
  });
});

describe("VMAs that meet", () => {
  it("stay two where one has been advised", () => {
    const vmas: Vmas = [];
    const file = newFile();
    mapWindow(vmas, file, 90, 10, 0);
    advise(vmas, 90, 10, "hugepage");
    mapWindow(vmas, file, 100, 10, 10);
    expect(vmas.map(({ start, npages, advice }) => [start, npages, advice])).toEqual([
      [90, 10, "hugepage"],
      [100, 10, null],
    ]);
  });

  it("become what the first of three is", () => {
    const vmas: Vmas = [];
    const file = newFile();
    mapWindow(vmas, file, 90, 10, 0);
    file.linked = false;
    mapWindow(vmas, file, 110, 10, 20);
    mapWindow(vmas, file, 100, 10, 10);
    expect(vmas.map(({ start, npages, anon }) => [start, npages, anon])).toEqual([[90, 30, false]]);
  });
});
