/**
 * The exhaustive search: every slot of a grid that the rule accepts, every order before and after, every touch. No
 * state inside the bound is left out, so a pass is the end of the question there, and the number of states is pinned
 * by tests.
 */

import type { ClaimName, FaultClaim } from "../../model/claim.ts";
import { isAllocation, isOwn } from "../../model/claim.ts";
import type { Memslot } from "../../model/kvm/memslots.ts";
import type { World } from "../../model/abstract/machine.ts";
import { bindMemslot } from "../../model/abstract/bind.ts";
import { setOrder } from "../../model/abstract/resize.ts";
import { newVm, resetVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { measureOf } from "../claims/always.ts";
import { newPath } from "./exhaust-path.ts";
import { type Search, touchEach, touchEnds } from "./exhaust-touch.ts";
import type { Bound, Grid } from "./grid.ts";
import { DEFAULT_BOUND, oneFault, twoFaults } from "./grid.ts";
import type { Witnesses } from "../claims/sometimes.ts";
import { newTally, witness, witnessesOf } from "../claims/sometimes.ts";

export interface Exhausted {
  /** States looked at: accepted slots times orders times touches. */
  readonly states: number;
  readonly bound: string;
  /** For each claim that broke, the first ops in the order of the search. */
  readonly found: ReadonlyMap<ClaimName, readonly Op[]>;
  /** States in which each claim is broken. */
  readonly broken: ReadonlyMap<ClaimName, number>;
  /** States by the claims broken in them, all of them named in the order asked, with a space between. */
  readonly together: ReadonlyMap<string, number>;
  readonly witnesses: Witnesses;
}

/** All faults on the slots that are bound now. */
function faults(search: Search, slot: Memslot): void {
  const { vm, grid, path } = search;
  const touches = grid.touches(path);
  const orders = vm.world.resize === "any" ? grid.orders : [path.bindOrder];
  for (path.faultOrder of orders) {
    path.firstTouch = -1;
    if (search.allocationOnly) touchEnds(search, slot, touches);
    else touchEach(search, slot, touches);
    if (grid.depth === 1) continue;
    for (path.firstOrder of orders) for (path.firstTouch of touches) touchEach(search, slot, touches);
  }
}

/** Bind the path's slot on an empty machine. */
function bindFirst({ vm, tally, path }: Search): Memslot | undefined {
  resetVm(vm);
  setOrder(vm, path.bindOrder);
  bindMemslot(vm, 0, 0, path.base_gfn, path.npages, path.pgoff, path.ugfn);
  witness(tally, vm, "bind_memslot", false);
  return vm.saw.refusal === undefined ? vm.bindings[0] : undefined;
}

/** All faults on the path's slot, alone and beside every neighbour. */
function slots(search: Search): void {
  const { vm, grid, tally, path } = search;
  path.neighbour = undefined;
  const alone = bindFirst(search);
  if (alone === undefined) return;
  faults(search, alone);
  let slot: Memslot | undefined = alone;
  for (const neighbour of grid.neighbours) {
    const [base, npages, pgoff] = neighbour;
    vm.file.order = path.bindOrder;
    bindMemslot(vm, 1, 0, base, npages, pgoff, 0);
    witness(tally, vm, "bind_memslot", false);
    if (vm.saw.refusal !== undefined) continue;
    path.neighbour = neighbour;
    faults(search, slot);
    slot = bindFirst(search);
    if (slot === undefined) throw new Error("a slot that was accepted is refused the next time");
  }
}

/** Every state of one grid. */
function walk(search: Search): void {
  const { grid, path } = search;
  for (path.bindOrder of grid.orders)
    for (path.base_gfn of grid.bases)
      for (path.npages of grid.npages)
        for (path.pgoff of grid.pgoffs) for (path.ugfn of grid.ugfns(path.base_gfn)) slots(search);
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

/** Visit every state of the grids. */
export function exhaustGrids(world: World, claims: readonly FaultClaim[], grids: readonly Grid[]): Exhausted {
  const found = new Map<ClaimName, readonly Op[]>();
  const outcomes = new Float64Array(1 << claims.length);
  const tally = newTally();
  const checks = claims.map((claim) => measureOf(claim));
  // Of a folio that a rule looks at the page of, an end of the slot tells nothing.
  const allocationOnly =
    world.order_rule === undefined && claims.every((claim) => isAllocation(claim) && !isOwn(claim));
  const vm = newVm(world);
  for (const grid of grids) {
    walk({ vm, grid, claims, checks, allocationOnly, found, outcomes, tally, path: newPath() });
  }
  const named = (outcome: number): string => claims.filter((_, i) => ((outcome >>> i) & 1) === 1).join(" ");
  const met = [...outcomes.entries()].filter(([, states]) => states > 0);
  return {
    states: sum(outcomes),
    bound: grids.map(({ text }) => text).join("; "),
    found,
    broken: new Map(
      claims.map((claim, i) => [claim, sum(met.map(([o, states]) => (((o >>> i) & 1) === 1 ? states : 0)))]),
    ),
    together: new Map(met.map(([outcome, states]) => [named(outcome), states])),
    witnesses: witnessesOf(tally, world.orders),
  };
}

/** Visit every state within a bound of a world's own orders. */
export const exhaust = (world: World, claims: readonly FaultClaim[], bound: Bound = DEFAULT_BOUND): Exhausted =>
  exhaustGrids(world, claims, [oneFault(world.orders, bound), twoFaults(world.orders, bound)]);
