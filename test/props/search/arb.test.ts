/** Op lists from draws: a seed means the same ops for ever, and what it means is worth running. */

import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newVm, x86World } from "../../../model/abstract/machine.ts";
import type { Draw } from "../../../props/search/arb.ts";
import { opsArbitrary, opsFromDraws } from "../../../props/search/arb.ts";
import { arbitraries } from "../../../props/library/arbitraries.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, opText, punchHole, setISize, setOrder, unbind } from "../../../sim/op.ts";
import { apply } from "../../../sim/step.ts";

const ORDERS = [0, 9, 18];
const LISTS = 400;

const world = x86World({
  bind_rule: () => 1,
  map_rule: () => 1,
  level_rule: () => 0,
  orders: ORDERS,
  resize: "any",
});

/** Draws of 32 bits each, the same ones every time: the multiplier is Knuth's. */
function draws(): Draw[][] {
  let state = 1n;
  const next = (): number => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 32n);
  };
  return Array.from({ length: LISTS }, () => Array.from({ length: 8 }, (): Draw => [next(), next(), next()]));
}

const told = (withISize: boolean): Op[][] => draws().map((list) => opsFromDraws(list, ORDERS, withISize));
const digest = (lists: readonly (readonly Op[])[]): string =>
  createHash("sha256")
    .update(lists.map((ops) => ops.map(opText).join("\n")).join("\n\n"))
    .digest("hex")
    .slice(0, 16);
const share = (lists: readonly (readonly Op[])[], op: Op["op"]): number =>
  lists.flat().filter((one) => one.op === op).length / lists.flat().length;

describe("an op list that is drawn", () => {
  // Every seed in a report and every recorded figure rests on this: if it has to change, all of those do.
  it("is the same list in every release", () => {
    expect([digest(told(false)), digest(told(true))]).toEqual(["ac0c8c49e24ae8ea", "f84cf2b336249552"]);
  });

  it("holds every kind of op, binds and faults most", () => {
    const plain = told(false);
    expect(share(plain, "bind_memslot")).toBeGreaterThan(0.25);
    expect(share(plain, "fault")).toBeGreaterThan(0.3);
    for (const op of ["set_order", "delete_memslot", "punch_hole"] as const) {
      expect(share(plain, op)).toBeGreaterThan(0.03);
      expect(share(plain, op)).toBeLessThan(0.25);
    }
    expect(share(plain, "set_i_size")).toBe(0);
  });

  it("truncates the file where a rule reads i_size, and then deletes and punches nothing", () => {
    const sized = told(true);
    expect(share(sized, "set_i_size")).toBeGreaterThan(0.05);
    expect(share(sized, "delete_memslot") + share(sized, "punch_hole")).toBe(0);
  });

  it("mostly begins with a slot, and sometimes with an order", () => {
    const first = told(false).map(([op]) => op?.op);
    expect(first.filter((op) => op === "bind_memslot").length / LISTS).toBeGreaterThan(0.75);
    expect(first).toContain("set_order");
  });

  it("faults inside a slot that is bound before it, and finds it most of the time", () => {
    const outside: Op[] = [];
    let [faults, found] = [0, 0];
    for (const ops of told(false)) {
      const vm = newVm(world);
      for (const [at, op] of ops.entries()) {
        apply(vm, op);
        if (op.op !== "fault") continue;
        faults++;
        if (vm.saw.slot !== undefined) found++;
        const before = ops.slice(0, at).filter((one) => one.op === "bind_memslot");
        if (!before.some((b) => op.gfn >= b.base_gfn && op.gfn < b.base_gfn + b.npages)) outside.push(op);
      }
    }
    expect(outside).toEqual([]);
    expect(found / faults).toBeGreaterThan(0.6);
  });

  it("keeps to addresses that the ioctl and the file can have", () => {
    const slots = [...told(false), ...told(true)].flat().filter((op) => op.op === "bind_memslot");
    expect(slots.filter(({ npages }) => npages < 1)).toEqual([]);
    expect(slots.filter(({ base_gfn, pgoff }) => Math.max(base_gfn, pgoff) > 2 ** 40)).toEqual([]);
    expect(slots.filter((slot) => slot.ugfn > 2 ** 34)).toEqual([]);
  });
});

describe("a draw", () => {
  /** Bits of the first number: 4 to 7 the kind, 8 to 10 the VM, 16 and up which slot. */
  const kindOf = (kind: number, slot = 0): number => (slot << 16) | (1 << 8) | (kind << 4);
  /** Twelve bits of a page number m * 2^e + off, of which m and off are the m-th and off-th choice; e is a remainder. */
  function edge(e: number, m: number, off: number, exponents = 22): number {
    const chosen = (m << 5) | (off << 8);
    for (let low = 0; low < 32; low++) if ((chosen | low) % exponents === e) return chosen | low;
    throw new Error("no such page number");
  }
  const [BIND, ORDER, FAULT, DELETE, PUNCH] = [0, 4, 7, 14, 15];
  const one = (x: number, y: number, z: number): Draw => [x, y, z];
  const page = one(kindOf(BIND), edge(2, 0, 0) | (edge(0, 0, 0, 30) << 12), edge(0, 6, 0, 30) | (1 << 27));
  const tellOne = (...list: Draw[]): Op | undefined => opsFromDraws(list, ORDERS, false).at(-1);

  it("is a slot of four pages at frame 0", () => {
    expect(tellOne(page)).toEqual(bind({ npages: 4, pgoff: 1 }));
  });

  it.each([
    ["an order of the file", one(kindOf(ORDER), 1, 0), setOrder(9)],
    ["a fault on the slot's first page", one(kindOf(FAULT), 0, 0), fault(0)],
    ["a fault on its last page", one(kindOf(FAULT), 1, 0), fault(3)],
    ["a fault on a page within", one(kindOf(FAULT), 2, edge(0, 2, 0)), fault(2)],
    ["a fault as far from the last page", one(kindOf(FAULT), 3, edge(0, 2, 0)), fault(1)],
    ["a fault on any page", one(kindOf(FAULT), 6, 6 << 12), fault(2)],
    ["no fault past the last page", one(kindOf(FAULT), 7, edge(9, 0, 0)), fault(3)],
    ["no fault before the first page", one(kindOf(FAULT), 3, edge(9, 0, 0)), fault(0)],
    ["a delete of the slot", one(kindOf(DELETE), 0, 0), unbind(0)],
    ["a hole from the slot's first file page on", one(kindOf(PUNCH), edge(9, 0, 6), 0), punchHole(1, 511)],
  ])("is %s", (_what, draw, op) => {
    expect(tellOne(page, draw)).toEqual(op);
  });

  it("is a size of the file, where the file is truncated", () => {
    expect(opsFromDraws([page, one(kindOf(PUNCH), edge(9, 0, 5, 30), 0)], ORDERS, true).at(-1)).toEqual(setISize(513));
  });

  it("is a slot whatever its kind, while there is none", () => {
    expect(
      opsFromDraws(
        [one(kindOf(FAULT), edge(2, 0, 0) | (edge(0, 0, 0, 30) << 12), edge(0, 6, 0, 30) | (1 << 27))],
        ORDERS,
        false,
      ),
    ).toEqual([bind({ npages: 4, pgoff: 1 })]);
  });

  it.each([
    ["behind the slot before it", 1, bind({ slot: 1, npages: 2, pgoff: 5 })],
    ["before it, as far as there is room", 2, bind({ slot: 1, npages: 2, pgoff: 0 })],
    ["by itself", 3, bind({ slot: 1, npages: 2, pgoff: 1 })],
  ])("is a slot on file pages %s", (_where, beside, slot) => {
    const next = one(
      kindOf(BIND),
      edge(1, 0, 0) | (edge(0, 0, 0, 30) << 12) | (beside << 24),
      edge(0, 6, 0, 30) | (1 << 27),
    );
    expect(tellOne(page, next)).toEqual(slot);
  });
});

describe("arbitraries", () => {
  const sample = (withISize?: boolean): Op[][] => fc.sample(opsArbitrary(ORDERS, withISize), { seed: 1, numRuns: 300 });

  it("tell two to eight ops", () => {
    expect(new Set(sample().map((ops) => ops.length))).toEqual(new Set([2, 3, 4, 5, 6, 7, 8]));
  });

  it("truncate the file only if told to", () => {
    expect(share(sample(), "set_i_size")).toBe(0);
    expect(share(sample(true), "set_i_size")).toBeGreaterThan(0);
    expect(share(fc.sample(arbitraries.ops(), { seed: 1, numRuns: 300 }), "set_i_size")).toBe(0);
    expect(share(fc.sample(arbitraries.ops({ orders: [0] }, true), { seed: 1, numRuns: 300 }), "set_i_size")).not.toBe(
      0,
    );
  });

  it("take each order of the file as often", () => {
    const orders = sample().flatMap((ops) => ops.flatMap((op) => (op.op === "set_order" ? [Number(op.order)] : [])));
    for (const order of ORDERS) {
      const part = orders.filter((one) => one === order).length / orders.length;
      expect(part).toBeGreaterThan(0.25);
      expect(part).toBeLessThan(0.42);
    }
  });

  it("draw page numbers without a bias to small ones", () => {
    const sizes = sample().flatMap((ops) => ops.flatMap((op) => (op.op === "bind_memslot" ? [op.npages] : [])));
    expect(sizes.filter((n) => n >= 2 ** 11).length / sizes.length).toBeGreaterThan(0.4);
  });
});
