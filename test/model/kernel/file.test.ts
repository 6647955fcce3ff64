/** The judged file: what a request comes to, what is freed, and that a file can be used again. */

import { describe, expect, it } from "vitest";
import type { BackingFile } from "../../../model/abstract/file.ts";
import {
  ALLOCATED,
  FELL_BACK,
  folioOf,
  getFolio,
  MAX_I_SIZE_NPAGES,
  newFile,
  PRESENT,
  punchHole,
  resetFile,
  truncateFile,
} from "../../../model/abstract/file.ts";
import { isPresent } from "../../../model/folios/folios.ts";
import { npages } from "../../../model/units.ts";

const present = ({ folios }: BackingFile, pages: readonly number[]): number[] =>
  pages.filter((page) => isPresent(folios, page));

describe("a request for a page", () => {
  it("gets a folio of the file's order around it, and says where", () => {
    const file = newFile(2);
    expect(getFolio(file, 6)).toBe(ALLOCATED);
    expect([file.got_start, file.got_order]).toEqual([4, 2]);
    expect([4, 5, 6, 7].map((page) => folioOf(file, page))).toEqual([4, 4, 4, 4]);
    expect(file.folios.order).toBe(2);
    expect(present(file, [3, 8])).toEqual([]);
  });

  it("finds a page that is there, and gets nothing", () => {
    const file = newFile(2);
    getFolio(file, 6);
    file.order = 3;
    expect(getFolio(file, 7)).toBe(PRESENT);
    expect([file.folios.count, folioOf(file, 7)]).toEqual([1, 4]);
  });

  it("gets a single page where something is in the way", () => {
    const file = newFile(0);
    expect(getFolio(file, 5)).toBe(ALLOCATED);
    file.order = 2;
    expect(getFolio(file, 6)).toBe(FELL_BACK);
    expect([file.got_start, file.got_order]).toEqual([6, 0]);
    expect(getFolio(file, 8)).toBe(ALLOCATED);
    expect(folioOf(file, 6)).toBe(6);
    expect(present(file, [4, 7])).toEqual([]);
  });

  it("of base pages is never in its own way", () => {
    const file = newFile(0);
    getFolio(file, 5);
    expect(getFolio(file, 6)).toBe(ALLOCATED);
  });

  it("that was never made has no folio", () => {
    expect(() => folioOf(newFile(0), 7)).toThrow("page 7 is not in the file");
  });
});

describe("freeing", () => {
  const filled = (): BackingFile => {
    const file = newFile(2);
    for (const page of [0, 4, 8]) getFolio(file, page);
    return file;
  };

  it.each([
    ["a folio that is in the hole", 4, 4, [0, 8]],
    ["two of them", 4, 8, [0]],
    ["no folio that only begins in it", 4, 3, [0, 4, 8]],
    ["no folio that only ends in it", 5, 3, [0, 4, 8]],
    ["nothing for an empty hole", 4, 0, [0, 4, 8]],
    ["everything", 0, 2 ** 52, []],
  ])("%s", (_what, first, count, left) => {
    const file = filled();
    punchHole(file, first, count);
    expect(present(file, [0, 4, 8])).toEqual(left);
  });

  it("cuts what lies past a smaller size, and keeps a folio that reaches over it", () => {
    const file = filled();
    truncateFile(file, npages(5));
    expect(file.i_size_npages).toBe(5);
    expect(present(file, [0, 4, 7, 8])).toEqual([0, 4, 7]);
  });

  it("cuts nothing for a larger size, and for the same what was allocated past it", () => {
    const file = newFile(2);
    truncateFile(file, npages(4));
    getFolio(file, 8);
    truncateFile(file, npages(6));
    expect([file.i_size_npages, ...present(file, [8])]).toEqual([6, 8]);
    truncateFile(file, npages(6));
    expect(present(file, [8])).toEqual([]);
  });
});

it("is new again after a reset", () => {
  const file = newFile(9);
  expect(file).toMatchObject({ order: 9, i_size_npages: MAX_I_SIZE_NPAGES, bound_before: false });
  expect([file.got_start, file.got_order]).toEqual([-1, -1]);
  getFolio(file, 700);
  truncateFile(file, npages(4096));
  file.bound_before = true;
  resetFile(file, 0);
  expect(file).toMatchObject({ order: 0, i_size_npages: MAX_I_SIZE_NPAGES, bound_before: false });
  expect(present(file, [512, 700])).toEqual([]);
});
