/**
 * Running many lists that begin alike. Lists are tried in an order in which most share all but their last op with the one
 * before, and most of those that do not are refused where they differ: the machine goes on from where it stands.
 */

import { changedNothing } from "../../model/abstract/bind.ts";
import type { Vm, World } from "../../model/abstract/machine.ts";
import { beforeFaults, newVm, resetVm } from "../../model/abstract/machine.ts";
import type { Op } from "../../sim/op.ts";
import { apply } from "../../sim/step.ts";

/** A machine that nobody else runs anything on. */
export interface Runner {
  /** What the last list did. */
  readonly vm: Vm;
  /** Runs a list on an empty machine until an op is refused: was one? Only its last op may be a fault. */
  readonly isRefused: (ops: readonly Op[]) => boolean;
}

export function runner(world: World): Runner {
  const vm = newVm(world);
  /** The ops that led to where the machine stands, but for a fault behind them. */
  const led: Op[] = [];
  let i_size_npages = vm.file.i_size_npages;
  let touched = false;
  /** It stands where these ops lead, and not where a refused one left it. */
  let stands = false;

  /** Are the ops that led here the first ones of this list, and not all of it? Values that ops are given are counted over a whole list. */
  function leadsOn(ops: readonly Op[]): boolean {
    if (!stands || world.answers !== undefined || led.length >= ops.length) return false;
    for (let at = 0; at < led.length; at++) if (led[at] !== ops[at]) return false;
    return true;
  }

  return {
    vm,
    isRefused: (ops) => {
      if (!leadsOn(ops)) {
        resetVm(vm);
        led.length = 0;
        stands = true;
      } else if (touched) {
        beforeFaults(vm, i_size_npages);
      }
      touched = false;
      for (let at = led.length; at < ops.length; at++) {
        const op = ops[at];
        if (op === undefined) return false;
        if (op.op === "fault") {
          ({ i_size_npages } = vm.file);
          touched = true;
          apply(vm, op);
          return vm.saw.refusal !== undefined;
        }
        apply(vm, op);
        const { refusal } = vm.saw;
        if (refusal !== undefined) {
          stands = changedNothing(refusal);
          return true;
        }
        led.push(op);
      }
      return false;
    },
  };
}
