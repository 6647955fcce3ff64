/** The op lists that a counterexample is looked for in first: which they are, and that the smallest is found. */

import { describe, expect, it } from "vitest";
import { compareOps } from "../../../sim/op-order.ts";
import type { Try } from "../../../props/shrink/templates.ts";
import type { TemplateOptions } from "../../../props/shrink/template-walk.ts";
import { leastTemplate } from "../../../props/shrink/template-walk.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, opText, setISize, setOrder } from "../../../sim/op.ts";

type Slot = { base_gfn: number; npages: number; pgoff: number; ugfn: number };
type Accepts = (slot: Slot) => boolean;

const text = (ops: readonly Op[]): string => ops.map(opText).join("; ");
const pagesOf = (order: number): number => 2 ** order;
const unique = (numbers: readonly number[]): number[] => [...new Set(numbers)];

/** Page numbers that tell: at and beside the folio sizes, those of the file and 2 MiB and 1 GiB, which rules name. */
function interestingPages(orders: readonly number[]) {
  const folios = unique([...orders.filter((order) => order > 0), 9, 18]).map(pagesOf);
  const beside = folios.flatMap((n) => [n - 1, n, n + 1, 2 * n - 1, 2 * n, 2 * n + 1, 3 * n]);
  return {
    npages: unique([1, 2, 3, ...beside, ...folios.flatMap((n) => [2 * n - 3, 2 * n - 2])]),
    pgoffs: unique([0, 1, 2, 3, 4096, ...beside, ...folios.flatMap((n) => [n / 2, n + n / 2])]),
    bases: unique([0, 1, 2, 3, ...folios.flatMap((n) => [n / 2, n - 1, n, n + 1, 2 * n, 4 * n])]),
  };
}

/** Where a slot is touched, from its first page: its ends, the first block of every folio size in it, and the last. */
function touchesOf({ npages, pgoff }: Slot, orders: readonly number[]): number[] {
  const inBlocks = orders.map(pagesOf).flatMap((n) => {
    const first = Math.ceil(pgoff / n) * n;
    const last = Math.floor((pgoff + npages - 1) / n) * n;
    return [first - 1, first, first + n, last].map((page) => page - pgoff);
  });
  return unique([0, npages - 1, ...inBlocks]).filter((at) => at >= 0 && at < npages);
}

/** Other slots of `n` pages that overlap the first neither in the file nor in the guest. */
function othersOf({ base_gfn, npages, pgoff }: Slot, n: number, orders: readonly number[]): Op[] {
  const apart = (start: number, from: number): boolean => start >= 0 && (start + n <= from || start >= from + npages);
  const around = orders.map(pagesOf).flatMap((size) => {
    const start = pgoff - (pgoff % size);
    return [start, start + size - 1, start + size];
  });
  const pgoffs = unique([0, pgoff - n, pgoff + npages, pgoff + npages + 1, ...around]);
  return pgoffs
    .filter((start) => apart(start, pgoff))
    .flatMap((start) => {
      const bases = unique([0, 1, start, base_gfn + npages, base_gfn - n, n, 2 * n]);
      return bases
        .filter((base) => apart(base, base_gfn))
        .map((base) => bind({ slot: 1, base_gfn: base, npages: n, pgoff: start }));
    });
}

type Part = "bind" | "order" | "other" | "size";
const SHAPES = [
  "bind",
  "bind order",
  "order bind",
  "bind other",
  "bind order other",
  "bind other order",
  "order bind other",
  "order bind order",
  "size bind order",
  "size order bind",
  "size bind other order",
  "order bind other order",
].map((shape) => shape.split(" ") as Part[]); // oxlint-disable-line typescript/no-unsafe-type-assertion -- the words above

/** Every template of this many ops, one after the other, without thought of which could be the least. */
function templates(numOps: number, orders: readonly number[], options: TemplateOptions, accepts: Accepts): Op[][] {
  const { npages, pgoffs, bases } = interestingPages(orders);
  const large = orders.filter((order) => order > 0);
  const all: Op[][] = [];
  const slots = (few: boolean): Slot[] =>
    npages
      .filter((n) => n >= options.leastNpages)
      .flatMap((n) =>
        pgoffs.flatMap((pgoff) =>
          unique(few ? [0, 1, pgoff] : [...bases, pgoff]).flatMap((base_gfn) => {
            const away = large.map(pagesOf).map((size) => (((base_gfn - pgoff) % size) + size) % size);
            const ugfns = options.leastNpages > 1 ? unique([0, base_gfn, ...away]) : unique([0, base_gfn]);
            return ugfns.map((ugfn) => ({ base_gfn, npages: n, pgoff, ugfn }));
          }),
        ),
      )
      .filter(accepts);
  for (const shape of SHAPES) {
    const two = shape.includes("other");
    const resizes = shape.filter((part) => part === "order").length;
    if (shape.length + 1 !== numOps || two !== (options.slots === 2)) continue;
    if (shape.includes("size") && !options.withISize) continue;
    if (resizes === 0 && orders[0] === 0) continue;
    const pairs =
      resizes === 0 ? [[]] : resizes === 1 ? large.map((o) => [o]) : orders.flatMap((o) => large.map((p) => [o, p]));
    const sizes = shape.includes("size") ? [1, 2, ...large.map(pagesOf)] : [0];
    for (const slot of slots(two))
      for (const other of two ? [1, ...orders.map(pagesOf)].flatMap((n) => othersOf(slot, n, orders)) : [undefined])
        for (const set of pairs)
          for (const size of sizes)
            for (const at of touchesOf(slot, orders)) {
              const left = [...set];
              const lead = shape.map((part): Op => {
                if (part === "order") return setOrder(left.shift() ?? 0);
                if (part === "size") return setISize(size);
                return part === "bind" ? bind(slot) : (other ?? bind(slot));
              });
              all.push([...lead, fault(slot.base_gfn + at)]);
            }
  }
  return all;
}

/** What leastTemplate tries, where no list breaks the claim; a slot that is not accepted refuses the list. */
function tried(numOps: number, orders: readonly number[], options: TemplateOptions, accepts: Accepts, breaks: Try) {
  const faults: Op[][] = [];
  const alone = new Set<number>();
  const least = leastTemplate(numOps, orders, options, (ops) => {
    const slot = ops.find((op) => op.op === "bind_memslot");
    if (slot === undefined || !accepts(slot)) return "refused";
    // Without its neighbour and its fault, to ask whether the slot is accepted.
    if (ops.every(({ op }) => op !== "fault")) {
      alone.add(ops.length);
      return "holds";
    }
    faults.push([...ops]);
    return breaks(ops);
  });
  return { faults, least, alone: [...alone] };
}

const holds: Try = () => "holds";
const option = (over: Partial<TemplateOptions> = {}): TemplateOptions => ({
  withISize: false,
  slots: 1,
  leastNpages: 1,
  ...over,
});

interface Case {
  readonly what: string;
  readonly numOps: number;
  readonly orders: readonly number[];
  readonly options: TemplateOptions;
  readonly accepts: Accepts;
}

const CASES: readonly Case[] = [
  {
    what: "a slot and a fault, on a file that starts with large folios",
    numOps: 2,
    orders: [9],
    options: option(),
    accepts: ({ npages, pgoff, base_gfn }) => [1, 513].includes(npages) && (pgoff === 512 || base_gfn === 2),
  },
  {
    what: "a slot of any size, before and after a folio size is set",
    numOps: 3,
    orders: [0, 9],
    options: option(),
    accepts: ({ pgoff, base_gfn }) => pgoff === 3 && base_gfn === 3,
  },
  {
    what: "a slot that can be mapped large, with userspace addresses that are congruent or make up a distance",
    numOps: 3,
    orders: [0, 9, 18],
    options: option({ leastNpages: 2 ** 18 + 1 }),
    accepts: ({ npages, pgoff, base_gfn }) => npages > 2 ** 19 && pgoff % 512 === 1 && base_gfn > 500,
  },
  {
    what: "a slot between two sizes, or a truncated file",
    numOps: 4,
    orders: [0, 2, 9],
    options: option({ withISize: true, leastNpages: 2 ** 19 }),
    accepts: ({ npages, pgoff, base_gfn }) => npages === 2 ** 19 + 1 && [4, 5].includes(pgoff) && base_gfn < 3,
  },
  {
    what: "a slot between two sizes, the file not truncated",
    numOps: 4,
    orders: [0, 2],
    options: option({ leastNpages: 2 ** 19 }),
    accepts: ({ npages, pgoff }) => npages === 3 * 2 ** 18 && pgoff < 3,
  },
  {
    what: "two slots, on a file that starts with large folios",
    numOps: 3,
    orders: [2],
    options: option({ slots: 2 }),
    accepts: ({ npages, pgoff }) => npages === 4 && [0, 5].includes(pgoff),
  },
  {
    what: "two slots and a size, the second slot at the ends of the folio around the first, too",
    numOps: 4,
    orders: [0, 3],
    options: option({ slots: 2 }),
    accepts: ({ npages, pgoff, base_gfn }) => npages === 1 && (pgoff === 3 || pgoff === 12) && base_gfn > 0,
  },
  {
    what: "two slots and two sizes, or a truncated file",
    numOps: 5,
    orders: [0, 2],
    options: option({ slots: 2, withISize: true, leastNpages: 2 ** 19 }),
    accepts: ({ npages, pgoff, base_gfn, ugfn }) => npages === 2 ** 19 && pgoff === 5 && base_gfn === 1 && ugfn === 1,
  },
];

/** A number from a text, spread evenly: FNV-1a. */
function hash(told: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < told.length; at++) h = Math.imul(h ^ told.charCodeAt(at), 0x01000193);
  return h >>> 0;
}

describe.each(CASES)("$what", ({ numOps, orders, options, accepts }) => {
  it("are tried, all of them, and no other list", () => {
    const texts = new Set(templates(numOps, orders, options, accepts).map(text));
    const { faults, least, alone } = tried(numOps, orders, options, accepts, holds);
    const seen = new Set(faults.map(text));
    expect(least).toBeUndefined();
    expect(alone).toEqual(options.slots === 2 ? [numOps - 2] : []);
    expect({
      missing: [...texts].find((one) => !seen.has(one)),
      other: [...seen].find((one) => !texts.has(one)),
    }).toEqual({ missing: undefined, other: undefined });
    expect(seen.size).toBeGreaterThan(50);
  });

  it("have a least one that breaks the claim, whichever do", () => {
    const all = templates(numOps, orders, options, accepts);
    for (const of of [7, 60]) {
      const breaks = (ops: readonly Op[]): boolean => hash(text(ops)) % of === 1;
      const smallest = all.filter(breaks).toSorted(compareOps)[0];
      const { least } = tried(numOps, orders, options, accepts, (ops) => (breaks(ops) ? "breaks" : "holds"));
      expect(least).toEqual(smallest);
    }
  });
});

describe("there is no template", () => {
  it.each([
    ["of one op, or of six", 1, [0, 9], option()],
    ["of one op, or of six", 6, [0, 9], option({ slots: 2, withISize: true })],
    ["of a slot and a fault in a file of base pages", 2, [0, 9], option()],
    ["of two slots and a fault in a file of base pages", 3, [0, 9], option({ slots: 2 })],
    ["of three slots", 4, [0, 9], option({ slots: 3, leastNpages: 2 ** 20 })],
    ["of a slot larger than any that tells", 3, [0, 9], option({ leastNpages: 2 ** 20 })],
    ["of any size in a file that has none", 3, [], option()],
  ])("%s", (_of, numOps, orders, options) => {
    let asked = 0;
    const least = leastTemplate(numOps, orders, options, () => {
      asked++;
      return "breaks";
    });
    expect([least, asked]).toEqual([undefined, 0]);
  });
});

describe("few are tried", () => {
  const asked = (options: TemplateOptions, says: (slot: Slot) => ReturnType<Try>): number => {
    let times = 0;
    leastTemplate(options.slots + 2, [0, 9], options, (ops) => {
      times++;
      const slot = ops.find((op) => op.op === "bind_memslot");
      const said = slot === undefined ? "holds" : says(slot);
      return said === "breaks" && ops.at(-1)?.op !== "fault" ? "holds" : said;
    });
    return times;
  };

  it.each<[string, (slot: Slot) => boolean, number]>([
    ["any slot does, one a shape", () => true, 2],
    ["page 3 does: no larger slot, and no address of more bits", ({ pgoff }) => pgoff === 3, 24],
    ["frame 512 on page 512 does", ({ pgoff, base_gfn }) => pgoff === 512 && base_gfn === 512, 1126],
    ["three pages do: of two pages all, and of four none", ({ npages }) => npages === 3, 4392],
  ])("where %s", (_where, breaks, times) => {
    expect(asked(option(), (slot) => (breaks(slot) ? "breaks" : "holds"))).toBe(times);
  });

  it("once, where no folio size is set, however many there are", () => {
    const tries = (orders: readonly number[]): number => {
      let times = 0;
      leastTemplate(2, orders, option({ leastNpages: 2 ** 19 }), () => {
        times++;
        return "refused";
      });
      return times;
    };
    expect([tries([9]), tries([9, 18])]).toEqual([2826, 3534]);
  });

  it("where the rule refuses every slot: one touch of each, and no neighbour", () => {
    expect(asked(option({ leastNpages: 2 ** 19 }), () => "refused")).toBe(5652);
    expect(asked(option({ leastNpages: 2 ** 19, slots: 2 }), () => "refused")).toBe(2376);
  });
});
