/**
 * Witnesses: what a search must have met, or its pass says nothing. Counted after every op, in every engine.
 */

import { FELL_BACK, PRESENT } from "../model/file.ts";
import type { Vm } from "../model/vm.ts";
import type { Op } from "../sim/op.ts";
import { orderText } from "../sim/setting.ts";
import type { ClaimName } from "./always.ts";
import { MAPPING_CLAIMS } from "./always.ts";

/** Times each witness was met; the keys are in a fixed order. */
export type Witnesses = Record<string, number>;

const folioWitness = (order: number): string => `folio_of_${orderText(order)}`;

/** All witnesses of a world whose file may take these orders, none met. */
export function noWitnesses(orders: readonly number[]): Witnesses {
  const witnesses: Witnesses = {
    bind_accepted: 0,
    bind_refused_by_rule: 0,
    bind_refused_by_ioctl: 0,
    two_slots: 0,
    fault_on_first_page: 0,
    fault_on_last_page: 0,
    fault_after_resize: 0,
    fault_fell_back: 0,
    fault_on_present_page: 0,
    large_mapping: 0,
  };
  for (const order of orders) witnesses[folioWitness(order)] = 0;
  return witnesses;
}

const met = (witnesses: Witnesses, name: string): void => {
  witnesses[name] = (witnesses[name] ?? 0) + 1;
};

/** Count what the last op of the machine met. `resized`: the file's order changed since the first slot was bound. */
export function witness(witnesses: Witnesses, vm: Vm, op: Op, resized: boolean): void {
  const { saw } = vm;
  if (op.op === "bind_memslot") {
    if (saw.refusal === undefined) met(witnesses, "bind_accepted");
    else if (saw.refusal.check.startsWith("rule")) met(witnesses, "bind_refused_by_rule");
    else met(witnesses, "bind_refused_by_ioctl");
    if (saw.refusal === undefined && vm.bindings.length > 1) met(witnesses, "two_slots");
    return;
  }
  const { slot } = saw;
  if (op.op !== "fault" || slot === undefined) return;
  if (saw.mapped_order > 0) met(witnesses, "large_mapping");
  if (saw.got === PRESENT) {
    met(witnesses, "fault_on_present_page");
    return;
  }
  met(witnesses, folioWitness(saw.folio_order));
  if (saw.gfn === slot.base_gfn) met(witnesses, "fault_on_first_page");
  if (saw.gfn === slot.base_gfn + slot.npages - 1) met(witnesses, "fault_on_last_page");
  if (resized) met(witnesses, "fault_after_resize");
  if (saw.got === FELL_BACK) met(witnesses, "fault_fell_back");
}

/**
 * The witnesses without which a pass of this claim is empty: a slot was accepted, every large folio size was
 * allocated, and what else the claim speaks of happened.
 */
export function needed(claim: ClaimName, orders: readonly number[]): readonly string[] {
  const large = orders.filter((order) => order > 0);
  // With base pages alone no folio can leave a slot: the name of a size that is not there is never met.
  const folios = large.length > 0 ? large.map(folioWitness) : ["large_folio"];
  const all = ["bind_accepted", ...folios, "fault_on_first_page", "fault_on_last_page"];
  if (MAPPING_CLAIMS.includes(claim)) return [...all, "large_mapping"];
  return claim === "folio_avoids_other_slots" ? [...all, "two_slots"] : all;
}

/** Those of the needed witnesses that were not met. */
export const unmet = (claim: ClaimName, orders: readonly number[], witnesses: Witnesses): readonly string[] =>
  needed(claim, orders).filter((name) => (witnesses[name] ?? 0) === 0);
