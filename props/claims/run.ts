/** Run ops on a machine and stop where a claim breaks. The one loop that every search shares. */

import type { ClaimName } from "../../model/claim.ts";
import { isBinding } from "../../model/claim.ts";
import type { Vm } from "../../model/abstract/machine.ts";
import { resetVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { apply } from "../../sim/step.ts";
import { excess, measureOf } from "./always.ts";

/** Index of the first op after which the claim is broken, or -1. The machine is emptied first. */
export function brokenAt(vm: Vm, claim: ClaimName, ops: readonly Op[]): number {
  resetVm(vm);
  if (isBinding(claim)) {
    for (const [at, op] of ops.entries()) {
      apply(vm, op);
      if (excess(claim, vm) > 0) return at;
    }
    return -1;
  }
  const check = measureOf(claim);
  for (let at = 0; at < ops.length; at++) {
    const op = ops[at] as Op;
    apply(vm, op);
    if (op.op !== "fault") continue;
    const { slot } = vm.saw;
    if (slot !== undefined && check(vm, slot) > 0) return at;
  }
  return -1;
}
