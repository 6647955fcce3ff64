/** The page's state in its address. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, punchHole, setISize, setOrder, unbind } from "../../../sim/op.ts";
import { DEFAULT_SETTING } from "../../../sim/setting.ts";
import { fromHash, toHash } from "../../../props/page/state/hash.ts";
import type { Check, PageState } from "../../../props/page/state/state.ts";
import { FIRST_STATE } from "../../../props/page/state/state.ts";

const RUNS = { seed: 0x6b766d, numRuns: 500, endOnFailure: true };

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
    own: fc.boolean(),
  })
  .map(({ back, own, ...rest }) => ({
    ...rest,
    own: own && rest.ops.length > 0,
    at: Math.max(rest.ops.length - 1 - back, -1),
  }));

describe("a link", () => {
  it("says which version it is, and is empty for the opening state", () => {
    expect(toHash(FIRST_STATE)).toBe(
      "v=1&check=file_folio&ops=bind_memslot,slot:0,gpa:0x100000000,size:0x200000,offset:0x100000," +
        "userspace_addr:0x100000000;set_order,order:9;fault,gpa:0x100040000&follow=1",
    );
    expect(fromHash("")).toEqual({ ok: true, state: FIRST_STATE });
    expect(fromHash("#")).toEqual({ ok: true, state: FIRST_STATE });
  });

  it("says all that differs from the opening state, in words that need no escape where that can be", () => {
    const ops = [bind({ vm: 1, slot: 2, npages: 1 }), unbind(3), setISize(2), punchHole(0, 3), fault(0, 1)];
    const setting = { orders: [0, 9], resize: "never", bind_rule: "a", map_rule: "b", level_rule: "c" } as const;
    const shared = { check: { text: "a, b: c; d+e=#", pick: 1 }, setting, ops, at: 0, own: false };
    const hash = toHash(shared);
    expect(hash.split("&")).toEqual([
      "v=1",
      "c=a,+b:+c;+d%2Be%3D%23",
      "pick=1",
      "orders=4K,2M",
      "resize=never",
      "bind_rule=a",
      "map_rule=b",
      "level_rule=c",
      "ops=bind_memslot,vm:1,slot:2,gpa:0x0,size:0x1000,offset:0x0;delete_memslot,slot:3;set_i_size,size:0x2000;" +
        "punch_hole,offset:0x0,size:0x3000;fault,vm:1,gpa:0x0",
      "at=0",
      "follow=1",
    ]);
    expect(fromHash(hash)).toEqual({ ok: true, state: shared });
    expect(toHash({ ...FIRST_STATE, check: { text: "0", pick: 0 }, ops: [], at: -1 })).toBe("v=1&c=0&ops=&follow=1");
  });

  it("means the setting that most are asked about where it says nothing", () => {
    const empty = { check: { id: "none" }, setting: DEFAULT_SETTING, ops: [], at: -1, own: false };
    for (const hash of ["#v=1", "v=1", "v=1&checkx", "v=1&ops=", "v=1&ops=;&at=-1"]) {
      expect(fromHash(hash)).toEqual({ ok: true, state: empty });
    }
    expect(fromHash("v=1&c=a#b=c")).toEqual({ ok: true, state: { ...empty, check: { text: "a#b=c", pick: 0 } } });
    expect(fromHash("v=1&c=a&pick=1.7")).toMatchObject({ state: { check: { pick: 1 } } });
  });

  it.each([
    ["0", 0],
    ["-1", -1],
    ["1", 1],
    ["2", 1],
    ["-2", 1],
    ["0.5", 1],
    ["x", 1],
  ])("shows a step of the story, or its end: at=%s", (at, step) => {
    expect(fromHash(`v=1&ops=fault,gpa:0;fault,gpa:4096&at=${at}`)).toMatchObject({
      state: { ops: [fault(0), fault(1)], at: step },
    });
  });

  it.each([
    ["v=2&check=ctz", "it is of version 2, this page reads 1"],
    ["check=ctz", "it is of version none, this page reads 1"],
    ["v=1&orders=3M", '"3M" is no folio size'],
    ["v=1&resize=often", 'no resize "often"'],
    ["v=1&ops=fault,gpa:0x1001", "gpa 0x1001 is no multiple of 0x1000"],
    ["v=1&ops=fault,gpa", '":gpa" is no number'],
    ...["0x", "x0x1000", "0x1000x", "0x00000000000001000", "00000000000004096", "4096.", "-4096"].map(
      (text): [string, string] => [`v=1&ops=fault,gpa:${text}`, `"gpa:${text}" is no number`],
    ),
    [
      "v=1&ops=fly",
      'unknown op "fly": bind_memslot, delete_memslot, set_order, set_i_size, punch_hole, fault are known',
    ],
    ["v=1&ops=bind_memslot,slot:0", "base_gfn: missing"],
    ["v=1&c=%E0%A4", "URI malformed"],
  ])("that cannot be read says why: %s", (hash, why) => {
    expect(fromHash(`#${hash}`)).toEqual({ ok: false, message: `This link cannot be read: ${why}.` });
  });

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

  it("of any text never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(typeof fromHash(`#v=1&${text}`).ok).toBe("boolean");
      }),
      RUNS,
    );
  });
});
