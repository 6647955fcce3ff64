/** Units: what each constructor takes and refuses, and page arithmetic on both sides of 32 bits. */

import { describe, expect, it } from "vitest";
import {
  alignDown,
  alignUp,
  asLoff,
  fileOffset,
  folioNpages,
  gfn,
  gpa,
  isAligned,
  npages,
  order,
  pgoff,
  sizeBytes,
  toBytes,
  toPages,
  toPagesUp,
  uaddr,
  ugfn,
} from "../../model/units.ts";

describe("page numbers", () => {
  it.each([
    ["gfn", gfn],
    ["ugfn", ugfn],
    ["pgoff", pgoff],
    ["npages", npages],
  ])("%s: whole, from 0 to 2^52", (name, make) => {
    for (const n of [0, 1, 2 ** 52]) expect(make(n)).toBe(n);
    for (const n of [-1, 2 ** 52 + 1, 0.5, NaN, Infinity]) expect(() => make(n)).toThrow(`${name} out of range: ${n}`);
  });

  it("an order is whole, from 0 to 18", () => {
    for (const n of [0, 9, 18]) expect(order(n)).toBe(n);
    for (const n of [-1, 19, 0.5, NaN]) expect(() => order(n)).toThrow(`order out of range: ${n}`);
  });
});

describe("bytes", () => {
  it.each([
    ["gpa", gpa],
    ["userspace_addr", uaddr],
    ["offset", fileOffset],
    ["size", sizeBytes],
  ])("%s: any u64", (name, make) => {
    for (const n of [0n, 1n, 2n ** 64n - 1n]) expect(make(n)).toBe(n);
    for (const n of [-1n, 2n ** 64n]) expect(() => make(n)).toThrow(`${name} is no u64: ${n}`);
  });

  it("are 4096 to a page, rounded down or up", () => {
    expect(toBytes(3)).toBe(12288n);
    expect([4095n, 4096n, 8191n].map(toPages)).toEqual([0, 1, 1]);
    expect([0n, 1n, 4096n, 4097n].map(toPagesUp)).toEqual([0, 1, 1, 2]);
  });

  it("past 2^63 are negative to the kernel's loff_t", () => {
    expect([1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n].map(asLoff)).toEqual([
      1n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      -1n,
    ]);
  });
});

describe("blocks of an order", () => {
  it("have 2^order pages, past 32 bits too", () => {
    expect([0, 9, 30, 31, 32, 40].map(folioNpages)).toEqual([1, 512, 2 ** 30, 2 ** 31, 2 ** 32, 2 ** 40]);
  });

  it.each([
    [5, 2],
    [513, 9],
    [2 ** 40 + 3 * 2 ** 18 + 77, 18],
    [2 ** 52 - 1, 30],
    [2 ** 52 - 1, 31],
    [2 ** 52 - 1, 40],
  ])("%d, order %d: start and end as big integers have them", (page, o) => {
    const size = 2n ** BigInt(o);
    const start = (BigInt(page) / size) * size;
    expect(BigInt(alignDown(page, o))).toBe(start);
    expect(BigInt(alignUp(page, o))).toBe(start + size);
    expect(isAligned(page, o)).toBe(false);
    expect(isAligned(Number(start), o)).toBe(true);
    expect(alignDown(Number(start), o)).toBe(Number(start));
    expect(alignUp(Number(start), o)).toBe(Number(start));
  });
});
