/**
 * The exhaustive search: every slot of a grid that the rule accepts, every order before and after, every touch. No
 * state inside the bound is left out, so a pass is the end of the question there, and the number of states is pinned
 * by tests.
 */

import { clearFolios } from "../model/folios.ts";
import type { Vm, World } from "../model/vm.ts";
import { allocate, bindMemslot, fault as faultOn, newVm, resetVm, setOrder } from "../model/vm.ts";
import type { Op } from "../sim/op.ts";
import { bind, fault, setOrder as setOrderOp } from "../sim/op.ts";
import type { ClaimName } from "./always.ts";
import { ALLOCATION_CLAIMS, always } from "./always.ts";
import type { Bound, Grid } from "./grid.ts";
import { DEFAULT_BOUND, oneFault, twoFaults } from "./grid.ts";
import type { Tally, Witnesses } from "./sometimes.ts";
import { newTally, witness, witnessesOf } from "./sometimes.ts";

export interface Exhausted {
  /** States looked at: accepted slots times orders times touches. */
  readonly states: number;
  readonly bound: string;
  /** For each claim that broke, the first ops in the order of the search. */
  readonly found: ReadonlyMap<ClaimName, readonly Op[]>;
  /** States in which each claim is broken. */
  readonly broken: ReadonlyMap<ClaimName, number>;
  readonly witnesses: Witnesses;
}

interface Search {
  readonly vm: Vm;
  readonly grid: Grid;
  readonly claims: readonly ClaimName[];
  /** Only allocation claims are asked: the mapping stage is left out. */
  readonly allocationOnly: boolean;
  readonly found: Map<ClaimName, readonly Op[]>;
  readonly broken: number[];
  readonly tally: Tally;
  states: number;
}

/** The ops that lead to the state being looked at, as numbers; told as ops only when a claim breaks. */
interface Path {
  bindOrder: number;
  base_gfn: number;
  npages: number;
  pgoff: number;
  ugfn: number;
  neighbour: readonly [number, number, number] | undefined;
  firstOrder: number;
  firstTouch: number;
  faultOrder: number;
}

function tellPath(path: Path, touch: number, initialOrder: number): Op[] {
  const ops: Op[] = [];
  let order = initialOrder;
  const to = (next: number): void => {
    if (next !== order) ops.push(setOrderOp(next));
    order = next;
  };
  to(path.bindOrder);
  const { base_gfn, npages, pgoff, ugfn } = path;
  ops.push(bind({ base_gfn, npages, pgoff, ugfn }));
  if (path.neighbour !== undefined) {
    const [base, n, start] = path.neighbour;
    ops.push(bind({ vm: 1, base_gfn: base, npages: n, pgoff: start }));
  }
  if (path.firstTouch >= 0) {
    to(path.firstOrder);
    ops.push(fault(base_gfn + path.firstTouch));
  }
  to(path.faultOrder);
  ops.push(fault(base_gfn + touch));
  return ops;
}

/** Touch one frame of the slot and look at every claim. */
function look(search: Search, path: Path, touch: number): void {
  const { vm, claims, broken } = search;
  const gfn = path.base_gfn + touch;
  if (search.allocationOnly) allocate(vm, 0, gfn);
  else faultOn(vm, 0, gfn);
  search.states++;
  witness(search.tally, vm, "fault", path.faultOrder !== path.bindOrder);
  const { slot } = vm.saw;
  if (slot === undefined) throw new Error("a touch inside a slot found no slot");
  for (let i = 0; i < claims.length; i++) {
    const claim = claims[i] as ClaimName;
    if (always[claim](vm, slot) === 0) continue;
    broken[i] = (broken[i] as number) + 1;
    if (!search.found.has(claim)) search.found.set(claim, tellPath(path, touch, vm.world.orders[0] ?? 0));
  }
}

/** All faults on the slots that are bound now. */
function faults(search: Search, path: Path): void {
  const { vm, grid } = search;
  const { folios } = vm.file;
  const touches = grid.touches(path);
  const fixed = vm.world.resize !== "any";
  for (const order of grid.orders) {
    if (fixed && order !== path.bindOrder) continue;
    path.faultOrder = order;
    path.firstTouch = -1;
    for (const touch of touches) {
      clearFolios(folios);
      vm.file.order = order;
      look(search, path, touch);
    }
    if (grid.depth === 1) continue;
    for (const first of grid.orders) {
      if (fixed && first !== path.bindOrder) continue;
      path.firstOrder = first;
      for (const earlier of touches) {
        path.firstTouch = earlier;
        for (const touch of touches) {
          clearFolios(folios);
          vm.file.order = first;
          allocate(vm, 0, path.base_gfn + earlier);
          vm.file.order = order;
          look(search, path, touch);
        }
      }
    }
  }
}

function bound(search: Search, path: Path): boolean {
  const { vm } = search;
  bindMemslot(vm, 0, 0, path.base_gfn, path.npages, path.pgoff, path.ugfn);
  witness(search.tally, vm, "bind_memslot", false);
  return vm.saw.refusal === undefined;
}

/** Every state of one grid. */
function walk(search: Search): void {
  const { vm, grid } = search;
  const path: Path = {
    bindOrder: 0,
    base_gfn: 0,
    npages: 1,
    pgoff: 0,
    ugfn: 0,
    neighbour: undefined,
    firstOrder: 0,
    firstTouch: -1,
    faultOrder: 0,
  };
  for (path.bindOrder of grid.orders)
    for (path.base_gfn of grid.bases)
      for (path.npages of grid.npages)
        for (path.pgoff of grid.pgoffs)
          for (path.ugfn of grid.ugfns(path.base_gfn)) {
            resetVm(vm);
            setOrder(vm, path.bindOrder);
            path.neighbour = undefined;
            if (!bound(search, path)) continue;
            faults(search, path);
            for (const neighbour of grid.neighbours) {
              const [base, npages, pgoff] = neighbour;
              vm.file.order = path.bindOrder;
              bindMemslot(vm, 1, 0, base, npages, pgoff, 0);
              witness(search.tally, vm, "bind_memslot", false);
              if (vm.saw.refusal !== undefined) continue;
              path.neighbour = neighbour;
              faults(search, path);
              resetVm(vm);
              setOrder(vm, path.bindOrder);
              bound(search, path);
            }
          }
}

/** Visit every state of the grids. */
export function exhaustGrids(world: World, claims: readonly ClaimName[], grids: readonly Grid[]): Exhausted {
  const found = new Map<ClaimName, readonly Op[]>();
  const broken = claims.map(() => 0);
  const tally = newTally();
  const allocationOnly = claims.every((claim) => ALLOCATION_CLAIMS.includes(claim));
  const vm = newVm(world);
  let states = 0;
  for (const grid of grids) {
    const search: Search = { vm, grid, claims, allocationOnly, found, broken, tally, states: 0 };
    walk(search);
    states += search.states;
  }
  return {
    states,
    bound: grids.map(({ text }) => text).join("; "),
    found,
    broken: new Map(claims.map((claim, i) => [claim, broken[i] as number])),
    witnesses: witnessesOf(tally, world.orders),
  };
}

/** Visit every state within a bound of a world's own orders. */
export const exhaust = (world: World, claims: readonly ClaimName[], bound_: Bound = DEFAULT_BOUND): Exhausted =>
  exhaustGrids(world, claims, [oneFault(world.orders, bound_), twoFaults(world.orders, bound_)]);
