/** The ops as JSON and as lines: both are part of a bug's id and of every script. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Op } from "../../sim/op.ts";
import { opFromJson } from "../../sim/schema/op.ts";
import { bind, fault, opText, punchHole, setISize, setOrder, unbind } from "../../sim/op.ts";

const OPS: readonly (readonly [Op, string])[] = [
  [
    bind({ vm: 1, slot: 2, base_gfn: 3, npages: 4, pgoff: 5, ugfn: 6 }),
    "bind_memslot vm=1 slot=2 base_gfn=3 npages=4 pgoff=5 ugfn=6",
  ],
  [unbind(2, 1), "delete_memslot vm=1 slot=2"],
  [setOrder(9), "set_order order=9"],
  [setISize(7), "set_i_size npages=7"],
  [punchHole(3, 4), "punch_hole pgoff=3 npages=4"],
  [fault(8, 1), "fault vm=1 gfn=8"],
];

describe.each(OPS)("%j", (op, text) => {
  it("is one line", () => {
    expect(opText(op)).toBe(text);
  });

  it("survives JSON", () => {
    expect(opFromJson(JSON.parse(JSON.stringify(op)))).toEqual(op);
  });

  it("is refused without a field that it takes, or with one that is no number", () => {
    for (const name of Object.keys(op).filter((key) => !["op", "vm", "slot", "ugfn"].includes(key))) {
      const rest = Object.fromEntries(Object.entries(op).filter(([key]) => key !== name));
      expect(() => opFromJson(rest)).toThrow(`${name}: missing`);
      for (const value of ["1", null, true, {}]) {
        expect(() => opFromJson({ ...op, [name]: value })).toThrow(`${name}: ${JSON.stringify(value)} is no whole`);
      }
    }
  });

  it("is refused where a number is no whole number of its range", () => {
    for (const name of Object.keys(op).filter((key) => key !== "op")) {
      for (const value of [-1, 0.5, 2 ** 53, Infinity, NaN]) {
        expect(() => opFromJson({ ...op, [name]: value })).toThrow(RangeError);
      }
    }
  });
});

it("takes vm, slot and ugfn for 0 where they are not told", () => {
  expect(opFromJson({ op: "bind_memslot", base_gfn: 1, npages: 2, pgoff: 3 })).toEqual(
    bind({ base_gfn: 1, npages: 2, pgoff: 3 }),
  );
  expect(bind({ npages: 2 })).toEqual({
    op: "bind_memslot",
    vm: 0,
    slot: 0,
    base_gfn: 0,
    npages: 2,
    pgoff: 0,
    ugfn: 0,
  });
  expect(opFromJson({ op: "delete_memslot" })).toEqual(unbind(0));
  expect(opFromJson({ op: "fault", gfn: 1 })).toEqual(fault(1));
});

it("refuses what is no op, and says what it is", () => {
  for (const value of [undefined, null, 1, "fault", true, []]) {
    expect(() => opFromJson(value)).toThrow(`${JSON.stringify(value)} is no op: an op is an object`);
  }
  const known = "bind_memslot, delete_memslot, set_order, set_i_size, punch_hole, fault are known";
  expect(() => opFromJson({ op: "frob" })).toThrow(`unknown op "frob": ${known}`);
  expect(() => opFromJson({})).toThrow(`unknown op undefined: ${known}`);
  expect(() => opFromJson({ op: "toString" })).toThrow(`unknown op "toString": ${known}`);
});

it("refuses a member that the op does not have: a misspelt one is not one left out", () => {
  expect(() => opFromJson({ op: "fault", gfn: 1, wm: 1 })).toThrow("wm: unknown in fault");
});

it("never throws anything but a RangeError", () => {
  const names = fc.constantFrom(...OPS.map(([{ op }]) => op));
  const value = fc.dictionary(
    fc.constantFrom("vm", "slot", "gfn", "base_gfn", "npages", "pgoff", "order"),
    fc.jsonValue(),
  );
  const holds = fc.property(names, value, (op, fields) => {
    try {
      const read = opFromJson({ ...fields, op });
      return opText(opFromJson(JSON.parse(JSON.stringify(read)))) === opText(read);
    } catch (error) {
      return error instanceof RangeError;
    }
  });
  expect(fc.check(holds, { seed: 1, numRuns: 300 })).toMatchObject({ failed: false });
});
