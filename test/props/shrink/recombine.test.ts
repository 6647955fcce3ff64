/**
 * The second look at counterexamples that no template leads to, and the look for an op less. The rules are random ones of agree-run.mjs, and the lists
 * are where the searches of each engine ended when only single moves were taken: each breaks the claim, and no move
 * leads from one to the other.
 */

import type { ClaimName } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import type { RuleKind } from "../../../model/rule/parameters.ts";
import { newVm } from "../../../model/abstract/machine.ts";
import { minimise } from "../../../props/shrink/minimise.ts";
import { rulesOf } from "../../../props/judge/context.ts";
import { recombine } from "../../../props/shrink/recombine.ts";
import { openRulebook } from "../../../props/judge/rulebook.ts";
import { worldOf } from "../../../sim/world.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, opText, punchHole, setISize, setOrder } from "../../../sim/op.ts";
import { DEFAULT_SETTING, type Setting } from "../../../sim/setting.ts";

const book = await openRulebook();

interface Case {
  readonly why: string;
  readonly rule: string;
  /** bind, where it is not said. */
  readonly kind?: RuleKind;
  readonly claim: ClaimName;
  readonly over?: Partial<Setting>;
  readonly starts: readonly (readonly Op[])[];
  readonly end: readonly Op[];
}

const LARGE = setOrder(9);
const AVOIDS: ClaimName = "folio_avoids_other_slots";
const RAISED = [LARGE, fault(0)];

const SIXTEEN_GIB = 2 ** 22;
const threeFolios = (pgoff: number, otherPgoff: number): Op[] => [
  bind({ npages: 1536, pgoff }),
  bind({ slot: 1, base_gfn: 1536, npages: 1536, pgoff: otherPgoff }),
];
const USER_1 = [bind({ npages: 1, ugfn: 1 }), bind({ slot: 1, base_gfn: 1, npages: 1, pgoff: 1, ugfn: 1 })] as const;

const CASES: readonly Case[] = [
  {
    why: "a distance that is a power of two, and an end at the end of a folio",
    rule: "count_trailing_zeros(gpa - offset) == 15 && !((gpa + size) & (SZ_2M - 1))",
    claim: "mapping_translates",
    starts: [
      [bind({ npages: 512, pgoff: 8 }), ...RAISED],
      [bind({ base_gfn: 497, npages: 527, pgoff: 9, ugfn: 497 }), LARGE, fault(512)],
    ],
    end: [bind({ npages: 512, pgoff: 8 }), ...RAISED],
  },
  {
    why: "the last page of a folio behind an address that the rule names",
    rule: "offset >= 1ULL << 34 || IS_ALIGNED(offset + size, SZ_1G) && offset < SZ_2M",
    claim: "mapping_ends_in_binding",
    over: { orders: [0, 9] },
    starts: [
      [bind({ npages: 512, pgoff: SIXTEEN_GIB + 511 }), LARGE, fault(1)],
      [bind({ base_gfn: 57, npages: 967, pgoff: SIXTEEN_GIB, ugfn: 57 }), LARGE, fault(569)],
    ],
    end: [bind({ npages: 512, pgoff: SIXTEEN_GIB + 511 }), LARGE, fault(1)],
  },
  {
    why: "userspace addresses of both slots",
    rule: "gpa < 1ULL << 34 ? is_power_of_2(userspace_addr) : true",
    claim: AVOIDS,
    starts: [
      [...USER_1, ...RAISED],
      [
        bind({ base_gfn: SIXTEEN_GIB, npages: 1 }),
        bind({ slot: 1, base_gfn: SIXTEEN_GIB + 1, npages: 1, pgoff: 1 }),
        LARGE,
        fault(SIXTEEN_GIB),
      ],
    ],
    end: [...USER_1, ...RAISED],
  },
  {
    why: "the slots' places exchanged",
    rule: "gpa == offset && fls64(gpa - offset) != fls64(userspace_addr)",
    claim: AVOIDS,
    over: { resize: "never" },
    starts: [
      [LARGE, ...USER_1, fault(0)],
      [LARGE, bind({ base_gfn: 1, npages: 1, pgoff: 1, ugfn: 1 }), bind({ slot: 1, npages: 1, ugfn: 1 }), fault(0)],
    ],
    end: [LARGE, ...USER_1, fault(0)],
  },
  {
    why: "the slots' places exchanged, where one of them was a second VM's and the slots are long",
    rule: "IS_ALIGNED(size, PMD_SIZE) && !is_power_of_2(size)",
    claim: AVOIDS,
    starts: [
      [...threeFolios(1537, 1), ...RAISED],
      [...threeFolios(1, 1537), LARGE, fault(1535)],
      [bind({ npages: 1536, pgoff: 1 }), bind({ vm: 1, npages: 1536, pgoff: 1537 }), LARGE, fault(0, 1)],
    ],
    end: [...threeFolios(1537, 1), ...RAISED],
  },
  {
    why: "a page before a power of two",
    kind: "map",
    rule: "index - pgoff + nr_pages > index - pgoff && fls64(round_down(index, nr_pages)) >= 24",
    claim: "mapping_translates",
    starts: [
      [bind({ npages: 512, pgoff: 2 ** 23 + 1 }), ...RAISED],
      [bind({ npages: 512, pgoff: 2 ** 23 - 1 }), LARGE, fault(1)],
    ],
    end: [bind({ npages: 512, pgoff: 2 ** 23 - 1 }), LARGE, fault(1)],
  },
  {
    why: "a slot that ends where a folio does, and the size of the file told in vain",
    rule: "(offset + size) % SZ_2M == 0 && gpa % SZ_2M ? (offset ^ gpa) == (offset | gpa | size) : size == SZ_4K && !i_size",
    claim: "folio_starts_in_slot",
    over: { orders: [0, 9] },
    starts: [
      [setISize(0), bind({ npages: 1, pgoff: 1 }), ...RAISED],
      [bind({ base_gfn: 2, npages: 3, pgoff: 509 }), LARGE, fault(2)],
    ],
    end: [bind({ base_gfn: 1, npages: 2, pgoff: 510 }), LARGE, fault(1)],
  },
  {
    why: "an address beyond the size that the file has, and that size told in vain",
    rule: "fls64(i_size) <= fls64(offset)",
    claim: "folio_starts_in_slot",
    starts: [
      [setISize(0), bind({ npages: 1, pgoff: 1 }), ...RAISED],
      [bind({ npages: 1, pgoff: 2 ** 50 + 1 }), ...RAISED],
    ],
    end: [bind({ npages: 1, pgoff: 2 ** 50 + 1 }), ...RAISED],
  },
  {
    why: "a template of fewer ops than were found to be needed",
    rule: `IS_ALIGNED(offset | size, folio_size)
      ? (count_trailing_zeros(offset | size) != count_trailing_zeros(offset + size) || (offset ^ gpa) >= size) &&
          (gpa >= PMD_SIZE ? IS_ALIGNED(offset + size, PMD_SIZE) : !(offset + size))
      : hweight64(offset ^ gpa) != hweight64(gpa + size) || (offset | gpa | size) & (SZ_1G - 1)`,
    claim: "folio_starts_in_slot",
    starts: [
      [LARGE, bind({ npages: 1, pgoff: 1 }), fault(0)],
      [LARGE, bind({ base_gfn: 114_912, npages: 128, pgoff: 114_688, ugfn: 58_720_255 }), setOrder(18), fault(114_912)],
    ],
    end: [LARGE, bind({ npages: 1, pgoff: 1 }), fault(0)],
  },
];

describe("every engine ends at the same list", () => {
  it.each(CASES)("$why: $rule", ({ rule: text, kind = "bind", claim, over, starts, end }) => {
    const parsed = book.parse(text, { id: "random", kind });
    if (!parsed.ok) throw new Error(parsed.error.message);
    const [rule] = parsed.rules;
    if (rule === undefined) throw new Error("no rule");
    const setting = { ...DEFAULT_SETTING, ...over };
    const { world } = worldOf(rulesOf(rule, { setting, ruleById: book.byId }), setting);
    const ends = starts.map((ops) => minimise(newVm(world), claim, ops, rule.reads.includes("i_size")).map(opText));
    for (const one of ends) expect(one).toEqual(end.map(opText));
  });
});

describe("a second look", () => {
  const slot = bind({ base_gfn: 777, npages: 9, pgoff: 55 });
  const rest = [LARGE, fault(780)];
  const story = [slot, ...rest];
  /** What is tried, where nothing is refused and nothing breaks. */
  function tried(ops: readonly Op[], leastNpages = 1, said: "refused" | "holds" = "holds"): Op[][] {
    const lists: Op[][] = [];
    const found = recombine(ops, [0, 9], leastNpages, (list) => {
      lists.push([...list]);
      return said;
    });
    expect(found).toBeUndefined();
    return lists;
  }

  it("has an end", () => {
    expect(tried(story).length).toBeLessThanOrEqual(100_010);
  });

  it("tries slots that may break the claim and weigh no more, its own size first", () => {
    const sizes = tried([bind({ base_gfn: 777, npages: 600, pgoff: 55 }), LARGE, fault(780)], 512, "refused").flatMap(
      (list) => list.flatMap((op) => (op.op === "bind_memslot" ? [op.npages] : [])),
    );
    expect([...new Set(sizes)]).toEqual([600, 512, 513, 1021, 1022, 1023]);
  });

  it("asks no first slot twice that is refused", () => {
    const two = [bind({ npages: 9, pgoff: 55 }), bind({ slot: 1, base_gfn: 9, npages: 9, pgoff: 64 }), LARGE, fault(0)];
    const lists = tried(two, 1, "refused").map((list) => list.map(opText).join("; "));
    expect(new Set(lists).size).toBe(lists.length);
  });

  it("leaves stories of three slots, of two touches and of a later end to the moves", () => {
    expect(tried([slot, fault(780), ...rest])).toEqual([]);
    expect(tried([...story, punchHole(0, 1)])).toEqual([]);
    expect(tried([slot, slot, ...story])).toEqual([]);
  });

  it("keeps the size of the file and its folios", () => {
    const found = recombine([setISize(3), ...story], [0, 9], 1, (ops) => (ops.length === 4 ? "breaks" : "holds"));
    expect(found).toEqual([setISize(3), bind({ npages: 1 }), LARGE, fault(0)]);
  });
});
