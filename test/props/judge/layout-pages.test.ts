/** What pages can do for the slots of small layouts, against a count page by page that shares no formula with it. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileOffset, gpa, sizeBytes, toBytes, uaddr } from "../../../model/units.ts";
import { placedSlots } from "../../../props/judge/layout-pages.ts";
import type { LayoutSlot } from "../../../sim/layout/layout.ts";

const RUNS = { seed: 0x666974, numRuns: 1500 };

interface Small {
  readonly base_gfn: number;
  readonly npages: number;
  readonly pgoff: number;
  readonly ugfn: number;
  readonly file: number;
  readonly as_id: number;
}

const slotOf = (small: Small, made: number, gone = Infinity): LayoutSlot => ({
  vm: 0,
  as_id: small.as_id,
  slot: made,
  gpa: gpa(toBytes(small.base_gfn)),
  size: sizeBytes(toBytes(small.npages)),
  offset: fileOffset(toBytes(small.pgoff)),
  offset_from: "userspace_addr",
  file: small.file,
  userspace_addr: uaddr(toBytes(small.ugfn)),
  block_size: sizeBytes(toBytes(small.pgoff + small.npages)),
  moved: false,
  made,
  gone,
});

const range = (start: number, npages: number): number[] => Array.from({ length: npages }, (_, i) => start + i);

/** The pages of the folio that has this page, found by walking down to a multiple of the size. */
function folioOf(page: number, size: number): number[] {
  let start = page;
  while (start % size !== 0) start--;
  return range(start, size);
}

/** Frames of each whole block that a page of the size maps, all congruent in file and user space. */
function blocks({ base_gfn, npages, pgoff, ugfn }: Small, size: number, congruent: boolean): number {
  const frames = new Set(range(base_gfn, npages));
  return [...frames].filter((frame) => {
    if (frame % size !== 0 || !range(frame, size).every((one) => frames.has(one))) return false;
    const into = frame - base_gfn;
    return !congruent || ((pgoff + into) % size === 0 && (ugfn + into) % size === 0);
  }).length;
}

const FAR = 400;

/** The first of 0, 1 below, 1 above, 2 below, … that will do. */
function walk(from: number, willDo: (place: number) => boolean): number | undefined {
  for (let distance = 0; distance < FAR; distance++) {
    for (const place of [from - distance, from + distance]) if (place >= 0 && willDo(place)) return place;
  }
  return undefined;
}

const small: fc.Arbitrary<Small> = fc.record({
  base_gfn: fc.nat(40),
  npages: fc.integer({ min: 1, max: 24 }),
  pgoff: fc.nat(40),
  ugfn: fc.nat(40),
  file: fc.nat(1),
  as_id: fc.nat(1),
});

/** With both ends of the comparison as small as can be seen at once. */
function counted(smalls: readonly Small[], at: number, order: number) {
  const one = smalls[at];
  if (one === undefined) throw new Error("no slot");
  const size = 2 ** order;
  const others = smalls.filter((_, i) => i !== at);
  const own = new Set(range(one.pgoff, one.npages));
  const folios = new Set(range(one.pgoff, one.npages).flatMap((page) => folioOf(page, size)));
  const outside = [...folios].filter((page) => !own.has(page));
  const below = outside.filter((page) => page < one.pgoff);
  const past = outside.filter((page) => page > one.pgoff);
  const fileOthers = others.filter(({ file }) => file === one.file);
  const isTaken = (page: number): boolean =>
    fileOthers.some(({ pgoff, npages }) => page >= pgoff && page < pgoff + npages);
  const onto = (pages: readonly number[]) =>
    smalls.flatMap((other, i) =>
      i !== at &&
      other.file === one.file &&
      pages.some((page) => page >= other.pgoff && page < other.pgoff + other.npages)
        ? [i]
        : [],
    );
  const congruent = one.base_gfn % size === one.pgoff % size;
  const inGuest = others.filter(({ as_id }) => as_id === one.as_id);
  const reaches = outside.some(isTaken);
  const inner = [...own].filter((page) => folioOf(page, size).every((each) => own.has(each)));
  return {
    fit: blocks(one, size, false),
    backed: blocks(one, size, true),
    below: below.length,
    past: past.length,
    ontoBelow: onto(below),
    ontoPast: onto(past),
    split: inner.length === 0 || inner.length === own.size ? undefined : [inner[0], inner.length],
    nearestOffset:
      congruent && !reaches
        ? undefined
        : walk(
            one.pgoff,
            (place) =>
              place % size === one.base_gfn % size &&
              !range(place, one.npages).some((page) => folioOf(page, size).some(isTaken)),
          ),
    nearestGpa: congruent
      ? undefined
      : walk(
          one.base_gfn,
          (place) =>
            place % size === one.pgoff % size &&
            blocks({ ...one, base_gfn: place }, size, false) > 0 &&
            !range(place, one.npages).some((frame) =>
              inGuest.some(({ base_gfn, npages }) => frame >= base_gfn && frame < base_gfn + npages),
            ),
        ),
  };
}

it("is what a count page by page comes to", () => {
  const seen = { backed: 0, onto: 0, split: 0, offset: 0, gpa: 0 };
  fc.assert(
    fc.property(fc.array(small, { minLength: 1, maxLength: 4 }), fc.integer({ min: 0, max: 4 }), (smalls, order) => {
      const placed = [
        ...placedSlots(
          smalls.map((one, i) => slotOf(one, i)),
          [order],
        ),
      ];
      expect(placed).toHaveLength(smalls.length);
      for (const [at, { pages }] of placed.entries()) {
        const [page] = pages;
        if (page === undefined) throw new Error("no answer");
        const expected = counted(smalls, at, order);
        seen.backed += expected.backed > 0 ? 1 : 0;
        seen.onto += expected.ontoPast.length;
        seen.split += expected.split === undefined ? 0 : 1;
        seen.offset += expected.nearestOffset === undefined ? 0 : 1;
        seen.gpa += expected.nearestGpa === undefined ? 0 : 1;
        const numbers = (slots: readonly LayoutSlot[] | undefined) =>
          (slots ?? []).map(({ slot }) => slot).toSorted((a, b) => a - b);
        expect({
          fit: page.fit,
          backed: page.backed,
          below: page.below,
          past: page.past,
          ontoBelow: numbers(page.startsBelow?.onto),
          ontoPast: numbers(page.endsPast?.onto),
          split: page.split === undefined ? undefined : [page.split.pgoff, page.split.npages],
          nearestOffset: page.nearestOffset,
          nearestGpa: page.nearestGpa,
        }).toEqual(expected);
        const { split } = page;
        const one = smalls[at];
        expect(split === undefined || split.before + split.npages + split.behind === one?.npages).toBe(true);
        expect(split === undefined || split.base_gfn - split.pgoff === (one?.base_gfn ?? 0) - (one?.pgoff ?? 0)).toBe(
          true,
        );
      }
    }),
    RUNS,
  );
  // Each kind of answer was met often.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(100);
});

describe("slots that are not there together", () => {
  const at = (pgoff: number, npages: number): Small => ({ base_gfn: 0, npages, pgoff, ugfn: 0, file: 0, as_id: 0 });
  const onto = (slots: readonly LayoutSlot[]) =>
    [...placedSlots(slots, [2])].map(({ pages }) => pages[0]?.endsPast?.onto.map(({ slot }) => slot));

  it("are in nobody's way", () => {
    // The second slot is made after the first is deleted, the third beside it.
    expect(onto([slotOf(at(0, 3), 0, 1), slotOf(at(3, 1), 2), slotOf(at(4, 3), 3), slotOf(at(7, 1), 4)])).toEqual([
      [],
      undefined,
      [3 + 1],
      undefined,
    ]);
  });

  it("are named where a later slot comes before anything is deleted", () => {
    expect(onto([slotOf(at(0, 3), 0, 2), slotOf(at(3, 1), 1)])).toEqual([[1], undefined]);
  });
});

it("says that there are more than three, and gives up past 256 in the way", () => {
  const crowd = Array.from({ length: 700 }, (_, i) => {
    const one: Small = { base_gfn: 8 * i, npages: 1, pgoff: 8 * i, ugfn: 0, file: 0, as_id: 0 };
    return slotOf(one, i);
  });
  const [first] = [...placedSlots(crowd, [6])];
  expect(first?.pages[0]?.endsPast).toMatchObject({ npages: 63, more: true });
  expect(first?.pages[0]?.endsPast?.onto.map(({ slot }) => slot)).toEqual([1, 2, 3]);
  const middle = [...placedSlots(crowd, [3])][350];
  expect(middle?.pages[0]?.nearestOffset).toBeUndefined();
  const last = slotOf({ base_gfn: 1, npages: 1, pgoff: 8 * 350, ugfn: 0, file: 0, as_id: 1 }, 700);
  expect([...placedSlots([...crowd, last], [3])][700]?.pages[0]?.nearestOffset).toBeUndefined();
  const near = slotOf({ base_gfn: 1, npages: 1, pgoff: 8 * 699, ugfn: 0, file: 0, as_id: 1 }, 700);
  expect([...placedSlots([...crowd, near], [3])][700]?.pages[0]?.nearestOffset).toBe(8 * 700 + 1);
});
