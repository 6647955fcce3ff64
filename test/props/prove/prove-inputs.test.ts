/** What is free in a proof is what the ioctl and ftruncate let through: no less, and no more. */

import { describe, expect, it } from "vitest";
import { MAX_I_SIZE_NPAGES } from "../../../model/abstract/file.ts";
import { checkRegion, emptyMemslots, setRegion } from "../../../model/kvm/memslots.ts";
import { KVM_MEM_GUEST_MEMFD, MEMSLOT_LIMITS } from "../../../model/kvm/limits.ts";
import { gfn, npages, pgoff, ugfn } from "../../../model/units.ts";
import type { FreeSlot } from "../../../props/prove/inputs.ts";
import {
  choice,
  chosen,
  freeISize,
  freeOrders,
  freeSlot,
  page,
  pages,
  slotInputs,
} from "../../../props/prove/inputs.ts";
import type { Term } from "../../../props/prove/smt/term.ts";
import { bits } from "../../../props/prove/smt/term.ts";
import { smtText } from "../../../props/prove/smt/text.ts";
import { valuation } from "../../../props/prove/smt/value.ts";

/** Variables of a term, with their widths, in the order of their first use. */
const declared = (term: Term): string[] =>
  [...smtText([term]).matchAll(/declare-const (\S+) \(_ BitVec (\d+)\)/g)].map(([, name, width]) => `${name} ${width}`);

interface Numbers {
  readonly pgoff: number;
  readonly base_gfn: number;
  readonly npages: number;
  readonly ugfn: number;
}

const modelOf = (name: string, slot: Numbers): Map<string, bigint> =>
  new Map(Object.entries(slot).map(([key, value]) => [`${name}_${key}`, BigInt(value)]));

/** Whether a slot may have these numbers: each fits its variable, and all that the ioctl asks of them holds. */
const allows = (slot: FreeSlot, numbers: Numbers): boolean => {
  const value = valuation(modelOf("slot", numbers));
  const { pgoff: at, base_gfn, npages: n, ugfn: u } = numbers;
  const held = [slot.pgoff, slot.base_gfn, slot.npages, slot.ugfn].map((term) => Number(value(term)));
  return held.join() === [at, base_gfn, n, u].join() && value(slot.allowed) === 1n;
};

/** What the simulated ioctl says; the binding hook takes everything. */
function ioctl({ pgoff: at, base_gfn, npages: n, ugfn: u }: Numbers): { early: boolean; late: boolean } {
  const table = emptyMemslots();
  const region = { slot: 0, flags: KVM_MEM_GUEST_MEMFD, base_gfn: gfn(base_gfn), npages: npages(n), pgoff: pgoff(at), ugfn: ugfn(u), file: 0 }; // prettier-ignore
  const early = n > 0 && checkRegion(MEMSLOT_LIMITS, region) === undefined;
  return { early, late: early && setRegion(table, region, () => undefined, () => undefined).ok }; // prettier-ignore
}

const LAST_SLOT_GFN = 2 ** 40;
const around = (n: number): number[] => [n - 2, n - 1, n].filter((m) => m >= 0);

describe("a free slot", () => {
  const order = choice("slot_file_order", [0, 9, 18]);

  // Each quantity around its limits, the others small or at theirs.
  const states: Numbers[] = [1, 2, 3, 2 ** 31 - 2, 2 ** 31 - 1].flatMap((n) => [
    ...around(2 ** 52 - 1).map((at) => ({ pgoff: at, base_gfn: 5, npages: n, ugfn: 1 })),
    ...around(2 ** 52 - n).map((at) => ({ pgoff: at, base_gfn: 5, npages: n, ugfn: 1 })),
    ...around(LAST_SLOT_GFN - n + 1).map((at) => ({ pgoff: 7, base_gfn: at, npages: n, ugfn: 1 })),
    ...around(2 ** 35 - n).map((at) => ({ pgoff: 7, base_gfn: 1, npages: n, ugfn: at })),
    { pgoff: 0, base_gfn: 0, npages: n, ugfn: 0 },
  ]);

  it("is one that the ioctl makes: its sizes, ends and user range are the kernel's", () => {
    const slot = freeSlot("slot", order);
    const wrong = states.filter((numbers) => allows(slot, numbers) !== ioctl(numbers).late);
    expect(wrong).toEqual([]);
    expect(new Set(states.map((numbers) => allows(slot, numbers)))).toEqual(new Set([true, false]));
    expect(allows(slot, { pgoff: 0, base_gfn: 0, npages: 0, ugfn: 0 })).toBe(false);
  });

  it("as a bind rule sees it may lie behind the last frame: that check comes after the rule", () => {
    const slot = freeSlot("slot", order, "rule");
    const beyond = [2 ** 40, 2 ** 51].map((base_gfn) => ({ pgoff: 7, base_gfn, npages: 3, ugfn: 1 }));
    const all = [...states, ...beyond];
    expect(all.filter((numbers) => allows(slot, numbers) !== ioctl(numbers).early)).toEqual([]);
    expect(beyond.map((numbers) => ioctl(numbers))).toEqual([
      { early: true, late: false },
      { early: true, late: false },
    ]);
  });

  it("as a bind rule sees it ends in the guest's 2^52 frames", () => {
    const slot = freeSlot("slot", order, "rule");
    const ending = (end: number): boolean => allows(slot, { pgoff: 0, base_gfn: end - 4, npages: 4, ugfn: 0 });
    expect([ending(2 ** 52 - 1), ending(2 ** 52)]).toEqual([true, false]);
  });

  it("has as many free bits as its limits leave", () => {
    expect(declared(freeSlot("slot", order).allowed)).toEqual([
      "slot_npages 31",
      "slot_ugfn 35",
      "slot_pgoff 52",
      "slot_base_gfn 40",
    ]);
    expect(declared(freeSlot("other", order, "rule").allowed)).toContain("other_base_gfn 52");
    expect(declared(freeSlot("slot", order).i_size_npages)).toEqual(["slot_i_size 51"]);
    expect(MAX_I_SIZE_NPAGES).toBe(2 ** 51 - 1);
    expect(declared(freeISize("i_size_now"))).toEqual(["i_size_now 51"]);
  });

  it("can be told where it starts", () => {
    const slot = freeSlot("slot", order, "slots", page(77));
    expect(slot.pgoff.value).toBe(77n);
    expect(slot.name).toBe("slot");
    expect(slot.order).toBe(order);
  });
});

describe("what a rule reads", () => {
  it("is the slot and the file as the rule is asked, bytes with 12 zero bits behind the pages", () => {
    const slot = freeSlot("slot", choice("slot_file_order", [0, 9, 18]));
    const inputs = slotInputs(slot, choice("now", [0, 9, 18]), pages("size_now", 51));
    const value = valuation(
      new Map([
        ...modelOf("slot", { pgoff: 0x123, base_gfn: 0x45678, npages: 0x9a, ugfn: 0xbcd }),
        ["slot_file_order", 0n],
        ["now", 1n],
        ["size_now", 2n ** 51n - 1n],
      ]),
    );
    expect(Object.fromEntries(Object.entries(inputs).map(([name, term]) => [name, value(term)]))).toEqual({
      offset: 0x123000n,
      gpa: 0x45678000n,
      size: 0x9a000n,
      userspace_addr: 0xbcd000n,
      base_gfn: 0x45678n,
      pgoff: 0x123n,
      npages: 0x9an,
      ugfn: 0xbcdn,
      folio_size: 2n ** 21n,
      i_size: 2n ** 63n - 4096n,
    });
    expect(Object.values(inputs).map(({ width }) => width)).toEqual(Array.from({ length: 10 }, () => 64));
  });
});

describe("a choice of orders", () => {
  it.each<[readonly number[], number]>([
    [[9], 1],
    [[0, 9], 1],
    [[0, 9, 18], 2],
    [[0, 1, 2, 9], 2],
    [[0, 1, 2, 9, 18], 3],
  ])("of %j is the order that its number says, and the last for numbers past it", (orders, width) => {
    const some = choice("which", orders);
    const term = some.of((order) => bits(8, order));
    for (let at = 0; at < 2 ** width; at++) {
      const model = new Map([["which", BigInt(at)]]);
      const wanted = orders[Math.min(at, orders.length - 1)];
      expect([valuation(model)(term), chosen(some, model)]).toEqual([BigInt(wanted ?? 0), wanted]);
    }
    expect(declared(term)).toEqual(orders.length === 1 ? [] : [`which ${width}`]);
  });

  it("that the model leaves out is the first", () => {
    expect(chosen(choice("which", [4, 9]), new Map())).toBe(4);
  });

  it("is free at each bind and at the fault where the size can change at any time", () => {
    const orders = freeOrders([0, 9], "any", 9);
    expect(orders.atBind("slot")).toMatchObject({ name: "slot_file_order", orders: [0, 9] });
    expect(orders.atBind("other")).toMatchObject({ name: "other_file_order", orders: [0, 9] });
    expect(orders.atFault).toMatchObject({ name: "fault_file_order", orders: [0, 9] });
  });

  it.each(["before-bind", "never"] as const)("is the folio's own everywhere where it changes %s", (resize) => {
    const orders = freeOrders([0, 9], resize, 9);
    for (const one of [orders.atBind("slot"), orders.atBind("other"), orders.atFault]) {
      expect(one).toMatchObject({ name: "file_order", orders: [9] });
    }
  });
});
