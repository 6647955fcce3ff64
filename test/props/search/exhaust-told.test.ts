/** What the exhaustive search tells of its states: which claims fall together, and the first ops that break each. */

import type { ClaimName } from "../../../model/claim.ts";
import { CLAIM_NAMES } from "../../../model/claim.ts";
import { expect, it } from "vitest";
import { x86_64 } from "../../../model/arch.ts";
import type { World } from "../../../model/abstract/machine.ts";
import { newVm, resetVm } from "../../../model/abstract/machine.ts";
import { excess } from "../../../props/claims/always.ts";
import { exhaustGrids } from "../../../props/search/exhaust.ts";
import type { Grid } from "../../../props/search/grid.ts";
import type { Op } from "../../../sim/op.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import { apply } from "../../../sim/step.ts";

const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const gridOf = (text: string, orders: readonly number[]): Grid => ({
  text,
  bases: [0, 2],
  npages: upTo(13).slice(1),
  pgoffs: upTo(7),
  ugfns: () => [0],
  touches: ({ npages }) => upTo(npages),
  orders,
  depth: 1,
  neighbours: [],
});

/** Folios of 16 KiB, which this CPU maps whole where the frames are aligned, whatever page they begin at. */
const worldOf = (orders: readonly number[]): World => ({
  arch: { ...x86_64, levels: [2] },
  bind_rule: (pgoff) => (pgoff === 3 ? 0 : 1),
  map_rule: () => 1,
  level_rule: () => 0,
  orders,
  resize: "any",
});

/** Every state in the order of the search: the ops that lead there, no order set that the file has. */
function* states({ bases, npages, pgoffs, orders }: Grid): Generator<Op[]> {
  const to = (from: number | undefined, order: number): Op[] => (from === order ? [] : [setOrder(order)]);
  for (const before of orders)
    for (const base_gfn of bases)
      for (const n of npages)
        for (const pgoff of pgoffs)
          for (const order of orders)
            for (const touch of upTo(n))
              yield [
                ...to(orders[0], before),
                bind({ base_gfn, npages: n, pgoff }),
                ...to(before, order),
                fault(base_gfn + touch),
              ];
}

it.each([[[0, 2]], [[2]], [[2, 3]]])("is what running each of them tells, with orders %j", (orders) => {
  const [world, grid] = [worldOf(orders), gridOf("slots on 18 pages", orders)];
  const vm = newVm(world);
  const together: Record<string, number> = {};
  const found = new Map<ClaimName, readonly Op[]>();
  for (const ops of states(grid)) {
    resetVm(vm);
    for (const op of ops) apply(vm, op);
    if (vm.bindings.length === 0) continue;
    const broken = CLAIM_NAMES.filter((claim) => excess(claim, vm) > 0);
    together[broken.join(" ")] = (together[broken.join(" ")] ?? 0) + 1;
    for (const claim of broken) if (!found.has(claim)) found.set(claim, ops);
  }
  const told = exhaustGrids(world, CLAIM_NAMES, [grid]);
  expect(Object.fromEntries(told.together)).toEqual(together);
  expect(told.found).toEqual(found);
  // A folio that lies in its slot, mapped as a whole to frames that are not its own, is among them.
  expect(together["mapping_translates"]).toBeGreaterThan(0);
});

it("is of all its grids", () => {
  const world = worldOf([0, 2]);
  const [one, two] = [gridOf("one", [0, 2]), { ...gridOf("two", [0, 2]), pgoffs: [1] }];
  const both = exhaustGrids(world, CLAIM_NAMES, [one, two]);
  expect(both.bound).toBe("one; two");
  expect(both.states).toBe(
    exhaustGrids(world, CLAIM_NAMES, [one]).states + exhaustGrids(world, CLAIM_NAMES, [two]).states,
  );
});
