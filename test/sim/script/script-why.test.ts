/** Which folio size a check saw: that of the moment when the slot of the fault was bound. */

import type { ClaimName } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import type { Op } from "../../../sim/op.ts";
import { why } from "../../../sim/words/why.ts";
import { found, pasted } from "../../support/script-cases.ts";

/** Large folios are fine for the slot at page 2 alone. */
const SMALL_ONLY = pasted("folio_size <= SZ_4K || offset == 0x2000", "small", "bind");

const slot = (id: number, pgoff: number, vm = 0): Op => bind({ vm, slot: id, base_gfn: id, npages: 1, pgoff, ugfn: 0 });

const told = (claim: ClaimName, rule: ReturnType<typeof pasted>, ops: readonly Op[]): string => {
  const text = why(found(claim, rule, ops));
  expect(text).toContain("reads only");
  return /folio_size was (.*?) when the slot was bound/.exec(text)?.[1] ?? "that of the fault";
};

describe("a slot that was bound", () => {
  it("before the folios grew", () => {
    expect(told("folio_ends_in_slot", SMALL_ONLY, [slot(0, 1), setOrder(9), fault(0)])).toBe("4 KiB");
  });

  it.each<[string, Op, Op]>([
    ["of another id", slot(1, 2), fault(0)],
    ["of the same id in another VM", slot(0, 2, 1), fault(0)],
  ])("before they grew, and one %s behind it", (_name, other, touched) => {
    expect(told("folio_avoids_other_slots", SMALL_ONLY, [slot(0, 1), setOrder(9), other, touched])).toBe("4 KiB");
  });

  it("when they were as large as at the fault", () => {
    const ops = [slot(1, 1), setOrder(9), slot(0, 2, 1), fault(0, 1)];
    expect(told("folio_avoids_other_slots", SMALL_ONLY, ops)).toBe("that of the fault");
  });

  it("when they were large, before they grew", () => {
    const large = pasted("folio_size >= SZ_2M", "large", "bind");
    const setting = { orders: [9, 18] };
    expect(why(found("folio_ends_in_slot", large, [slot(0, 1), fault(0)], setting))).not.toContain("was bound");
    const whole = bind({ vm: 0, slot: 0, base_gfn: 0, npages: 512, pgoff: 0, ugfn: 0 });
    const first = why(found("folio_ends_in_slot", large, [whole, setOrder(18), fault(0)], setting));
    expect(/folio_size was (.*?) when/.exec(first)?.[1] ?? first).toBe("2 MiB");
  });
});
