/**
 * The machine that rules are judged on against the machine that Linux is compared with, family by family, on one list of ops. A
 * longer run is `node test/tools/refine.mjs RUNS SEED`.
 */

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newVm } from "../../../model/abstract/machine.ts";
import type { AccessWay } from "../../../model/kernel/behaviour.ts";
import { behaviourOf } from "../../../model/kernel/behaviour.ts";
import { FAMILIES } from "../../../model/kernel/family.ts";
import { abstractOps } from "../../../props/conform/abstract-arb.ts";
import { abstractMachine, foliosOf } from "../../../props/conform/abstract-machine.ts";
import type { Counts } from "../../../props/conform/refinement.ts";
import { partingOf } from "../../../props/conform/refinement.ts";
import { bind, collapse, fault, punchHole, setISize, setOrder, type MachineOp } from "../../../sim/op.ts";
import { apply } from "../../../sim/step.ts";

const RUNS = { seed: 0x2ef1e, numRuns: 100, endOnFailure: true };
const WAYS: readonly AccessWay[] = ["write", "guest_store"];
const cells = Object.values(FAMILIES).flatMap((family) => WAYS.map((way) => ({ name: family.name, family, way })));

it.each(cells)("the two machines say the same on $name, by $way", ({ family, way }) => {
  const counts: Counts = {};
  fc.assert(
    fc.property(abstractOps(way), (ops) => {
      expect(partingOf(family, way, ops, counts)).toBeUndefined();
    }),
    RUNS,
  );
  for (const kind of ["bind_memslot", "delete_memslot", "set_order", "set_i_size", "punch_hole", "fault", "collapse"]) {
    expect(counts[kind]).toBeGreaterThan(10);
  }
});

/** The folios that a list leaves, with the file as it is on a kernel. */
function left(name: keyof typeof FAMILIES, way: AccessWay, ops: readonly MachineOp[]): unknown {
  const vm = abstractMachine(FAMILIES[name], way);
  for (const op of ops) apply(vm, op);
  return foliosOf(vm.file.folios);
}

describe("what differs between kernels", () => {
  // file page   0        33                  384        512
  // present               #
  // slot                                      [ ... 2176 )
  // fault                                     ^   order 9 is blocked
  const blocked = [bind({ npages: 1792, pgoff: 384 }), bind({ slot: 1, base_gfn: 4096, npages: 1, pgoff: 33 })];
  const beside = [...blocked, fault(4096), setOrder(9), fault(0)];

  it("is what a blocked order becomes", () => {
    const lower = [[33, 0], [256, 8]]; // prettier-ignore
    const base = [[33, 0], [384, 0]]; // prettier-ignore
    for (const name of ["6.1", "6.12", "6.17"] as const) expect(left(name, "write", beside)).toEqual(base);
    for (const name of ["6.18", "6.19"] as const) expect(left(name, "write", beside)).toEqual(lower);
    for (const name of ["6.1", "6.12", "6.17", "6.18"] as const)
      expect(left(name, "guest_store", beside)).toEqual(base);
    expect(left("6.19", "guest_store", beside)).toEqual(lower);
  });

  it("is the order of one page's write where writes are sized by their length", () => {
    const ops = [bind({ npages: 4 }), setOrder(9), fault(0)];
    expect(left("6.17", "write", ops)).toEqual([[0, 0]]);
    expect(left("6.18", "write", ops)).toEqual([[0, 9]]);
    expect(left("6.17", "guest_store", ops)).toEqual([[0, 9]]);
  });

  it("is what a hole leaves of a folio", () => {
    const ops = [bind({ npages: 4 }), setOrder(9), fault(0), punchHole(4, 508)];
    expect(left("6.12", "write", ops)).toEqual([[0, 0], [1, 0], [2, 0], [3, 0]]); // prettier-ignore
    expect(left("6.18", "write", ops)).toEqual([[0, 2]]);
  });

  // file page   0        33                              511
  // present               #                                    all of it becomes one folio of 2 MiB, at huge=never
  it("is what MADV_COLLAPSE says of what it did, never what it does", () => {
    const ops = [bind({ npages: 4, pgoff: 33 }), fault(0), collapse(40)];
    for (const name of ["6.1", "6.17", "6.18", "6.19"] as const) expect(left(name, "write", ops)).toEqual([[0, 9]]);
    const said = (name: keyof typeof FAMILIES, page: number): unknown => {
      const vm = abstractMachine(FAMILIES[name], "write");
      for (const op of [...ops.slice(0, -1), collapse(page)]) apply(vm, op);
      return vm.saw.refusal?.check;
    };
    expect([said("6.17", 0), said("6.18", 0)]).toEqual(["collapse_no_page_table", undefined]);
    expect([said("6.17", 512), said("6.18", 512)]).toEqual(["collapse_empty", "collapse_empty"]);
  });

  it("is where an access past i_size ends", () => {
    const ops = [bind({ npages: 4 }), setISize(1), fault(2)];
    expect(left("6.18", "write", ops)).toEqual([[2, 0]]);
    expect(left("6.18", "guest_store", ops)).toEqual([]);
  });

  it("is nothing else: a world that says nothing is that of 0.1.0", () => {
    const vm = newVm({
      arch: { name: "x", page_shift: 12, levels: [] },
      bind_rule: () => 1,
      map_rule: () => 1,
      level_rule: () => 0,
      orders: [0],
      resize: "any",
    });
    expect(vm.file.behaviour).toEqual({
      ...behaviourOf(FAMILIES["6.1"], "write"),
      split: "whole",
      collapse: "off",
      past_i_size: "as_before",
    });
  });
});
