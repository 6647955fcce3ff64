/** The folio store against the plainest one there is: a map with an entry a page. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Folios } from "../model/folios.ts";
import {
  anyPresent,
  clearFolios,
  emptyFolios,
  folioAt,
  insertFolio,
  isPresent,
  nextFolio,
  removeFolio,
  setUptodate,
} from "../model/folios.ts";
import { alignDown } from "../model/units.ts";

interface Plain {
  readonly start: number;
  readonly order: number;
  uptodate: boolean;
}

const endOf = ({ start, order }: Plain): number => start + 2 ** order;

/** A folio a page, for folios small enough to have their pages written down. */
type Pages = Map<number, Plain>;

const anyPlain = (pages: Pages, start: number, order: number): boolean =>
  Array.from({ length: 2 ** order }, (_, at) => start + at).some((page) => pages.has(page));

function insertPlain(pages: Pages, folio: Plain): void {
  for (let page = folio.start; page < endOf(folio); page++) pages.set(page, folio);
}

const nextPlain = (pages: Pages, index: number): Plain | undefined =>
  [...new Set(pages.values())].filter((folio) => endOf(folio) > index).toSorted((a, b) => a.start - b.start)[0];

const told = (f: Folios, start: number): Plain => ({ start, order: f.order, uptodate: f.uptodate });

/** What both stores say about a page and the blocks around it. */
function compareAt(f: Folios, pages: Pages, page: number): void {
  expect(isPresent(f, page)).toBe(pages.has(page));
  const start = folioAt(f, page);
  expect(start < 0 ? undefined : told(f, start)).toEqual(pages.get(page));
  const next = nextFolio(f, page);
  expect(next < 0 ? undefined : told(f, next)).toEqual(nextPlain(pages, page));
  for (const order of [0, 3, 9]) {
    const block = alignDown(page, order);
    expect(anyPresent(f, block, order)).toBe(anyPlain(pages, block, order));
  }
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
const page = fc
  .tuple(fc.constantFrom(0, REGION, 7 * REGION, 2 ** 31, 2 ** 32, 2 ** 40), fc.integer({ min: -40, max: 1200 }))
  .map(([base, at]) => Math.max(base + at, 0));
const order = fc.constantFrom(0, 0, 0, 1, 2, 3, 5, 9, 10);
const acts = fc.array(
  fc.tuple(fc.constantFrom("insert", "insert", "insert", "remove", "write"), page, order) satisfies fc.Arbitrary<Act>,
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
        for (const one of list) {
          act(f, pages, one);
          compareAt(f, pages, one[1]);
        }
        expect(f.count).toBe(new Set(pages.values()).size);
        expect(f.pages).toBe(pages.size);
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  it.each([0, 3 * REGION, 2 ** 33])("about a region of bitmaps at page %i", (first) => {
    const f = emptyFolios();
    const pages: Pages = new Map();
    crowd(f, pages, first + 4096, 4200);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("insert", "remove", "write"), fc.nat(14_000), order), { maxLength: 8 }),
        (list) => {
          for (const [what, at, o] of list) act(f, pages, [what, first + at, o]);
          for (const [, at] of list) {
            expect(isPresent(f, first + at)).toBe(pages.has(first + at));
            const start = folioAt(f, first + at);
            expect(start < 0 ? undefined : told(f, start)).toEqual(pages.get(first + at));
            const block = alignDown(first + at, 9);
            expect(anyPresent(f, block, 9)).toBe(anyPlain(pages, block, 9));
            expect(anyPresent(f, alignDown(first + at, 3), 3)).toBe(anyPlain(pages, alignDown(first + at, 3), 3));
          }
        },
      ),
      { seed: 6, numRuns: 150 },
    );
    const walked: Plain[] = [];
    for (let at = nextFolio(f, 0); at >= 0; at = nextFolio(f, at + 2 ** f.order)) walked.push(told(f, at));
    expect(walked).toEqual([...new Set(pages.values())].toSorted((a, b) => a.start - b.start));
    expect([f.count, f.pages]).toEqual([walked.length, pages.size]);
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
