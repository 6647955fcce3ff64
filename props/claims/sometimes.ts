/**
 * Witnesses: what a search must have met, or its pass says nothing. Counted after every op, in every engine.
 */

import type { ClaimName } from "../../model/claim.ts";
import { isAboutOthers, isBinding, isMapping } from "../../model/claim.ts";
import { FELL_BACK, PRESENT } from "../../model/abstract/file.ts";
import type { Memslot } from "../../model/kvm/memslots.ts";
import { MAX_ORDER } from "../../model/units.ts";
import type { StepResult, Vm } from "../../model/abstract/machine.ts";
import { refusedByRule, turnedDown } from "../../model/abstract/bind.ts";
import { mustBeTaken } from "./always.ts";
import type { Op } from "../../sim/op.ts";
import { orderText } from "../../sim/setting.ts";

const NAMES = [
  "bind_accepted",
  "bind_refused_by_rule",
  "bind_refused_by_ioctl",
  "two_slots",
  "fault_on_first_page",
  "fault_on_last_page",
  "fault_after_resize",
  "fault_fell_back",
  "fault_on_present_page",
  "large_mapping",
] as const;
type Name = (typeof NAMES)[number];

/** A counter per witness, by position, so that counting costs an addition; behind them one per folio order. */
export type Tally = Float64Array;

/** Times each witness was met, by name; the keys are in a fixed order. */
export type Witnesses = Readonly<Record<string, number>>;

const AT: Readonly<Record<Name, number>> = {
  bind_accepted: 0,
  bind_refused_by_rule: 1,
  bind_refused_by_ioctl: 2,
  two_slots: 3,
  fault_on_first_page: 4,
  fault_on_last_page: 5,
  fault_after_resize: 6,
  fault_fell_back: 7,
  fault_on_present_page: 8,
  large_mapping: 9,
};

/** Met only where a world says which slots must be taken; told only where it was met. */
const MUST_BE_TAKEN = "slot_that_must_be_taken";
const MUST_AT = NAMES.length + MAX_ORDER + 1;

const folioWitness = (order: number): string => `folio_of_${orderText(order)}`;

export const newTally = (): Tally => new Float64Array(MUST_AT + 1);

/** The tally by name, for a file that may take these orders. */
export function witnessesOf(tally: Tally, orders: readonly number[]): Witnesses {
  const counts = NAMES.map((name) => [name, tally[AT[name]] ?? 0] as const);
  // A folio falls back to a base page whatever orders the file may take.
  const folios = [...new Set([0, ...orders])].map((o) => [folioWitness(o), tally[NAMES.length + o] ?? 0] as const);
  const must = tally[MUST_AT] ?? 0;
  return Object.fromEntries([...counts, ...folios, ...(must > 0 ? [[MUST_BE_TAKEN, must] as const] : [])]);
}

const met = (tally: Tally, at: number): void => {
  tally[at] = (tally[at] as number) + 1;
};
const FOLIOS = NAMES.length;

function countBind(tally: Tally, vm: Vm): void {
  const { refusal } = vm.saw;
  if ((refusal === undefined || turnedDown(refusal)) && mustBeTaken(vm)) met(tally, MUST_AT);
  if (refusal !== undefined) {
    met(tally, refusedByRule(refusal) ? AT.bind_refused_by_rule : AT.bind_refused_by_ioctl);
    return;
  }
  met(tally, AT.bind_accepted);
  if (vm.bindings.length > 1) met(tally, AT.two_slots);
}

/** Count what a fault into a slot met. `resized`: the file's order changed since the first slot was bound. */
export function countFault(tally: Tally, saw: StepResult, slot: Memslot, resized: boolean): void {
  if (saw.mapped_order > 0) met(tally, AT.large_mapping);
  if (saw.got === PRESENT) {
    met(tally, AT.fault_on_present_page);
    return;
  }
  met(tally, FOLIOS + saw.folio_order);
  const at = saw.gfn - slot.base_gfn;
  if (at === 0) met(tally, AT.fault_on_first_page);
  if (at === slot.npages - 1) met(tally, AT.fault_on_last_page);
  if (resized) met(tally, AT.fault_after_resize);
  if (saw.got === FELL_BACK) met(tally, AT.fault_fell_back);
}

/** The same for many faults that each allocated a folio of the file's order, but for where in the slot they were. */
export function countNewFolios(tally: Tally, folio_order: number, resized: boolean, faults: number): void {
  tally[FOLIOS + folio_order] = (tally[FOLIOS + folio_order] as number) + faults;
  if (resized) tally[AT.fault_after_resize] = (tally[AT.fault_after_resize] as number) + faults;
}

/** Count which ends of a slot were among its pages touched, ascending and counted from its first. */
export function countEnds(tally: Tally, npages: number, touches: readonly number[]): void {
  if (touches[0] === 0) met(tally, AT.fault_on_first_page);
  if (touches[touches.length - 1] === npages - 1) met(tally, AT.fault_on_last_page);
}

/** Count what the last op of the machine met. */
export function witness(tally: Tally, vm: Vm, op: Op["op"], resized: boolean): void {
  if (op === "bind_memslot") countBind(tally, vm);
  else if (op === "fault" && vm.saw.slot !== undefined) countFault(tally, vm.saw, vm.saw.slot, resized);
}

/**
 * The witnesses without which a pass of this claim is empty: a slot was accepted, every large folio size was
 * allocated, and what else the claim speaks of happened.
 */
export function needed(claim: ClaimName, orders: readonly number[]): readonly string[] {
  if (claim === "accepts") return [MUST_BE_TAKEN];
  if (isBinding(claim)) return ["bind_accepted"];
  const large = orders.filter((order) => order > 0);
  // With base pages alone no folio can leave a slot: the name of a size that is not there is never met.
  const folios = large.length > 0 ? large.map(folioWitness) : ["large_folio"];
  return [
    "bind_accepted",
    ...folios,
    "fault_on_first_page",
    "fault_on_last_page",
    ...(isMapping(claim) ? ["large_mapping"] : []),
    ...(isAboutOthers(claim) ? ["two_slots"] : []),
  ];
}

/** Those of the needed witnesses that were not met. */
export const unmet = (claim: ClaimName, orders: readonly number[], witnesses: Witnesses): readonly string[] =>
  needed(claim, orders).filter((name) => (witnesses[name] ?? 0) === 0);
