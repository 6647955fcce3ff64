/** The folio store against the plainest one there is: a map with an entry a page. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Folios } from "../../../model/folios/folios.ts";
import {
  anyPresent,
  clearFolios,
  emptyFolios,
  folioAt,
  insertFolio,
  isKnownPresent,
  isPresent,
  nextFolio,
  removeFolio,
  setUptodate,
} from "../../../model/folios/folios.ts";
import { alignDown } from "../../../model/units.ts";
import { firstDifference } from "../../support/first-difference.ts";

interface Plain {
  readonly start: number;
  readonly order: number;
  uptodate: boolean;
}

const endOf = ({ start, order }: Plain): number => start + 2 ** order;

/** A folio a page, for folios small enough to have their pages written down. */
type Pages = Map<number, Plain>;

const anyPlain = (pages: Pages, start: number, order: number): boolean => {
  for (let page = start; page < start + 2 ** order; page++) if (pages.has(page)) return true;
  return false;
};

function insertPlain(pages: Pages, folio: Plain): void {
  for (let page = folio.start; page < endOf(folio); page++) pages.set(page, folio);
}

const sorted = (pages: Pages): Plain[] => [...new Set(pages.values())].toSorted((a, b) => a.start - b.start);

const told = (f: Folios, start: number): Plain | undefined =>
  start < 0 ? undefined : { start, order: f.order, uptodate: f.uptodate };

const BLOCKS = [0, 1, 5, 9, 10];

/** What the store says about a page and the blocks around it. */
const says = (f: Folios, page: number): unknown[] => [
  isPresent(f, page),
  told(f, folioAt(f, page)),
  told(f, nextFolio(f, page)),
  ...BLOCKS.map((order) => anyPresent(f, alignDown(page, order), order)),
];
const saysPlain = (pages: Pages, page: number): unknown[] => [
  pages.has(page),
  pages.get(page),
  sorted(pages).find((folio) => endOf(folio) > page),
  ...BLOCKS.map((order) => anyPlain(pages, alignDown(page, order), order)),
];

/** Every folio from first to last, as a walk finds them. */
function walked(f: Folios): (Plain | undefined)[] {
  const list: (Plain | undefined)[] = [];
  for (let at = nextFolio(f, 0); at >= 0; at = nextFolio(f, at + 2 ** f.order)) {
    list.push(told(f, at));
    if (list.length > f.count) throw new Error(`the walk does not end: it is at page ${at}`);
  }
  return list;
}

type Act = readonly ["insert" | "remove" | "write", number, number];

/** Do the same to both stores where it makes sense there. */
function act(f: Folios, pages: Pages, [what, page, order]: Act): void {
  const there = pages.get(page);
  if (what === "insert") {
    const start = alignDown(page, order);
    if (anyPlain(pages, start, order)) return;
    insertPlain(pages, { start, order, uptodate: page % 2 === 0 });
    insertFolio(f, start, order, page % 2 === 0);
  } else if (there !== undefined && what === "remove") {
    for (let at = there.start; at < endOf(there); at++) pages.delete(at);
    removeFolio(f, there.start);
  } else if (there !== undefined) {
    there.uptodate = true;
    setUptodate(f, there.start);
  }
}

const REGION = 2 ** 18;

/** Pages close together at both ends of regions, of near ones and of ones that 32 bits do not reach. */
const anyPage = fc
  .tuple(fc.constantFrom(0, REGION, 7 * REGION, 2 ** 31, 2 ** 32, 2 ** 40), fc.integer({ min: -40, max: 1200 }))
  .map(([base, at]) => Math.max(base + at, 0));
const anyOrder = fc.constantFrom(0, 0, 0, 1, 2, 3, 5, 9, 10);
const acts = fc.array(
  fc.tuple(
    fc.constantFrom("insert", "insert", "insert", "remove", "write"),
    anyPage,
    anyOrder,
  ) satisfies fc.Arbitrary<Act>,
  { minLength: 1, maxLength: 60, size: "max" },
);

/** Base pages at every second place or so, from `first` on: more than a list holds. */
function crowd(f: Folios, pages: Pages, first: number, count: number): void {
  for (let at = 0; at < count; at++) act(f, pages, ["insert", first + 2 * at + (at % 3 === 0 ? 1 : 0), 0]);
}

describe("the store says what a map of pages says", () => {
  it("about few folios and about regions of lists", () => {
    fc.assert(
      fc.property(acts, (list) => {
        const f = emptyFolios();
        const pages: Pages = new Map();
        const [said, expected]: [unknown[], unknown[]] = [[], []];
        for (const one of list) {
          act(f, pages, one);
          said.push(...says(f, one[1]));
          expected.push(...structuredClone(saysPlain(pages, one[1])));
        }
        expect(firstDifference(said, expected)).toBeUndefined();
        expect(firstDifference(walked(f), sorted(pages))).toBeUndefined();
        const edges = sorted(pages).flatMap((folio) => [folio.start, folio.start + 2 ** folio.order]);
        const around = edges.flatMap((page) => [Math.max(page - 1, 0), page]);
        const held = around.map((page) => pages.get(page));
        const heldFound = around.map((page) => told(f, folioAt(f, page)));
        expect(firstDifference(heldFound, held)).toBeUndefined();
        expect([f.count, f.pages]).toEqual([sorted(pages).length, pages.size]);
      }),
      { seed: 5, numRuns: 50, endOnFailure: true },
    );
  });

  it.each([0, 3 * REGION, 2 ** 33])("about a region of bitmaps at page %i", (first) => {
    const f = emptyFolios();
    const pages: Pages = new Map();
    crowd(f, pages, first + 4096, 4200);
    const some = fc.tuple(fc.constantFrom("insert", "remove", "write"), fc.nat(14_000), anyOrder);
    for (const list of fc.sample(fc.array(some, { maxLength: 8 }), { seed: 6, numRuns: 150 })) {
      for (const [what, at, o] of list) act(f, pages, [what, first + at, o]);
    }
    const inOrder = sorted(pages);
    const near = fc.sample(fc.nat(14_000), { seed: 7, numRuns: 500 }).map((at) => first + at);
    const nexts = near.map((page) => inOrder.find((folio) => endOf(folio) > page));
    const nextFound = near.map((page) => told(f, nextFolio(f, page)));
    expect(firstDifference(nextFound, nexts)).toBeUndefined();
    const holders = near.map((page) => pages.get(page));
    const holdersFound = near.map((page) => told(f, folioAt(f, page)));
    expect(firstDifference(holdersFound, holders)).toBeUndefined();
    for (let page = first; page < first + 14_400; page++) {
      if (isPresent(f, page) !== pages.has(page)) throw new Error(`page ${page} is present: ${isPresent(f, page)}`);
    }
    for (const order of [...BLOCKS, 12]) {
      const blocks = near.map((page) => alignDown(page, order));
      const full = blocks.map((start) => anyPlain(pages, start, order));
      const fullFound = blocks.map((start) => anyPresent(f, start, order));
      expect(firstDifference(fullFound, full)).toBeUndefined();
    }
    // A page as far on as 32-bit arithmetic would wrap, and one a region on, are other pages.
    for (const away of [REGION, 2 ** 31, 2 ** 32]) {
      expect(near.filter((page) => isPresent(f, page + away) || folioAt(f, page + away) >= 0)).toEqual([]);
    }
    expect(firstDifference(walked(f), inOrder)).toBeUndefined();
    expect([f.count, f.pages]).toEqual([inOrder.length, pages.size]);
  });
});

describe("folios of a whole region", () => {
  it.each([0, 5 * REGION, 2 ** 45])("fill the region at page %i to its last page and no further", (first) => {
    const f = emptyFolios();
    for (let at = 0; at < 12; at++) insertFolio(f, first + at * REGION, 18, true);
    expect([f.count, f.pages]).toEqual([12, 12 * REGION]);
    expect(folioAt(f, first + 12 * REGION - 1)).toBe(first + 11 * REGION);
    expect(f.order).toBe(18);
    expect(isPresent(f, first + 12 * REGION)).toBe(false);
    removeFolio(f, first + 3 * REGION);
    expect(nextFolio(f, first + 3 * REGION)).toBe(first + 4 * REGION);
    expect(anyPresent(f, first + 3 * REGION, 18)).toBe(false);
  });

  it("keep their order in bitmaps, beside small ones at the region's end", () => {
    const f = emptyFolios();
    for (let at = 0; at < 5000; at++) insertFolio(f, at, 0, true);
    for (const [start, o] of [
      [REGION / 2, 17],
      [8192, 13],
      [REGION, 18],
    ] as const) {
      insertFolio(f, start, o, false);
      expect([folioAt(f, start + 2 ** o - 1), f.order, f.uptodate]).toEqual([start, o, false]);
    }
    setUptodate(f, 8192);
    expect([folioAt(f, 9000), f.uptodate]).toEqual([8192, true]);
    removeFolio(f, REGION / 2);
    expect(anyPresent(f, REGION / 2, 17)).toBe(false);
    insertFolio(f, REGION - 1, 0, true);
    expect([folioAt(f, REGION - 1), f.order]).toEqual([REGION - 1, 0]);
  });
});

describe("the edges of a region of bitmaps", () => {
  /** Of 5,000 single pages that are gone again: bitmaps stay what they are. */
  const emptied = (first: number): Folios => {
    const f = emptyFolios();
    for (let at = 0; at < 5000; at++) insertFolio(f, first + at, 0, false);
    for (let at = 0; at < 5000; at++) removeFolio(f, first + at);
    return f;
  };

  it.each([0, REGION, 2 ** 33])("at page %i: one folio can fill it, and is no longer than it", (first) => {
    const f = emptied(first);
    expect([f.count, f.pages, nextFolio(f, 0)]).toEqual([0, 0, -1]);
    insertFolio(f, first, 18, false);
    expect(told(f, folioAt(f, first + REGION - 1))).toEqual({ start: first, order: 18, uptodate: false });
    expect(isPresent(f, first + REGION - 1)).toBe(true);
    removeFolio(f, first);
    expect([anyPresent(f, first, 18), f.pages]).toEqual([false, 0]);
  });

  it.each([0, REGION, 2 ** 33])("at page %i: nothing comes after its last folio", (first) => {
    const f = emptied(first);
    insertFolio(f, first, 3, false);
    expect(nextFolio(f, first + 7)).toBe(first);
    expect(nextFolio(f, first + 8)).toBe(-1);
    insertFolio(f, first + REGION - 2, 1, true);
    expect(told(f, nextFolio(f, first + 8))).toEqual({ start: first + REGION - 2, order: 1, uptodate: true });
    expect(nextFolio(f, first + REGION)).toBe(-1);
  });
});

describe("a region costs what its folios cost", () => {
  it.each([
    ["a list up to 4096 folios", 0, 4096, []],
    ["bitmaps from there on, with a short way to them", 0, 4097, [0]],
    ["the same where regions before it have none", 3 * REGION, 4097, [3]],
    ["a list there too", 3 * REGION, 4096, []],
    ["bitmaps without a short way, past 16 TiB", 2 ** 33, 4097, []],
  ])("%s", (_what, first, count, short) => {
    const f = emptyFolios();
    for (let at = 0; at < count; at++) insertFolio(f, first + at, 0, true);
    const { near, far, bitmaps } = f.regions;
    const used = [...near, ...far].filter((region) => region !== undefined);
    expect(used.map((region) => [region.first, region.bitmaps !== undefined])).toEqual([[first, count > 4096]]);
    expect(used.map((region) => region.list.length)).toEqual([count > 4096 ? 0 : count]);
    expect([...bitmaps.keys()].filter((at) => bitmaps[at] !== undefined)).toEqual(short);
    expect([near.length, far.length]).toEqual(first < 2 ** 32 ? [first / REGION + 1, 0] : [0, 1]);
  });

  it.each([
    [2 ** 32 - 1, 2 ** 14, 0],
    [2 ** 32, 0, 1],
  ])("page %i is found by array index, if it lies below 16 TiB", (page, near, far) => {
    const f = emptyFolios();
    for (let at = 0; at < 9; at++) insertFolio(f, page - (page % REGION) + at, 0, true);
    expect([f.regions.near.length, f.regions.far.length]).toEqual([near, far]);
  });
});

describe("the short way to a page", () => {
  /** Every second page from `first` on. */
  const sparse = (first: number, count: number): Folios => {
    const f = emptyFolios();
    for (let at = 0; at < count; at++) insertFolio(f, first + 2 * at, 0, true);
    return f;
  };

  it.each([
    ["leads to a region of bitmaps", 0, 4097, true],
    ["leads to one that is not the first", 3 * REGION, 4097, true],
    ["leads to the last region below 8 TiB", 2 ** 31 - REGION, 4097, true],
    ["does not lead further", 2 ** 31, 4097, false],
    ["does not lead past 16 TiB", 2 ** 33, 4097, false],
    ["does not lead to a list", 0, 4096, false],
    ["does not lead to few folios", 0, 8, false],
  ])("%s", (_what, first, count, leads) => {
    const f = sparse(first, count);
    const last = first + 2 * count - 2;
    expect([first, last].map((page) => isKnownPresent(f, page))).toEqual([leads, leads]);
    expect([first + 1, last + 1, first + REGION, 5 * REGION].map((page) => isKnownPresent(f, page))).toEqual(
      Array.from({ length: 4 }, () => false),
    );
    expect([first, last].map((page) => isPresent(f, page))).toEqual([true, true]);
    removeFolio(f, first);
    expect([isKnownPresent(f, first), isKnownPresent(f, last)]).toEqual([false, leads]);
    clearFolios(f);
    expect(isKnownPresent(f, last)).toBe(false);
  });
});

it.each([3, 20, 6000])("of %i folios, the one at page 0 comes first", (many) => {
  const f = emptyFolios();
  for (let at = 0; at < many; at++) insertFolio(f, 2 * at, 0, true);
  insertFolio(f, REGION, 9, false);
  expect([nextFolio(f, 0), f.order, nextFolio(f, 1), nextFolio(f, 2 * many), f.order]).toEqual([0, 0, 2, REGION, 9]);
});

describe("a store", () => {
  it("is empty after it was cleared, however many folios it had", () => {
    for (const many of [3, 20, 6000]) {
      const f = emptyFolios();
      for (let at = 0; at < many; at++) insertFolio(f, 2 * at, 0, true);
      clearFolios(f);
      expect([f.count, f.pages, nextFolio(f, 0), isPresent(f, 2)]).toEqual([0, 0, -1, false]);
      insertFolio(f, 512, 9, true);
      expect([folioAt(f, 1000), f.order]).toEqual([512, 9]);
    }
  });

  it("throws where no folio starts: that would be a bug of the simulator", () => {
    const f = emptyFolios();
    insertFolio(f, 512, 9, true);
    expect(() => removeFolio(f, 513)).toThrow("no folio starts at page 513");
    expect(() => setUptodate(f, 0)).toThrow("no folio starts at page 0");
  });
});
