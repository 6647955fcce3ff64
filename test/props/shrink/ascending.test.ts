/** Ascending lists of numbers, no two alike: against a set that is sorted. */

import { expect, it } from "vitest";
import { ascending, insertSorted } from "../../../props/search/sorted.ts";

/** Every list of up to four numbers below four. */
const lists = [0, 1, 2, 3].reduce<number[][]>((all) => [[], ...all.flatMap((list) => longer(list))], [[]]);
function longer(list: readonly number[]): number[][] {
  return [0, 1, 2, 3].map((n) => [...list, n]);
}

it("are what a sorted set is, for every list of up to four numbers", () => {
  expect(lists).toHaveLength(1 + 4 + 16 + 64 + 256);
  for (const list of lists) {
    const sorted = [...new Set(list)].toSorted((a, b) => a - b);
    expect(ascending(list)).toEqual(sorted);
    const grown: number[] = [];
    for (const n of list) insertSorted(grown, n);
    expect(grown).toEqual(sorted);
  }
});

it("hold page numbers that no 32-bit number holds, and negative ones", () => {
  expect(ascending([2 ** 52, 0, -1, 2 ** 32, 2 ** 31, -1])).toEqual([-1, 0, 2 ** 31, 2 ** 32, 2 ** 52]);
});
