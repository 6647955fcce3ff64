/** A state of the simulated machine as values for the variables of a proof's scene. */

import type { Memslot } from "../../model/kvm/memslots.ts";
import type { Vm } from "../../model/abstract/machine.ts";
import type { Question } from "../../props/prove/question.ts";

/** What the file was when a slot was bound. */
export interface AtBind {
  readonly order: number;
  readonly i_size: number;
}

/** Values for a scene's variables: the machine's state after a fault, with one of the other slots. */
export function modelOf(
  { setting }: Question,
  vm: Vm,
  slot: Memslot,
  other: Memslot | undefined,
  atBind: ReadonlyMap<Memslot, AtBind>,
): Map<string, bigint> {
  const which = (order: number): bigint => BigInt(setting.orders.indexOf(order));
  const of = (name: string, bound: Memslot): [string, number | bigint][] => [
    [`${name}_pgoff`, bound.pgoff],
    [`${name}_base_gfn`, bound.base_gfn],
    [`${name}_npages`, bound.npages],
    [`${name}_ugfn`, bound.ugfn],
    [`${name}_i_size`, atBind.get(bound)?.i_size ?? 0],
    [`${name}_file_order`, which(atBind.get(bound)?.order ?? 0)],
  ];
  const [lower, upper] = other !== undefined && other.pgoff < slot.pgoff ? [other, slot] : [slot, other];
  const values: [string, number | bigint][] = [
    ...of("slot", slot),
    ...(other === undefined ? [] : of("other", other)),
    ["touched", vm.saw.gfn - slot.base_gfn],
    ["gap", upper === undefined ? 0 : upper.pgoff - (lower.pgoff + lower.npages)],
    ["fault_file_order", which(vm.file.order)],
    // Of a file whose order stays, where a base page took a large folio's place.
    ["file_order", Math.max(0, setting.orders.filter((order) => order > 0).indexOf(vm.file.order))],
    ["i_size_now", vm.file.i_size_npages],
    ["file_i_size", vm.file.i_size_npages],
  ];
  return new Map(values.map(([name, value]) => [name, BigInt(value)]));
}
