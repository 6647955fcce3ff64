/** The page's state in its address. */

import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { Op } from "../sim/op.ts";
import { bind, fault, punchHole, setISize, setOrder, unbind } from "../sim/op.ts";
import { fromHash, toHash } from "../props/page/hash.ts";
import type { Check, PageState } from "../props/page/state.ts";
import { FIRST_STATE } from "../props/page/state.ts";

const RUNS = { seed: 0x6b766d, numRuns: 500 };

const page = fc.nat(2 ** 40);
const small = fc.nat(9);
const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ base_gfn: page, npages: page, pgoff: page, ugfn: page, slot: small, vm: small }).map((at) => bind(at)),
  fc.tuple(small, small).map(([slot, vm]) => unbind(slot, vm)),
  fc.nat(18).map(setOrder),
  page.map(setISize),
  fc.tuple(page, page).map(([start, n]) => punchHole(start, n)),
  fc.tuple(page, small).map(([gfn, vm]) => fault(gfn, vm)),
);
const check: fc.Arbitrary<Check> = fc.oneof(
  fc.constantFrom({ id: "ctz" }, { id: "round_up_contained" }),
  fc.record({ text: fc.string({ unit: "binary" }), pick: fc.nat(3) }),
);
const state: fc.Arbitrary<PageState> = fc
  .record({
    check,
    setting: fc.record({
      orders: fc.uniqueArray(fc.nat(18), { minLength: 1 }).map((orders) => orders.toSorted((a, b) => a - b)),
      resize: fc.constantFrom("any", "before-bind", "never"),
      bind_rule: fc.constantFrom("none", "ffs64"),
      map_rule: fc.constantFrom("folio_order", "order_zero"),
      level_rule: fc.constantFrom("stock", "or_offset"),
    }),
    ops: fc.array(op, { maxLength: 6 }),
    back: fc.nat(6),
  })
  .map(({ back, ...rest }) => ({ ...rest, at: Math.max(rest.ops.length - 1 - back, -1) }));

describe("a link", () => {
  it("is read back whole", () => {
    fc.assert(
      fc.property(state, (shared) => {
        const hash = toHash(shared);
        expect(fromHash(`#${hash}`)).toEqual({ ok: true, state: shared });
        expect(hash).toMatch(/^[\w!$&'()*+,;=:@/?%.~-]*$/);
      }),
      RUNS,
    );
  });

  it("says which version it is, and is empty for the opening state", () => {
    expect(toHash(FIRST_STATE)).toMatch(/^v=1&/);
    expect(fromHash("")).toEqual({ ok: true, state: FIRST_STATE });
  });

  it.each([
    ["v=2&check=ctz", "version 2"],
    ["check=ctz", "version none"],
    ["v=1&orders=3M", "3M"],
    ["v=1&resize=often", "often"],
    ["v=1&ops=fault,gpa:0x1001", "multiple"],
    ["v=1&ops=fly", "fly"],
    ["v=1&ops=bind_memslot,slot:0", "base_gfn is not"],
    ["v=1&c=%E0%A4", "malformed"],
  ])("that cannot be read says why: %s", (hash, part) => {
    const read = fromHash(`#${hash}`);
    expect(read.ok ? "" : read.message).toContain(part);
  });

  it("of any text never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(typeof fromHash(`#v=1&${text}`).ok).toBe("boolean");
      }),
      RUNS,
    );
  });
});
