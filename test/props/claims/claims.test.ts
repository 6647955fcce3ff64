/**
 * Each claim by its numbers, on machines set by hand: also those that the fault path never lets break, because a slot's
 * ends forbid a mapping across them.
 */

import type { ClaimName } from "../../../model/claim.ts";
import { ALLOCATION_CLAIMS, CLAIM_NAMES, MAPPING_CLAIMS } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { ALLOCATED, FELL_BACK, PRESENT } from "../../../model/abstract/file.ts";
import type { Memslot } from "../../../model/kvm/memslots.ts";
import type { StepResult, Vm } from "../../../model/abstract/machine.ts";
import { bindMemslot } from "../../../model/abstract/bind.ts";
import { newVm, x86World } from "../../../model/abstract/machine.ts";
import { always, excess } from "../../../props/claims/always.ts";

const world = x86World({
  bind_rule: () => 1,
  map_rule: () => 1,
  level_rule: () => 0,
  orders: [0, 2],
  resize: "any",
});

/** Slots of [base_gfn, npages, pgoff]; the first is the one that the fault fell into. */
function machine(
  slots: readonly (readonly [number, number, number])[],
  saw: Partial<StepResult>,
): { vm: Vm; slot: Memslot } {
  const vm = newVm(world);
  for (const [at, [base_gfn, n, start]] of slots.entries()) bindMemslot(vm, 0, at, base_gfn, n, start, 0);
  expect(vm.bindings).toHaveLength(slots.length);
  const slot = vm.bindings[0];
  if (slot === undefined) throw new Error("no slot was bound");
  Object.assign(vm.saw, { slot, got: ALLOCATED, mapped_order: 0, ...saw });
  return { vm, slot };
}

/** What every claim says, without those that say 0. */
function broken(
  slots: readonly (readonly [number, number, number])[],
  saw: Partial<StepResult>,
): Record<string, number> {
  const { vm, slot } = machine(slots, saw);
  return Object.fromEntries(
    CLAIM_NAMES.map((claim) => [claim, always[claim](vm, slot)]).filter(([, pages]) => pages !== 0),
  );
}

/** Frames 100 to 106 on file pages 10 to 16, touched at the third: frame 102, page 12. */
const SLOT = [100, 6, 10] as const;
const TOUCH = { gfn: 102, index: 12 };

describe("a folio", () => {
  it.each([
    ["inside", { folio_start: 12, folio_order: 2 }, {}],
    ["three pages below the slot", { folio_start: 7, folio_order: 2 }, { folio_starts_in_slot: 3 }],
    ["one page past the slot", { folio_start: 13, folio_order: 2 }, { folio_ends_in_slot: 1 }],
    ["past both ends", { folio_start: 8, folio_order: 4 }, { folio_starts_in_slot: 2, folio_ends_in_slot: 8 }],
  ])("%s", (_where, folio, expected) => {
    expect(broken([SLOT], { ...TOUCH, ...folio })).toEqual(expected);
  });

  it("was there already, and so is an earlier fault's", () => {
    expect(broken([SLOT, [200, 4, 4]], { ...TOUCH, got: PRESENT, folio_start: 0, folio_order: 4 })).toEqual({});
  });

  it("is this fault's where it fell back, too", () => {
    const saw = { ...TOUCH, got: FELL_BACK, folio_start: 9, folio_order: 0 };
    expect(broken([SLOT], saw)).toEqual({ folio_starts_in_slot: 1 });
  });

  it("is no folio where there was no allocation at all", () => {
    expect(broken([SLOT], { ...TOUCH, got: -1, folio_start: 0, folio_order: 4 })).toEqual({});
  });

  // File pages 6 to 22, of which 10 to 16 are the slot's own.
  it.each([
    ["below", [200, 4, 4] as const, 2],
    ["above", [200, 4, 18] as const, 4],
    ["above, in part", [200, 40, 21] as const, 1],
    ["right behind its own", [200, 1, 16] as const, 1],
    ["right before its own", [200, 1, 9] as const, 1],
    ["behind the folio: none", [200, 4, 22] as const, 0],
    ["before the folio: none", [200, 4, 2] as const, 0],
  ])("takes pages of a slot %s", (_where, other, pages) => {
    const { vm, slot } = machine([SLOT, other], { ...TOUCH, folio_start: 6, folio_order: 4 });
    expect(always.folio_avoids_other_slots(vm, slot)).toBe(pages);
  });

  it("takes nothing of another slot where it was there already", () => {
    const { vm, slot } = machine([SLOT, [200, 4, 4]], { ...TOUCH, got: PRESENT, folio_start: 0, folio_order: 4 });
    expect(always.folio_avoids_other_slots(vm, slot)).toBe(0);
  });
});

describe("a mapping", () => {
  const folio = { folio_start: 12, folio_order: 0 };
  it.each([
    ["of a page", { gfn: 102, index: 12, mapped_order: 0 }, {}],
    [
      "from two frames and two pages before the slot",
      { gfn: 100, index: 10, mapped_order: 3 },
      { mapping_starts_in_slot: 4, mapping_starts_in_binding: 2, mapping_translates: 2 },
    ],
    [
      "to frames behind it",
      { gfn: 105, index: 15, mapped_order: 2 },
      { mapping_ends_in_slot: 2, mapping_translates: 2 },
    ],
    [
      "past every end",
      { gfn: 102, index: 12, mapped_order: 5 },
      {
        mapping_starts_in_slot: 4,
        mapping_ends_in_slot: 22,
        mapping_starts_in_binding: 10,
        mapping_ends_in_binding: 16,
        mapping_translates: 6,
      },
    ],
    ["to a page that is another frame's", { gfn: 102, index: 13, mapped_order: 0 }, { mapping_translates: 1 }],
    ["to a page before its own", { gfn: 103, index: 11, mapped_order: 0 }, { mapping_translates: 2 }],
  ])("%s", (_what, saw, expected) => {
    expect(broken([SLOT], { ...folio, ...saw })).toEqual(expected);
  });
});

it("nothing is broken where the fault found no slot", () => {
  const { vm } = machine([SLOT], { ...TOUCH, slot: undefined, folio_start: 0, folio_order: 4 });
  for (const claim of CLAIM_NAMES) expect(excess(claim, vm)).toBe(0);
});

it("the claims are of two families, each in a fixed order", () => {
  const allocation: readonly ClaimName[] = ["folio_starts_in_slot", "folio_ends_in_slot", "folio_avoids_other_slots"];
  expect(ALLOCATION_CLAIMS).toEqual(allocation);
  expect(MAPPING_CLAIMS).toEqual([
    "mapping_starts_in_slot",
    "mapping_ends_in_slot",
    "mapping_starts_in_binding",
    "mapping_ends_in_binding",
    "mapping_translates",
  ]);
  expect(CLAIM_NAMES).toEqual([...ALLOCATION_CLAIMS, ...MAPPING_CLAIMS]);
});
