/** The judged machine as a search uses it: in place, told in `saw`, emptied and used again. */

import { describe, expect, it } from "vitest";
import type { World } from "../../../model/abstract/machine.ts";
import { allocate, fault } from "../../../model/abstract/fault.ts";
import { bindMemslot, deleteMemslot, refusedByRule } from "../../../model/abstract/bind.ts";
import { setISize, setOrder } from "../../../model/abstract/resize.ts";
import { newVm, resetVm, x86World } from "../../../model/abstract/machine.ts";

const world = (over: Partial<World> = {}): World =>
  x86World({
    bind_rule: () => 1,
    map_rule: () => 1,
    level_rule: () => 0,
    orders: [0, 9],
    resize: "any",
    ...over,
  });

describe("what an op saw", () => {
  it("is no folio where there is no slot, in either VM or in none", () => {
    const vm = newVm(world());
    bindMemslot(vm, 0, 0, 0, 1, 0, 0);
    for (const [index, gfn] of [
      [0, 1],
      [1, 0],
      [2, 0],
    ] as const) {
      for (const touch of [fault, allocate]) {
        fault(vm, 0, 0);
        touch(vm, index, gfn);
        expect(vm.saw).toMatchObject({ refusal: undefined, slot: undefined, gfn, got: -1, mapped_order: -1 });
      }
    }
  });

  it("is a folio without a mapping when only that is asked for", () => {
    const vm = newVm(world({ orders: [9] }));
    bindMemslot(vm, 0, 0, 0, 1024, 0, 0);
    allocate(vm, 0, 513);
    expect(vm.saw).toMatchObject({ gfn: 513, folio_start: 512, folio_order: 9, mapped_order: -1 });
  });
});

describe("refusals", () => {
  it("are the rule's, or the ioctl's", () => {
    for (const [said, rules] of [
      [0, true],
      [2, true],
      [3, true],
    ] as const) {
      const vm = newVm(world({ bind_rule: () => said }));
      bindMemslot(vm, 0, 0, 0, 1, 0, 0);
      expect(vm.saw.refusal !== undefined && refusedByRule(vm.saw.refusal)).toBe(rules);
    }
    const vm = newVm(world());
    bindMemslot(vm, 0, 0, 0, 0, 0, 0);
    expect(vm.saw.refusal !== undefined && !refusedByRule(vm.saw.refusal)).toBe(true);
  });

  it("of a VM that is not there", () => {
    const vm = newVm(world());
    deleteMemslot(vm, 2, 0);
    expect(vm.saw.refusal).toMatchObject({ errno: "EBADF", check: "vm_unknown" });
  });

  it("of an order that the file cannot take, though its number has the same low bits", () => {
    const vm = newVm(world());
    for (const order of [-1, 1, 18, 19, 32, 41, -32, -23]) {
      setOrder(vm, order);
      expect(vm.saw.refusal).toMatchObject({ errno: "EINVAL", check: "order_unknown" });
      expect(vm.file.order).toBe(0);
    }
    setOrder(vm, 9);
    expect([vm.saw.refusal, vm.file.order]).toEqual([undefined, 9]);
  });

  it("of an i_size past the largest", () => {
    const vm = newVm(world());
    setISize(vm, 2 ** 51);
    expect(vm.saw.refusal).toMatchObject({ errno: "EINVAL", check: "i_size_too_large" });
    setISize(vm, 2 ** 51 - 1);
    expect([vm.saw.refusal, vm.file.i_size_npages]).toEqual([undefined, 2 ** 51 - 1]);
  });
});

it("is empty after a reset: no slot, no folio, the first order, and a size that may change", () => {
  const vm = newVm(world({ orders: [9], resize: "before-bind" }));
  bindMemslot(vm, 0, 0, 0, 1024, 0, 0);
  bindMemslot(vm, 1, 0, 0, 1024, 1024, 0);
  fault(vm, 0, 0);
  resetVm(vm);
  expect(vm.bindings).toEqual([]);
  expect(vm.file.order).toBe(9);
  for (const index of [0, 1]) {
    fault(vm, index, 0);
    expect(vm.saw.slot).toBeUndefined();
  }
  setOrder(vm, 9);
  expect(vm.saw.refusal).toBeUndefined();
  // The same slots and the same pages, as if for the first time.
  bindMemslot(vm, 0, 0, 0, 1024, 0, 0);
  expect(vm.saw.refusal).toBeUndefined();
  allocate(vm, 0, 0);
  const { got } = vm.saw;
  allocate(vm, 0, 512);
  expect(vm.saw.got).toBe(got);
});

it("forgets folios even where no slot was left", () => {
  const vm = newVm(world());
  bindMemslot(vm, 0, 0, 0, 1024, 0, 0);
  fault(vm, 0, 0);
  const first = vm.saw.got;
  deleteMemslot(vm, 0, 0);
  resetVm(vm);
  bindMemslot(vm, 0, 0, 0, 1024, 0, 0);
  fault(vm, 0, 0);
  expect(vm.saw.got).toBe(first);
});
