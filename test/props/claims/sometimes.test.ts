/** Witnesses: each is counted where it is met and nowhere else, and each claim asks for its own. */

import { ALLOCATION_CLAIMS, CLAIM_NAMES, MAPPING_CLAIMS } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import type { World } from "../../../model/abstract/machine.ts";
import { newVm, x86World } from "../../../model/abstract/machine.ts";
import type { Witnesses } from "../../../props/claims/sometimes.ts";
import {
  countEnds,
  countNewFolios,
  needed,
  newTally,
  unmet,
  witness,
  witnessesOf,
} from "../../../props/claims/sometimes.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import { apply } from "../../../sim/step.ts";

const ORDERS = [0, 9, 18];

/** The witnesses that the ops meet, without those that were not. */
function met(ops: readonly Op[], over: Partial<World> = {}, resized = false): Record<string, number> {
  const vm = newVm(
    x86World({ bind_rule: () => 1, map_rule: () => 1, level_rule: () => 0, orders: ORDERS, resize: "any", ...over }),
  );
  const tally = newTally();
  for (const op of ops) {
    apply(vm, op);
    witness(tally, vm, op.op, resized);
  }
  return Object.fromEntries(Object.entries(witnessesOf(tally, ORDERS)).filter(([, times]) => times > 0));
}

const slot = bind({ npages: 1024 });

describe("witnesses", () => {
  it("tell a slot that is accepted, one that the rule refuses, and one that the ioctl refuses", () => {
    expect(met([slot])).toEqual({ bind_accepted: 1 });
    for (const said of [0, 2, 3]) expect(met([slot], { bind_rule: () => said })).toEqual({ bind_refused_by_rule: 1 });
    expect(met([bind({ npages: 0 })])).toEqual({ bind_refused_by_ioctl: 1 });
  });

  it("count a second slot while it is there", () => {
    const second = bind({ vm: 1, npages: 1, pgoff: 1024 });
    expect(met([slot, second])).toEqual({ bind_accepted: 2, two_slots: 1 });
  });

  it("tell the pages of a slot apart", () => {
    const bound = { bind_accepted: 1, folio_of_4K: 1 };
    expect(met([slot, fault(0)])).toEqual({ ...bound, fault_on_first_page: 1 });
    expect(met([slot, fault(1023)])).toEqual({ ...bound, fault_on_last_page: 1 });
    expect(met([slot, fault(1)])).toEqual(bound);
    const higher = bind({ base_gfn: 4096, npages: 4 });
    expect(met([higher, fault(4096)])).toEqual({ ...bound, fault_on_first_page: 1 });
    expect(met([higher, fault(4099)])).toEqual({ ...bound, fault_on_last_page: 1 });
    expect(met([bind({ npages: 1 }), fault(0)])).toEqual({ ...bound, fault_on_first_page: 1, fault_on_last_page: 1 });
  });

  it("count a folio by its size, and a mapping larger than a page", () => {
    expect(met([slot, setOrder(9), fault(1)])).toEqual({ bind_accepted: 1, folio_of_2M: 1, large_mapping: 1 });
    expect(met([slot, setOrder(9), fault(1)], { map_rule: () => 0 })).toEqual({ bind_accepted: 1, folio_of_2M: 1 });
  });

  it("count a page that was there, and nothing else of that fault", () => {
    expect(met([slot, fault(1), fault(1)])).toEqual({ bind_accepted: 1, folio_of_4K: 1, fault_on_present_page: 1 });
  });

  it("count a fall back where a page is in the way", () => {
    const ops = [slot, fault(1), setOrder(9), fault(2)];
    expect(met(ops)).toEqual({ bind_accepted: 1, folio_of_4K: 2, fault_fell_back: 1 });
  });

  it("count a fault after a resize, of a page that was not there", () => {
    const ops = [slot, fault(1), fault(1)];
    const seen = { bind_accepted: 1, folio_of_4K: 1, fault_after_resize: 1, fault_on_present_page: 1 };
    expect(met(ops, {}, true)).toEqual(seen);
  });

  it("count nothing where no slot is", () => {
    expect(met([fault(0), setOrder(9)])).toEqual({});
  });

  it("add many faults at once", () => {
    const tally = newTally();
    countNewFolios(tally, 9, false, 3);
    countNewFolios(tally, 18, true, 4);
    expect(witnessesOf(tally, ORDERS)).toMatchObject({ folio_of_2M: 3, folio_of_1G: 4, fault_after_resize: 4 });
  });

  it("count the ends of a slot that are among the pages touched", () => {
    const ends = (npages: number, touches: readonly number[]): Witnesses => {
      const tally = newTally();
      countEnds(tally, npages, touches);
      return witnessesOf(tally, ORDERS);
    };
    const both = { fault_on_first_page: 1, fault_on_last_page: 1 };
    expect(ends(8, [0, 3, 7])).toMatchObject(both);
    expect(ends(1, [0])).toMatchObject(both);
    expect(ends(8, [1, 6])).toMatchObject({ fault_on_first_page: 0, fault_on_last_page: 0 });
    expect(ends(8, [])).toMatchObject({ fault_on_first_page: 0, fault_on_last_page: 0 });
  });

  it("name the base page, whatever sizes the file takes, and every name once", () => {
    expect(Object.keys(witnessesOf(newTally(), [9])).slice(-2)).toEqual(["folio_of_4K", "folio_of_2M"]);
    expect(Object.keys(witnessesOf(newTally(), ORDERS)).filter((name) => name.startsWith("folio_of_"))).toEqual([
      "folio_of_4K",
      "folio_of_2M",
      "folio_of_1G",
    ]);
  });
});

describe("what a pass needs", () => {
  const all = ["bind_accepted", "folio_of_2M", "folio_of_1G", "fault_on_first_page", "fault_on_last_page"];

  it("is a slot, every large folio and both ends, and what the claim speaks of", () => {
    for (const claim of ALLOCATION_CLAIMS) {
      expect(needed(claim, ORDERS)).toEqual(claim === "folio_avoids_other_slots" ? [...all, "two_slots"] : all);
    }
    for (const claim of MAPPING_CLAIMS) expect(needed(claim, ORDERS)).toEqual([...all, "large_mapping"]);
  });

  it("is never met with base pages alone", () => {
    for (const claim of CLAIM_NAMES) {
      const everything = Object.fromEntries([...needed(claim, ORDERS), "folio_of_4K"].map((name) => [name, 1]));
      expect(unmet(claim, [0], everything)).toEqual(["large_folio"]);
      expect(unmet(claim, ORDERS, everything)).toEqual([]);
      expect(unmet(claim, ORDERS, { ...everything, folio_of_1G: 0 })).toEqual(["folio_of_1G"]);
      expect(unmet(claim, ORDERS, {})).toEqual(needed(claim, ORDERS));
    }
  });
});
