/** The innermost part of the exhaustive search: the touches of one slot, on a file of one order. */

import type { ClaimName } from "../../model/claim.ts";
import { ALLOCATED } from "../../model/abstract/file.ts";
import { clearFolios } from "../../model/folios/folios.ts";
import type { Memslot } from "../../model/kvm/memslots.ts";
import type { StepResult, Vm } from "../../model/abstract/machine.ts";
import { getFolioOf, mapFolio } from "../../model/abstract/fault.ts";
import type { Op } from "../../sim/op.ts";
import type { Measure } from "../claims/always.ts";
import type { Path } from "./exhaust-path.ts";
import { tellPath } from "./exhaust-path.ts";
import type { Grid } from "./grid.ts";
import type { Tally } from "../claims/sometimes.ts";
import { countEnds, countFault, countNewFolios } from "../claims/sometimes.ts";

/** An imported constant is loaded and checked at each use; this one is used once a state. */
const NEW: number = ALLOCATED;

export interface Search {
  readonly vm: Vm;
  readonly grid: Grid;
  readonly claims: readonly ClaimName[];
  readonly checks: readonly Measure[];
  /** Only allocation claims are asked: the mapping stage is left out. */
  readonly allocationOnly: boolean;
  readonly found: Map<ClaimName, readonly Op[]>;
  /** States by the claims broken in them: bit i of the position is claim i. */
  readonly outcomes: Float64Array;
  readonly tally: Tally;
  readonly path: Path;
}

/** A new folio that lies in its slot and is mapped by base pages breaks no claim, so none is asked. */
const harmless = ({ folio_start, folio_order, mapped_order }: StepResult, { pgoff, npages }: Memslot): boolean =>
  folio_start >= pgoff && folio_start + (1 << folio_order) <= pgoff + npages && mapped_order <= 0;

/** Ask every claim about touches that came to the same, the first of which is given. */
function judge(search: Search, slot: Memslot, touch: number, touches: number): void {
  const { vm, checks, outcomes } = search;
  let outcome = 0;
  for (let i = 0; i < checks.length; i++) if ((checks[i] as Measure)(vm, slot) > 0) outcome += 1 << i;
  const before = outcomes[outcome] as number;
  outcomes[outcome] = before + touches;
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

/** Ask the claims about touches that came to what the last one did. */
function lookAt(search: Search, slot: Memslot, touches: readonly number[], from: number, to: number): boolean {
  const { vm, outcomes } = search;
  const isHarmless = harmless(vm.saw, slot);
  if (isHarmless) outcomes[0] = (outcomes[0] as number) + (to - from);
  else judge(search, slot, touches[from] as number, to - from);
  return isHarmless;
}

/**
 * Touch frames of the slot, each on an empty file, with no claim asked that could tell two touches of a folio apart: a
 * touch allocates the same folio as any other page of it would. Folios lie in the order of the touches that get them, so
 * those between two that lie in the slot do so too, and are only counted. Which leaves the folios at the slot's ends.
 */
export function touchEnds(search: Search, slot: Memslot, touches: readonly number[]): void {
  const { vm, tally, outcomes, path } = search;
  const { saw, file } = vm;
  const { base_gfn, pgoff } = slot;
  let from = 0;
  let to = touches.length;
  saw.refusal = undefined;
  saw.slot = slot;
  file.order = path.faultOrder;
  for (let inside = false; from < to && !inside;) {
    const first = from;
    clearFolios(file.folios);
    getFolioOf(vm, slot, base_gfn + (touches[first] as number));
    const end = saw.folio_start + (1 << saw.folio_order) - pgoff;
    do from++;
    while (from < to && (touches[from] as number) < end);
    inside = lookAt(search, slot, touches, first, from);
  }
  for (let inside = false; from < to && !inside;) {
    const after = to;
    clearFolios(file.folios);
    getFolioOf(vm, slot, base_gfn + (touches[to - 1] as number));
    const start = saw.folio_start - pgoff;
    do to--;
    while (from < to && (touches[to - 1] as number) >= start);
    inside = lookAt(search, slot, touches, to, after);
  }
  countNewFolios(tally, path.faultOrder, path.faultOrder !== path.bindOrder, touches.length);
  countEnds(tally, slot.npages, touches);
  outcomes[0] = (outcomes[0] as number) + (to - from);
}

/**
 * Touch frames of the slot, each on a file that is empty but for the path's earlier touch. Nearly every touch allocates
 * a folio inside the slot from a frame inside it: those are only counted, the others are looked at.
 */
export function touchEach(search: Search, slot: Memslot, touches: readonly number[]): void {
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
    // A rule may have given less than the file's order.
    const isPlain = saw.got === NEW && saw.folio_order === faultOrder && saw.mapped_order <= 0;
    if (isPlain && touch > 0 && touch < last) plain++;
    else countFault(tally, saw, slot, resized);
    if (harmless(saw, slot)) unbroken++;
    else judge(search, slot, touch, 1);
  }
  countNewFolios(tally, faultOrder, resized, plain);
  outcomes[0] = (outcomes[0] as number) + unbroken;
}
