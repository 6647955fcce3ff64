/** The judged machine: what is refused, what a fault allocates and maps, and what is told of each op. */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALLOCATED, PRESENT } from "../../../model/abstract/file.ts";
import { insertFolio } from "../../../model/folios/folios.ts";
import type { Vm, World } from "../../../model/abstract/machine.ts";
import { allocate } from "../../../model/abstract/fault.ts";
import { refusedByRule } from "../../../model/abstract/bind.ts";
import { setOrder as takeOrder } from "../../../model/abstract/resize.ts";
import { excess } from "../../../props/claims/always.ts";
import { newVm, resetVm, x86World } from "../../../model/abstract/machine.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, punchHole, setISize, setOrder, unbind } from "../../../sim/op.ts";
import type { Effect } from "../../../sim/step.ts";
import { apply, step } from "../../../sim/step.ts";
import { run } from "../../../sim/trace.ts";

const accept = (): number => 1;
const never = (): number => 0;

const world = (over: Partial<World> = {}): World =>
  x86World({
    bind_rule: accept,
    map_rule: accept,
    level_rule: never,
    orders: [0, 9, 18],
    resize: "any",
    ...over,
  });

const effects = (ops: readonly Op[], over?: Partial<World>): Effect[] =>
  run(world(over), ops).map(({ effect }) => effect);
const last = (ops: readonly Op[], over?: Partial<World>): Effect | undefined => effects(ops, over).at(-1);
const refusal = (ops: readonly Op[], over?: Partial<World>): string | undefined => {
  const effect = last(ops, over);
  return effect?.effect === "refused" ? `${effect.errno} ${effect.check}` : effect?.effect;
};

describe("binding", () => {
  it.each([
    ["no page", bind({ npages: 0 }), "EINVAL empty_slot"],
    ["a slot number past the last", bind({ npages: 1, slot: 32764 }), "EINVAL slot_id"],
    ["more pages than the ioctl takes", bind({ npages: 2 ** 31 }), "EINVAL too_many_pages"],
    ["a userspace range past the last user page", bind({ npages: 2, ugfn: 2 ** 35 - 2 }), "EINVAL access_ok"],
    [
      "a file range that wraps a u64 of bytes",
      bind({ npages: 2, pgoff: 2 ** 52 - 2 }),
      "EINVAL guest_memfd_offset_wraps",
    ],
    ["a frame past the largest", bind({ npages: 2, base_gfn: 2 ** 40 - 1 }), "EINVAL gfn_limit"],
    ["a VM that is not there", bind({ npages: 1, vm: 2 }), "EBADF vm_unknown"],
    ["no page in a VM that is not there", bind({ npages: 0, vm: 2 }), "EBADF vm_unknown"],
  ])("refuses %s", (_what, op, expected) => {
    expect(refusal([op])).toBe(expected);
  });

  it.each([
    ["the most pages", bind({ npages: 2 ** 31 - 1 })],
    ["the last user page", bind({ npages: 1, ugfn: 2 ** 35 - 2 })],
    ["the last file page whose end is a u64", bind({ npages: 1, pgoff: 2 ** 52 - 2 })],
    ["the last frame", bind({ npages: 1, base_gfn: 2 ** 40 - 1 })],
  ])("takes %s", (_what, op) => {
    expect(refusal([op])).toBe("done");
  });

  it("refuses what the rule refuses, and tells undefined C and endless loops apart", () => {
    const op = bind({ npages: 1 });
    expect(refusal([op], { bind_rule: () => 0 })).toBe("EINVAL rule");
    expect(refusal([op], { bind_rule: () => 2 })).toBe("EINVAL rule_undefined");
    expect(refusal([op], { bind_rule: () => 3 })).toBe("EINVAL rule_no_end");
  });

  it("gives the rule what it may read, the folio size and i_size of now", () => {
    const seen: number[][] = [];
    const bind_rule = (...args: number[]): number => seen.push(args);
    effects([setOrder(9), setISize(77), bind({ base_gfn: 1, npages: 2, pgoff: 3, ugfn: 4 })], { bind_rule });
    expect(seen).toEqual([[3, 1, 2, 4, 9, 77]]);
  });

  it("takes a page of the file once, across VMs, until its slot is deleted", () => {
    const first = bind({ npages: 4, pgoff: 4 });
    const over = bind({ vm: 1, npages: 4, pgoff: 7 });
    expect(refusal([first, over])).toBe("EINVAL pgoff_already_bound");
    expect(refusal([first, bind({ vm: 1, npages: 4, pgoff: 8 })])).toBe("done");
    expect(refusal([first, bind({ vm: 1, npages: 4, pgoff: 0 })])).toBe("done");
    expect(refusal([first, unbind(0), over])).toBe("done");
  });

  it("forgets a binding whose slot was refused after it", () => {
    const tooHigh = bind({ npages: 2, base_gfn: 2 ** 40 - 1 });
    expect(refusal([tooHigh, bind({ npages: 2 })])).toBe("done");
  });

  it("refuses overlapping guest frames, in one VM only", () => {
    const first = bind({ base_gfn: 4, npages: 4 });
    const over = { slot: 1, base_gfn: 7, npages: 4, pgoff: 100 };
    expect(refusal([first, bind(over)])).toBe("EEXIST overlap");
    expect(refusal([first, bind({ ...over, vm: 1 })])).toBe("done");
    expect(refusal([first, bind({ ...over, base_gfn: 8 })])).toBe("done");
  });

  it("never changes a slot that is bound to a file", () => {
    expect(refusal([bind({ npages: 4 }), bind({ npages: 4 })])).toBe("EINVAL modify_guest_memfd");
    expect(refusal([unbind(3)])).toBe("EINVAL delete_missing");
    expect(refusal([unbind(32764)])).toBe("EINVAL slot_id");
    expect(refusal([unbind(0, 2)])).toBe("EBADF vm_unknown");
  });
});

describe("the file's folio size", () => {
  const ops = [bind({ npages: 1 }), setOrder(9)];

  it("changes when the setting lets it", () => {
    expect(refusal(ops)).toBe("done");
    expect(refusal(ops, { resize: "before-bind" })).toBe("EBUSY order_fixed");
    expect(refusal(ops, { resize: "never" })).toBe("EBUSY order_fixed");
    expect(refusal([setOrder(9), bind({ npages: 1 })], { resize: "never" })).toBe("done");
    // A slot that was refused has not fixed anything.
    expect(refusal(ops, { resize: "never", bind_rule: never })).toBe("done");
    // A slot that is gone has.
    expect(refusal([bind({ npages: 1 }), unbind(0), setOrder(9)], { resize: "before-bind" })).toBe("EBUSY order_fixed");
  });

  it("is one of the setting's, and at first the smallest", () => {
    const vm = newVm(world());
    const refused = (order: number): boolean => {
      takeOrder(vm, order);
      return vm.saw.refusal?.errno === "EINVAL" && vm.saw.refusal.check === "order_unknown";
    };
    expect([5, 8, 10, 19, 32, 41, -1, -32].filter((order) => !refused(order))).toEqual([]);
    expect([0, 9, 18].filter(refused)).toEqual([]);
    expect(last([bind({ npages: 1 }), fault(0)], { orders: [9, 18] })).toMatchObject({ folio: { order: 9 } });
  });
});

describe("the file's size", () => {
  it("is any that an loff_t can tell in pages", () => {
    expect(refusal([setISize(2 ** 51 - 1)])).toBe("done");
    expect(refusal([setISize(2 ** 51)])).toBe("EINVAL i_size_too_large");
  });
});

describe("a fault", () => {
  it("outside every slot finds none", () => {
    expect(last([bind({ base_gfn: 4, npages: 4 }), fault(8)])).toEqual({ effect: "no_slot", gfn: 8 });
    expect(last([bind({ base_gfn: 4, npages: 4 }), fault(3)])).toEqual({ effect: "no_slot", gfn: 3 });
    expect(last([bind({ npages: 4 }), fault(0, 1)])).toEqual({ effect: "no_slot", gfn: 0 });
  });

  // file page   0 1 2 3 4 5 6 7 … 511 512
  // slot            [       )               pgoff 3, npages 4
  // fault             ^                     gfn 0x101 is index 4
  // folio       [                   )       order 9: ALIGN_DOWN(4, 512) is 0
  it("allocates the folio around the index, however far it reaches", () => {
    const ops = [bind({ base_gfn: 0x100, npages: 4, pgoff: 3 }), setOrder(9), fault(0x101)];
    expect(last(ops)).toMatchObject({
      index: 4,
      folio: { start: 0, npages: 512, order: 9 },
      allocated: true,
      fell_back: false,
    });
  });

  it("finds the page the next time, whatever the file's order then is", () => {
    const ops = [bind({ npages: 1024 }), setOrder(9), fault(0), setOrder(18), fault(511)];
    expect(last(ops)).toMatchObject({ folio: { start: 0, order: 9 }, allocated: false });
  });

  it("falls back to a base page when any page of the folio's place is there", () => {
    const ops = [bind({ npages: 1024 }), fault(511), setOrder(9), fault(0)];
    expect(last(ops)).toMatchObject({ folio: { start: 0, npages: 1, order: 0 }, allocated: true, fell_back: true });
    expect(last([...ops, fault(512)])).toMatchObject({ folio: { start: 512, order: 9 }, fell_back: false });
  });

  it("allocates anew what was punched out or truncated away, if the whole folio lay there", () => {
    const there = [bind({ npages: 2048 }), setOrder(9), fault(0), fault(512)];
    expect(last([...there, punchHole(0, 512), setOrder(0), fault(0)])).toMatchObject({ folio: { order: 0 } });
    expect(last([...there, punchHole(1, 511), setOrder(0), fault(0)])).toMatchObject({ folio: { order: 9 } });
    expect(last([...there, setISize(512), setOrder(0), fault(512)])).toMatchObject({ folio: { order: 0 } });
    expect(last([...there, setISize(513), setOrder(0), fault(512)])).toMatchObject({ folio: { order: 9 } });
  });
});

describe("the mapping of a fault", () => {
  const mapped = (ops: readonly Op[], over?: Partial<World>): number | undefined => {
    const effect = last(ops, over);
    return effect?.effect === "faulted" ? effect.mapping.order : undefined;
  };
  const whole = [bind({ npages: 2 ** 18 }), setOrder(18), fault(5)];

  it("takes the largest level that the folio fills", () => {
    expect(last(whole)).toMatchObject({
      mapping: { order: 18, gfns: { start: 0, npages: 2 ** 18 }, pages: { start: 0, npages: 2 ** 18 } },
    });
    expect(mapped([bind({ npages: 2 ** 18 }), setOrder(9), fault(5)])).toBe(9);
    expect(mapped([bind({ npages: 2 ** 18 }), fault(5)])).toBe(0);
  });

  it("never maps large across the slot's first or last page", () => {
    expect(mapped([bind({ npages: 2 ** 18 - 1 }), setOrder(18), fault(5)])).toBe(9);
    expect(mapped([bind({ npages: 511 }), setOrder(18), fault(5)])).toBe(0);
    expect(mapped([bind({ base_gfn: 1, npages: 1023 }), setOrder(9), fault(511)])).toBe(0);
    expect(mapped([bind({ base_gfn: 1, npages: 1023 }), setOrder(9), fault(512)])).toBe(9);
  });

  it("asks the level rule of each level, which forbids, and the map rule, which accepts", () => {
    expect(mapped(whole, { level_rule: (...args) => (args[6] === 18 ? 1 : 0) })).toBe(9);
    expect(mapped(whole, { map_rule: (...args) => (args[8] === 18 ? 0 : 1) })).toBe(9);
    // What C leaves undefined forbids, and does not accept.
    expect(mapped(whole, { level_rule: () => 2 })).toBe(0);
    expect(mapped(whole, { map_rule: () => 2 })).toBe(0);
  });

  it("gives the map rule the frame and the file page of the fault", () => {
    const seen: number[][] = [];
    const map_rule = (...args: number[]): number => {
      seen.push(args);
      return 1;
    };
    effects([bind({ base_gfn: 2048, npages: 512, pgoff: 1024, ugfn: 7 }), setOrder(9), fault(2051)], { map_rule });
    expect(seen).toEqual([[1024, 2048, 512, 7, 9, 2 ** 51 - 1, 2051, 1027, 9]]);
  });
});

describe("what an op did", () => {
  const NOTHING = { refusal: undefined, slot: undefined, got: -1, folio_start: -1, folio_order: -1, mapped_order: -1 };
  const ready = (): Vm => {
    const vm = newVm(world());
    apply(vm, bind({ base_gfn: 4, npages: 1024 }));
    apply(vm, setOrder(9));
    apply(vm, fault(5));
    return vm;
  };

  it("is nothing before the first", () => {
    expect(newVm(world()).saw).toEqual({ ...NOTHING, gfn: -1, index: -1 });
  });

  it.each([
    ["a slot bound", bind({ slot: 1, base_gfn: 2000, npages: 1, pgoff: 2000 })],
    ["a slot deleted", unbind(0)],
    ["an order set", setOrder(0)],
    ["a size set", setISize(1)],
    ["a hole punched", punchHole(0, 1)],
  ])("by %s has nothing of the fault before it", (_what, op) => {
    const vm = newVm(world());
    for (const before of [bind({ base_gfn: 4, npages: 511 }), setOrder(9), fault(5)]) apply(vm, before);
    expect(vm.saw).toMatchObject({ slot: { id: 0 }, got: ALLOCATED, folio_start: 0, folio_order: 9 });
    expect(excess("folio_ends_in_slot", vm)).toBe(1);
    apply(vm, op);
    expect(vm.saw).toMatchObject({ refusal: undefined, got: -1 });
    expect(excess("folio_ends_in_slot", vm)).toBe(0);
  });

  it("by a fault has nothing of the refusal before it, whether there is a slot or none", () => {
    for (const op of [fault(5), fault(3)]) {
      const vm = ready();
      apply(vm, bind({ npages: 0 }));
      expect(vm.saw.refusal?.check).toBe("empty_slot");
      apply(vm, op);
      expect(vm.saw.refusal).toBeUndefined();
    }
  });

  it.each([
    ["maps", (vm: Vm, index: number, frame: number) => apply(vm, fault(frame, index))],
    ["only allocates", allocate],
  ])("by a fault that %s, outside of every slot or in a VM that is not there, is the frame alone", (_what, touch) => {
    for (const [index, gfn] of [
      [0, 3],
      [0, 1028],
      [1, 5],
      [2, 5],
    ] as const) {
      const vm = ready();
      touch(vm, index, gfn);
      expect(vm.saw).toMatchObject({ refusal: undefined, slot: undefined, gfn, got: -1, mapped_order: -1 });
    }
  });

  it("by an allocation is the folio, and by the one before it no mapping", () => {
    const vm = ready();
    allocate(vm, 0, 600);
    expect(vm.saw).toMatchObject({ slot: { id: 0 }, gfn: 600, index: 596, got: ALLOCATED, folio_start: 512 });
    expect(vm.saw.mapped_order).toBe(-1);
    // A present page's folio is looked for when it is mapped.
    allocate(vm, 0, 601);
    expect(vm.saw).toMatchObject({ got: PRESENT, folio_start: -1, folio_order: -1 });
  });
});

it("an allocation goes the short way to the same end as a fault", () => {
  // A region of bitmaps, where the short way leads, and one past it; some pages there, some not.
  const filled = (): Vm => {
    const vm = newVm(world({ orders: [0, 9] }));
    for (let page = 0; page < 5000; page++) insertFolio(vm.file.folios, 2 * page, 0, true);
    for (let page = 0; page < 5000; page++) insertFolio(vm.file.folios, 2 ** 33 + 2 * page, 0, true);
    apply(vm, bind({ base_gfn: 100, npages: 6000, pgoff: 1 }));
    apply(vm, bind({ slot: 1, base_gfn: 6100, npages: 5000, pgoff: 2 ** 33 }));
    apply(vm, bind({ vm: 1, base_gfn: 0, npages: 3000, pgoff: 7000 }));
    return vm;
  };
  const [short, long] = [filled(), filled()];
  const met = new Set<string>();
  const touch = fc.record({ vm: fc.nat(2), gfn: fc.nat(11_200), order: fc.constantFrom(0, 9) });
  const same = fc.property(touch, ({ vm, gfn, order }) => {
    for (const each of [short, long]) apply(each, setOrder(order));
    allocate(short, vm, gfn);
    apply(long, fault(gfn, vm));
    const { saw } = short;
    expect(saw.mapped_order).toBe(-1);
    const { slot, got, index, folio_start, folio_order } = long.saw;
    const folio = got > PRESENT ? { folio_start, folio_order } : { folio_start: -1, folio_order: -1 };
    expect(saw).toMatchObject({ refusal: undefined, slot, got, gfn, ...(got > 0 ? { index, ...folio } : {}) });
    met.add(`${vm} ${saw.slot?.id} ${saw.got}`);
  });
  fc.assert(same, { seed: 0x6b766d, numRuns: 3000, endOnFailure: true });
  const found = [0, 1].flatMap((slot) => [1, 2, 3].map((got) => `${slot} ${got}`));
  const all = [...found.map((each) => `0 ${each}`), ...found.slice(0, 3).map((each) => `1 ${each}`)];
  expect([...met].toSorted()).toEqual([...all, ...[0, 1, 2].map((vm) => `${vm} undefined -1`)].toSorted());
});

it("a refusal is the rule's where the rule said no, or could not say", () => {
  const refusedBy = (bind_rule: World["bind_rule"]): boolean[] => {
    const vm = newVm(world({ bind_rule }));
    return [bind({ npages: 1 }), bind({ npages: 0 }), unbind(0)].map((op) => {
      apply(vm, op);
      return vm.saw.refusal !== undefined && refusedByRule(vm.saw.refusal);
    });
  };
  for (const said of [0, 2, 3]) expect(refusedBy(() => said)).toEqual([true, false, false]);
  expect(refusedBy(accept)).toEqual([false, false, false]);
});

it("a machine that is used again is a new one", () => {
  const op = fc.oneof(
    fc
      .record({
        vm: fc.nat(1),
        slot: fc.nat(2),
        base_gfn: fc.nat(8),
        npages: fc.integer({ min: 1, max: 4 }),
        pgoff: fc.nat(9),
      })
      .map((slot) => bind(slot)),
    fc.tuple(fc.nat(2), fc.nat(1)).map(([slot, vm]) => unbind(slot, vm)),
    fc.constantFrom(setOrder(1), setOrder(2), setISize(5), setISize(600), punchHole(0, 512), punchHole(3, 2)),
    fc.tuple(fc.nat(12), fc.nat(1)).map(([frame, vm]) => fault(frame, vm)),
  );
  const ops = fc.array(op, { maxLength: 12 });
  const setting = world({ resize: "before-bind", orders: [1, 2] });
  const used = newVm(setting);
  const holds = fc.property(ops, (list) => {
    const fresh = newVm(setting);
    expect(list.map((each) => step(used, each))).toEqual(list.map((each) => step(fresh, each)));
    expect(used.bindings).toEqual(fresh.bindings);
    resetVm(used);
  });
  fc.assert(holds, { seed: 0x6b766d, numRuns: 200, endOnFailure: true });
});
