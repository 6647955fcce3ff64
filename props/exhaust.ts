/**
 * The exhaustive search: every slot of a grid that the rule accepts, every order before and after, every touch. No
 * state inside the bound is left out, so a pass is the end of the question there, and the number of states is pinned
 * by tests.
 */

import { ALLOCATED } from "../model/file.ts";
import { clearFolios } from "../model/folios.ts";
import type { Memslot } from "../model/memslot.ts";
import type { Saw, Vm, World } from "../model/vm.ts";
import { bindMemslot, getFolioOf, mapFolio, newVm, resetVm, setOrder } from "../model/vm.ts";
import type { Op } from "../sim/op.ts";
import type { Claim, ClaimName } from "./always.ts";
import { ALLOCATION_CLAIMS, always } from "./always.ts";
import type { Path } from "./exhaust-path.ts";
import { newPath, tellPath } from "./exhaust-path.ts";
import type { Bound, Grid } from "./grid.ts";
import { DEFAULT_BOUND, oneFault, twoFaults } from "./grid.ts";
import type { Tally, Witnesses } from "./sometimes.ts";
import { countFault, countInnerFaults, newTally, witness, witnessesOf } from "./sometimes.ts";

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

/** An imported constant is loaded and checked at each use; this one is used once a state. */
const NEW: number = ALLOCATED;

interface Search {
  readonly vm: Vm;
  readonly grid: Grid;
  readonly claims: readonly ClaimName[];
  readonly checks: readonly Claim[];
  /** Only allocation claims are asked: the mapping stage is left out. */
  readonly allocationOnly: boolean;
  readonly found: Map<ClaimName, readonly Op[]>;
  /** States by the claims broken in them: bit i of the position is claim i. */
  readonly outcomes: Float64Array;
  readonly tally: Tally;
  readonly path: Path;
}

/** A new folio that lies in its slot and is mapped by base pages breaks no claim, so none is asked. */
const harmless = ({ folio_start, folio_order, mapped_order }: Saw, { pgoff, npages }: Memslot): boolean =>
  folio_start >= pgoff && folio_start + (1 << folio_order) <= pgoff + npages && mapped_order <= 0;

/** Ask every claim about the touch of a frame. */
function judge(search: Search, slot: Memslot, touch: number): void {
  const { vm, checks, outcomes } = search;
  let outcome = 0;
  for (let i = 0; i < checks.length; i++) if ((checks[i] as Claim)(vm, slot) > 0) outcome += 1 << i;
  const before = outcomes[outcome] as number;
  outcomes[outcome] = before + 1;
  if (before === 0) remember(search, outcome, touch);
}

/** Tell the path to an outcome that is met for the first time. */
function remember({ vm, claims, found, path }: Search, outcome: number, touch: number): void {
  for (const [i, claim] of claims.entries()) {
    if (((outcome >>> i) & 1) === 0 || found.has(claim)) continue;
    found.set(claim, tellPath(path, touch, vm.world.orders[0] ?? 0));
  }
}

/** The path's earlier touch. */
function touchEarlier({ vm, path }: Search, slot: Memslot): void {
  vm.file.order = path.firstOrder;
  getFolioOf(vm, slot, path.base_gfn + path.firstTouch);
  vm.file.order = path.faultOrder;
}

/**
 * Touch frames of the slot, each on a file that is empty but for the path's earlier touch. Nearly every touch allocates
 * a folio inside the slot from a frame inside it: those are only counted, the others are looked at.
 */
function touchEach(search: Search, slot: Memslot, touches: readonly number[]): void {
  const { vm, tally, outcomes, path } = search;
  const maps = !search.allocationOnly;
  const { base_gfn, firstTouch, faultOrder } = path;
  const { file, saw } = vm;
  const { folios } = file;
  const resized = faultOrder !== path.bindOrder;
  const last = slot.npages - 1;
  let plain = 0;
  let unbroken = 0;
  saw.refusal = undefined;
  saw.slot = slot;
  file.order = faultOrder;
  for (let at = 0; at < touches.length; at++) {
    const touch = touches[at] as number;
    clearFolios(folios);
    if (firstTouch >= 0) touchEarlier(search, slot);
    getFolioOf(vm, slot, base_gfn + touch);
    if (maps) mapFolio(vm, slot);
    if (saw.got === NEW && saw.mapped_order <= 0 && touch > 0 && touch < last) plain++;
    else countFault(tally, saw, slot, resized);
    if (harmless(saw, slot)) unbroken++;
    else judge(search, slot, touch);
  }
  countInnerFaults(tally, faultOrder, resized, plain);
  outcomes[0] = (outcomes[0] as number) + unbroken;
}

/** All faults on the slots that are bound now. */
function faults(search: Search, slot: Memslot): void {
  const { vm, grid, path } = search;
  const touches = grid.touches(path);
  const orders = vm.world.resize === "any" ? grid.orders : [path.bindOrder];
  for (path.faultOrder of orders) {
    path.firstTouch = -1;
    touchEach(search, slot, touches);
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
export function exhaustGrids(world: World, claims: readonly ClaimName[], grids: readonly Grid[]): Exhausted {
  const found = new Map<ClaimName, readonly Op[]>();
  const outcomes = new Float64Array(1 << claims.length);
  const tally = newTally();
  const checks = claims.map((claim) => always[claim]);
  const allocationOnly = claims.every((claim) => ALLOCATION_CLAIMS.includes(claim));
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
export const exhaust = (world: World, claims: readonly ClaimName[], bound: Bound = DEFAULT_BOUND): Exhausted =>
  exhaustGrids(world, claims, [oneFault(world.orders, bound), twoFaults(world.orders, bound)]);
