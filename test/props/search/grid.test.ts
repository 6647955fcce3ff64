/** The page numbers of the exhaustive search, spelled out, and its touches against a search of every frame. */

import { describe, expect, it } from "vitest";
import { oneFault, twoFaults } from "../../../props/search/grid.ts";

const G1 = 2 ** 18;

describe("one slot and one fault", () => {
  // One digit a folio size: the lowest has the last digits before the carry too, the highest is 0 or 1.
  it.each([
    [[0], 1, [0, 1]],
    [[9], 1, [0, 1, 511, 512, 513, 1023]],
    [[0, 2, 4], 1, [0, 1, 3, 4, 5, 7, 16, 17, 19, 20, 21, 23]],
    [[0, 2, 4], 2, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].flatMap((n) => [n, 16 + n])],
    [[0, 2, 4], 3, Array.from({ length: 32 }, (_, n) => n)],
    [[0, 1], 3, [0, 1, 2, 3]],
    [[0, 1, 2], 3, [0, 1, 2, 3, 4, 5, 6, 7]],
    [[0, 9, 18], 1, [0, 1, 511, 512, 513, 1023].flatMap((n) => [n, G1 + n])],
    [[0, 9, 18], 2, [0, 1, 2, 510, 511].flatMap((n) => [n, 512 + n, 1024 + n, G1 + n, G1 + 512 + n, G1 + 1024 + n])],
  ] as const)("with orders %j and bound %i", (orders, bound, pages) => {
    const grid = oneFault(orders, bound);
    const numbers = pages.toSorted((a, b) => a - b);
    expect(grid.bases).toEqual(numbers);
    expect(grid.pgoffs).toEqual(numbers);
    expect(grid.npages).toEqual(numbers.slice(1));
    expect(grid.text).toBe(`one slot and one fault on ${numbers.length} page numbers`);
    expect([grid.orders, grid.depth, grid.neighbours]).toEqual([orders, 1, []]);
  });

  it("has userspace addresses at 0 and congruent with the frames", () => {
    expect(oneFault([0, 9], 1).ugfns(513)).toEqual([0, 513]);
    expect(oneFault([0, 9], 1).ugfns(0)).toEqual([0]);
  });
});

describe("two slots and two faults", () => {
  it.each([
    [[0, 9], 1, [0, 1, 512], [0, 512]],
    [[0, 9, 18], 1, [0, 1, 512, G1], [0, 512, G1]],
    [[0, 9, 18], 2, [0, 1, 511, 512, G1 - 1, G1], [0, 512, G1]],
    [[0, 9, 18], 3, [0, 1, 511, 512, G1 - 1, G1], [0, 512, G1]],
  ] as const)("with orders %j and bound %i", (orders, bound, numbers, bases) => {
    const grid = twoFaults(orders, bound);
    expect(grid.pgoffs).toEqual(numbers);
    expect(grid.npages).toEqual(numbers.slice(1));
    expect(grid.bases).toEqual(bases);
    expect(grid.ugfns(512)).toEqual([0]);
    expect(grid.text).toBe(`two slots and two faults on ${numbers.length} page numbers`);
    expect([grid.orders, grid.depth]).toEqual([orders, 2]);
    // The other slot is at frame 0 of its own VM.
    const neighbours = numbers.flatMap((pgoff) => numbers.slice(1).map((npages) => [0, npages, pgoff]));
    expect(grid.neighbours).toEqual(neighbours);
  });
});

/** Frames at both sides of the first and of the last edge of a block, of file pages and of guest frames. */
function touchesOf(orders: readonly number[], slot: { base_gfn: number; npages: number; pgoff: number }): number[] {
  const { base_gfn, npages, pgoff } = slot;
  const frames = Array.from({ length: npages + 1 }, (_, at) => at);
  const sides = new Set(
    orders.flatMap((order) =>
      [base_gfn, pgoff].flatMap((start) => {
        const edges = frames.filter((at) => (start + at) % 2 ** order === 0);
        return [edges.at(0), edges.at(-1)].flatMap((edge) => (edge === undefined ? [] : [edge - 1, edge]));
      }),
    ),
  );
  return frames.filter((at) => at < npages && (at === 0 || at === npages - 1 || sides.has(at)));
}

it.each([[[0, 1, 3]], [[1, 3]], [[3]]])(
  "touches the ends of the slot and of the blocks in it, of orders %j",
  (orders) => {
    const grids = [oneFault(orders, 1), twoFaults(orders, 1)];
    for (let base_gfn = 0; base_gfn < 9; base_gfn++)
      for (let npages = 1; npages < 20; npages += 3)
        for (let pgoff = 0; pgoff < 9; pgoff++) {
          const slot = { base_gfn, npages, pgoff };
          for (const grid of grids) expect(grid.touches(slot)).toEqual(touchesOf(orders, slot));
        }
  },
);
