import type { BuiltInClaim } from "../../../model/claim.ts";
import { ALLOCATION_CLAIMS, CLAIM_NAMES, MAPPING_CLAIMS } from "../../../model/claim.ts";
import { describe, expect, it } from "vitest";
import { checkOps, claims } from "../../../props/library/check-ops.ts";
import { x86World } from "../../../model/abstract/machine.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";

const world = x86World({
  bind_rule: () => 1,
  map_rule: () => 1,
  level_rule: () => 0,
  orders: [0, 9, 18],
  resize: "any",
});

const pages = (claim: BuiltInClaim, ops: readonly Op[]): number => checkOps(world, ops, [claim])[0]?.pages ?? 0;

describe("each claim counts its own pages and no other's", () => {
  it.each<[BuiltInClaim, Op[], number]>([
    // The folio is [0, 512).
    ["folio_starts_in_slot", [bind({ npages: 509, pgoff: 3 }), setOrder(9), fault(0)], 3],
    ["folio_starts_in_slot", [bind({ npages: 512, pgoff: 0 }), setOrder(9), fault(0)], 0],
    ["folio_ends_in_slot", [bind({ npages: 509, pgoff: 0 }), setOrder(9), fault(0)], 3],
    ["folio_ends_in_slot", [bind({ npages: 509, pgoff: 3 }), setOrder(9), fault(0)], 0],
    // The mapping is frames [0, 512) on file pages [0, 512).
    ["mapping_starts_in_binding", [bind({ npages: 512, pgoff: 3 }), setOrder(9), fault(0)], 3],
    ["mapping_starts_in_binding", [bind({ npages: 509, pgoff: 3 }), setOrder(9), fault(0)], 0],
    // Frames [512, 1024) on file pages [1024, 1536): the binding ends at 1536 - 3.
    ["mapping_ends_in_binding", [bind({ npages: 1024, pgoff: 509 }), setOrder(9), fault(1023)], 3],
    ["mapping_ends_in_binding", [bind({ npages: 1024, pgoff: 512 }), setOrder(9), fault(1023)], 0],
    ["mapping_translates", [bind({ npages: 512, pgoff: 3 }), setOrder(9), fault(0)], 3],
    ["mapping_translates", [bind({ npages: 512, pgoff: 512 }), setOrder(9), fault(511)], 0],
  ])("%s", (claim, ops, expected) => {
    expect(pages(claim, ops)).toBe(expected);
  });

  it("folio_avoids_other_slots counts the others' pages on both sides, and none of the slot's own", () => {
    const below = bind({ slot: 1, base_gfn: 1000, npages: 2, pgoff: 1 });
    const above = bind({ slot: 2, base_gfn: 2000, npages: 600, pgoff: 20 });
    const own = bind({ npages: 10, pgoff: 10 });
    expect(pages("folio_avoids_other_slots", [below, above, own, setOrder(9), fault(0)])).toBe(2 + 492);
    expect(pages("folio_avoids_other_slots", [own, setOrder(9), fault(0)])).toBe(0);
  });
});

it("looks at what a fault allocates, not at what was there", () => {
  const first = [bind({ npages: 512, pgoff: 0 }), setOrder(9), fault(0)];
  // The other slot's folio reaches into this one; this one's fault allocates nothing.
  const second = bind({ vm: 1, npages: 1, pgoff: 600 });
  expect(checkOps(world, [...first, second, fault(0, 1)], ["folio_ends_in_slot"])).toEqual([
    { claim: "folio_ends_in_slot", at: 4, pages: 1024 - 601 },
  ]);
  expect(checkOps(world, [...first, fault(511)], ["folio_starts_in_slot", "folio_ends_in_slot"])).toEqual([]);
});

it("keeps the two families apart", () => {
  expect([...ALLOCATION_CLAIMS, ...MAPPING_CLAIMS]).toEqual(CLAIM_NAMES);
  expect(ALLOCATION_CLAIMS.every((claim) => claim.startsWith("folio_"))).toBe(true);
  expect(MAPPING_CLAIMS.every((claim) => claim.startsWith("mapping_"))).toBe(true);
});

it("as a predicate, throws with the claim, the step and the pages", () => {
  const ops = [bind({ npages: 509, pgoff: 3 }), setOrder(9), fault(0)];
  expect(() => claims.folio_starts_in_slot(world, ops)).toThrow(
    "folio_starts_in_slot is broken by op 2: folio starts below its slot: 0x3000 bytes below",
  );
  expect(claims.folio_ends_in_slot(world, ops)).toBe(true);
});
