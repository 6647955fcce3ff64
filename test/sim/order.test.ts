/** The order of op lists: what it looks at, and in which turn. */

import { describe, expect, it } from "vitest";
import { argumentBits, bitLength, compareOps, weigh } from "../../sim/op-order.ts";
import type { Op } from "../../sim/op.ts";
import { bind, fault, punchHole, setISize, setOrder, unbind } from "../../sim/op.ts";

describe("bits of a number", () => {
  it.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 2],
    [2 ** 31 - 1, 31],
    [2 ** 31, 32],
    [2 ** 32 - 1, 32],
    [2 ** 32, 33],
    [2 ** 52, 53],
  ])("%d has %d", (n, bits) => {
    expect(bitLength(n)).toBe(bits);
  });
});

describe("weight", () => {
  it.each<[string, Op, readonly number[]]>([
    // ops, slots, bits of sizes, bits of addresses, sum of sizes, sum of addresses
    ["bind_memslot", bind({ slot: 1, base_gfn: 2, npages: 4, pgoff: 8, ugfn: 16 }), [1, 1, 3, 1 + 2 + 4 + 5, 4, 27]],
    ["bind_memslot of a second VM", bind({ vm: 1, npages: 1 }), [1, 2, 1, 1, 1, 1]],
    ["delete_memslot", unbind(2, 1), [1, 0, 0, 3, 0, 3]],
    ["set_order", setOrder(9), [1, 0, 4, 0, 9, 0]],
    ["set_i_size", setISize(5), [1, 0, 3, 0, 5, 0]],
    ["punch_hole", punchHole(16, 4), [1, 0, 3, 5, 4, 16]],
    ["fault", fault(8, 1), [1, 0, 0, 5, 0, 9]],
  ])("of %s", (_name, op, weight) => {
    expect(weigh([op])).toEqual(weight);
  });

  it("adds up over the ops", () => {
    const ops = [bind({ npages: 3, pgoff: 1 }), setOrder(2), fault(5)];
    expect(weigh(ops)).toEqual([3, 1, 4, 4, 5, 6]);
    expect(argumentBits(ops)).toBe(8);
  });
});

describe("smaller is", () => {
  const slot = bind({ npages: 1 });
  it.each<[string, readonly Op[], readonly Op[]]>([
    ["fewer ops, whatever they are", [bind({ npages: 1000, pgoff: 1000 })], [fault(0), fault(0)]],
    ["fewer slots, whatever they are", [bind({ npages: 1000 }), fault(99)], [slot, bind({ slot: 1, npages: 1 })]],
    ["one VM rather than two", [bind({ slot: 1, npages: 512 })], [bind({ vm: 1, npages: 1 })]],
    ["fewer bits in sizes, whatever the addresses", [bind({ npages: 1, pgoff: 99 })], [bind({ npages: 2 })]],
    [
      "fewer bits in addresses, whatever the sizes' sum",
      [bind({ npages: 3, pgoff: 1 })],
      [bind({ npages: 2, pgoff: 2 })],
    ],
    ["a smaller size of as many bits", [bind({ npages: 2, pgoff: 3 })], [bind({ npages: 3, pgoff: 2 })]],
    ["a smaller address of as many bits", [bind({ npages: 1, pgoff: 2 })], [bind({ npages: 1, pgoff: 3 })]],
    ["then the text that comes first", [slot, fault(0)], [fault(0), slot]],
    ["then the op whose text is the beginning of another's", [fault(1), fault(12)], [fault(12), fault(1)]],
  ])("%s", (_what, small, large) => {
    expect(compareOps(small, large)).toBeLessThan(0);
    expect(compareOps(large, small)).toBeGreaterThan(0);
  });

  it("nothing, for the same ops", () => {
    expect(compareOps([slot, fault(0)], [bind({ npages: 1 }), fault(0)])).toBe(0);
  });
});
