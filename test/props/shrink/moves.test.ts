/** The ways down from a counterexample: what each of them makes of an op list, and how far it goes. */

import { describe, expect, it } from "vitest";
import { moves } from "../../../props/shrink/moves.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, opText, punchHole, setISize, setOrder, unbind } from "../../../sim/op.ts";

const text = (ops: readonly Op[]): string => ops.map(opText).join("; ");
const texts = (ops: readonly Op[]): string[] => [...moves(ops)].map(text);

describe("one argument goes down", () => {
  // To 0 to 3, by its halves, to powers of two and one beside them, without one of its bits, and with its lowest further down.
  it.each([
    [0, []],
    [1, [0]],
    [2, [0, 1]],
    [5, [0, 1, 2, 3, 4]],
    [8, [0, 1, 2, 3, 4, 6, 7]],
    [18, [0, 1, 2, 3, 4, 7, 8, 9, 14, 15, 16, 17]],
    [
      1000,
      [
        0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 488, 500, 511, 512,
      ].concat([513, 744, 750, 872, 875, 936, 938, 968, 969, 985, 992, 993, 996, 997, 999]),
    ],
  ])("from %i", (from, to) => {
    expect(texts([setISize(from)])).toEqual(["", ...to.map((n) => opText(setISize(n)))]);
  });

  it.each<[string, Op, Op[]]>([
    ["a delete's", unbind(1, 1), [unbind(1, 0), unbind(0, 1)]],
    ["an order's", setOrder(1), [setOrder(0)]],
    // Both together, as an address and a size, and as all that is 1 or more.
    ["a hole's", punchHole(1, 1), [punchHole(0, 1), punchHole(1, 0), punchHole(0, 0), punchHole(0, 0)]],
    ["a fault's", fault(1, 1), [fault(1, 0), fault(0, 1)]],
  ])("%s", (_whose, op, to) => {
    expect(texts([op])).toEqual(["", ...to.map(opText)]);
  });
});

const ARGUMENTS = ["vm", "slot", "base_gfn", "npages", "pgoff", "ugfn"] as const;

/** What went down (-) and up (+) together by one number, and by which numbers. */
function together(slot: Op & { op: "bind_memslot" }, touch: Op & { op: "fault" }): string[] {
  const found = new Map<string, number[]>();
  for (const [first, second] of moves([slot, touch])) {
    if (first?.op !== "bind_memslot" || second?.op !== "fault") continue;
    const all: [string, number][] = [
      ...ARGUMENTS.map((name): [string, number] => [name, first[name] - slot[name]]),
      ["fault's vm", second.vm - touch.vm],
      ["gfn", second.gfn - touch.gfn],
    ];
    const changes = all.filter(([, by]) => by !== 0);
    const distance = Math.abs(changes[0]?.[1] ?? 0);
    if (changes.length < 2 || changes.some(([, by]) => Math.abs(by) !== distance)) continue;
    const name = changes.map(([what, by]) => `${what}${by < 0 ? "-" : "+"}`).join(" ");
    found.set(name, [...(found.get(name) ?? []), distance]);
  }
  return [...found].map(([name, distances]) => `${name}: ${distances.join(" ")}`);
}

it("several arguments move together: addresses, a size and an address, all pages from one on, up and down", () => {
  const slot = bind({ vm: 1, slot: 2, base_gfn: 40, npages: 24, pgoff: 12, ugfn: 6 });
  const pages = (n: number): string => ({ 6: "6 5 4 3 2 1", 12: "12 11 10 8 6 4 3 2 1" })[n] ?? "";
  const size = "24 23 22 20 16 12 8 6 4 3 2 1";
  const base = "40 39 38 36 32 24 20 16 10 8 5 4 2 1";
  const gfn = "50 49 48 46 42 34 32 25 18 16 12 8 6 4 3 2 1";
  const cut = "23 22 21 19 16 15 11 8 7 5 4 2 1";
  expect(together(slot, fault(50, 1))).toEqual([
    `base_gfn- pgoff- ugfn- gfn-: ${pages(6)}`,
    `base_gfn- ugfn- gfn-: ${pages(6)}`,
    "vm- fault's vm-: 1",
    `base_gfn- pgoff-: ${pages(12)}`,
    `base_gfn- ugfn-: ${pages(6)}`,
    // As a pair, and as all page numbers from 40 on.
    `base_gfn- gfn-: ${base} ${base}`,
    `pgoff- ugfn-: ${pages(6)}`,
    `pgoff- gfn-: ${pages(12)}`,
    `ugfn- gfn-: ${pages(6)}`,
    `base_gfn- npages-: ${size}`,
    `npages- pgoff-: ${pages(12)}`,
    `npages- ugfn-: ${pages(6)}`,
    `npages- gfn-: ${size}`,
    // All page numbers from 24 on, from 12 on, from 6 on.
    `base_gfn- npages- gfn-: ${size}`,
    `base_gfn- npages- pgoff- gfn-: ${pages(12)}`,
    `base_gfn- npages- pgoff- ugfn- gfn-: ${pages(6)}`,
    `base_gfn- pgoff+: ${base}`,
    `base_gfn- ugfn+: ${base}`,
    `base_gfn- gfn+: ${base}`,
    `base_gfn+ pgoff-: ${pages(12)}`,
    `pgoff- ugfn+: ${pages(12)}`,
    `pgoff- gfn+: ${pages(12)}`,
    `base_gfn+ ugfn-: ${pages(6)}`,
    `pgoff+ ugfn-: ${pages(6)}`,
    `ugfn- gfn+: ${pages(6)}`,
    `base_gfn+ gfn-: ${gfn}`,
    `pgoff+ gfn-: ${gfn}`,
    `ugfn+ gfn-: ${gfn}`,
    // The slot without its first pages, its file range or its frames moved along, and the touch too.
    `npages- pgoff+ gfn-: ${cut}`,
    `base_gfn+ npages-: ${cut}`,
    `base_gfn+ npages- gfn+: ${cut}`,
    `npages- pgoff+: ${cut}`,
    `base_gfn+ npages- pgoff+: ${cut}`,
    `base_gfn+ npages- pgoff+ gfn+: ${cut}`,
    "vm- slot-: 1",
  ]);
});

it("a touch that would go below frame 0 stays where it is, and other ops are left alone", () => {
  const hole = punchHole(7, 7);
  const shorter = [...moves([bind({ npages: 3 }), setOrder(9), hole, fault(1, 1)])].filter(
    ([slot]) => slot?.op === "bind_memslot" && slot.npages < 3 && slot.pgoff > 0,
  );
  const fronts = [
    [1, bind({ npages: 1, pgoff: 2 })],
    [0, bind({ npages: 2, pgoff: 1 })],
    [1, bind({ npages: 1, pgoff: 2 })],
    [1, bind({ npages: 2, pgoff: 1 })],
    [1, bind({ base_gfn: 2, npages: 1, pgoff: 2 })],
    [1, bind({ base_gfn: 1, npages: 2, pgoff: 1 })],
    [3, bind({ base_gfn: 2, npages: 1, pgoff: 2 })],
    [2, bind({ base_gfn: 1, npages: 2, pgoff: 1 })],
  ] as const;
  const expected = fronts.map(([gfn, slot]) => text([slot, setOrder(9), hole, fault(gfn, 1)]));
  expect(shorter.map(text).toSorted()).toEqual(expected.toSorted());
});

it("a slot of the second VM goes into the first: where it is, to frame 0, to a power of two, behind a slot there", () => {
  const second = bind({ vm: 1, base_gfn: 700, npages: 4, pgoff: 8, ugfn: 3 });
  const first = bind({ base_gfn: 60, npages: 6 });
  const rest = [unbind(0), fault(60)];
  const powers = Array.from({ length: 31 }, (_, exponent) => 2 ** exponent);
  const alone = [700, 0, ...powers].map((base_gfn) => bind({ slot: 1, base_gfn, npages: 4, pgoff: 8, ugfn: 3 }));
  const behind = bind({ slot: 1, base_gfn: 66, npages: 4, pgoff: 8, ugfn: 3 });
  // Last of all, neighbours change places.
  const swapped = [
    [second, first, ...rest],
    [first, unbind(0), second, fault(60)],
    [first, second, fault(60), unbind(0)],
  ];
  expect(texts([first, second, ...rest]).slice(-37)).toEqual(
    [...[...alone, behind].map((slot) => [first, slot, ...rest]), ...swapped].map(text),
  );
  expect(texts([second]).slice(-33)).toEqual(alone.map((slot) => text([slot])));
});

describe("the list gets", () => {
  const [a, b, c] = [setOrder(0), fault(0), punchHole(0, 0)];

  it("shorter by each op, and two neighbours change places", () => {
    expect([...moves([a, b, c])]).toEqual([
      [b, c],
      [a, c],
      [a, b],
      [b, a, c],
      [a, c, b],
    ]);
    expect([...moves([])]).toEqual([]);
  });
});

it("no page number goes past the last that a u64 of bytes holds", () => {
  const half = 2 ** 51;
  const most = [...moves([bind({ npages: 1, pgoff: half, ugfn: half })])].flatMap((ops) =>
    ops.flatMap((op) => (op.op === "bind_memslot" ? [op.pgoff, op.ugfn] : [])),
  );
  expect(Math.max(...most)).toBe(2 ** 52 - 1);
});
