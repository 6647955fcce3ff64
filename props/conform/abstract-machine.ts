/** The abstract machine as a kernel of one family would have it, and what it says of an op in the words of a system call. */

import type { World, Vm } from "../../model/abstract/machine.ts";
import { newVm } from "../../model/abstract/machine.ts";
import { PMD_ORDER, x86_64 } from "../../model/arch.ts";
import { nextFolio, type Folios } from "../../model/folios/folios.ts";
import type { AccessWay } from "../../model/kernel/behaviour.ts";
import { behaviourOf } from "../../model/kernel/behaviour.ts";
import type { Family } from "../../model/kernel/family.ts";
import type { MemslotLimits } from "../../model/kvm/limits.ts";
import { toBytes, toPages } from "../../model/units.ts";
import type { LinuxResult } from "../../sim/kernel/op.ts";
import { type MachineOp, setISize } from "../../sim/op.ts";
import { apply, step } from "../../sim/step.ts";
import { fileBytes } from "./lower.ts";

/** What kvm_gmem_bind asks of the range, of a file with the largest size. */
function inGuestMemfd(signed: boolean): World["bind_rule"] {
  const size = fileBytes("write");
  return (pgoff, _base_gfn, npages) => {
    const end = toBytes(pgoff) + toBytes(npages);
    if (!signed) return end <= size ? 1 : 0;
    return toBytes(pgoff) < 2n ** 63n && BigInt.asIntN(64, end) <= size ? 1 : 0;
  };
}

export function abstractMachine(family: Family, way: AccessWay, limits?: MemslotLimits): Vm {
  const vm = newVm({
    arch: x86_64,
    bind_rule: way === "write" ? inGuestMemfd(family.guest_memfd.signed_end) : () => 1,
    map_rule: () => 1,
    level_rule: () => 0,
    orders: [0, PMD_ORDER],
    resize: "any",
    file: behaviourOf(family, way),
    ...(limits && { limits: { ...limits, guest_memfd: true } }),
  });
  apply(vm, setISize(toPages(fileBytes(way))));
  return vm;
}

/** Runs an op. `failed_store` is what a store comes to whose page cannot be had. */
export function stepAbstract(vm: Vm, way: AccessWay, op: MachineOp, failed_store: string): LinuxResult {
  const effect = step(vm, op);
  const isStore = op.op === "fault" && way === "guest_store";
  switch (effect.effect) {
    case "refused":
      return isStore ? { exit: failed_store } : { errno: effect.errno };
    case "no_slot":
      return { exit: "mmio" };
    case "done":
    case "faulted":
      return isStore ? { exit: "hlt" } : { errno: 0 };
    default:
      return effect satisfies never;
  }
}

/** Folios in file order, as first page and order. */
export function foliosOf(folios: Folios): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (let start = nextFolio(folios, 0); start >= 0; start = nextFolio(folios, start + 2 ** folios.order)) {
    found.push([start, folios.order]);
  }
  return found;
}
