/** The last store of a mapping case on the abstract machine: at which order does it map the page? */

import { newVm } from "../../model/abstract/machine.ts";
import { x86_64 } from "../../model/arch.ts";
import type { Folios } from "../../model/folios/folios.ts";
import { behaviourOf } from "../../model/kernel/behaviour.ts";
import type { Family } from "../../model/kernel/family.ts";
import { CONGRUENT_ORDER, STOCK } from "../../model/kernel/level.ts";
import { toPages } from "../../model/units.ts";
import type { LinuxOp } from "../../sim/kernel/op.ts";
import { bind, type BindMemslot, fault, type Op, setOrder } from "../../sim/op.ts";
import { apply } from "../../sim/step.ts";
import { foliosOf } from "./abstract-machine.ts";

const ORDERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

const last = <Name extends LinuxOp["op"]>(
  ops: readonly LinuxOp[],
  name: Name,
): Extract<LinuxOp, { op: Name }> | undefined =>
  ops.findLast((op): op is Extract<LinuxOp, { op: Name }> => op.op === name);

/** The slot that the store goes to, or undefined where a shrunk list has none or no window for it. */
function slotOf(ops: readonly LinuxOp[]): BindMemslot | undefined {
  const window = last(ops, "map");
  const region = last(ops, "set_user_memory_region");
  if (window === undefined || region === undefined || region.size === 0n) return undefined;
  if (region.uaddr < window.va || region.uaddr + region.size > window.va + window.length) return undefined;
  return bind({
    base_gfn: toPages(region.gpa),
    npages: toPages(region.size),
    ugfn: toPages(region.uaddr),
    pgoff: toPages(region.uaddr - window.va),
  });
}

/** The other VM's slot holds the file from its start: a fault through it makes a folio that is there already. */
const folioOps = (folios: Folios): Op[] => [
  bind({ vm: 1, npages: 2 ** 20 }),
  ...foliosOf(folios).flatMap(([start, order]) => [setOrder(order), fault(start, 1)]),
];

/**
 * `folios` are those of the file, `ops` what a case of mapping.ts did before the store. -1 where the page is not there, undefined where
 * the list is not of that form any more.
 */
export function mappedByAbstract(
  family: Family,
  ops: readonly LinuxOp[],
  gpa: bigint,
  folios: Folios,
): number | undefined {
  const slot = slotOf(ops);
  if (slot === undefined) return undefined;
  const vm = newVm({
    arch: x86_64,
    bind_rule: () => 1,
    map_rule: CONGRUENT_ORDER,
    level_rule: STOCK,
    orders: ORDERS,
    resize: "any",
    file: { ...behaviourOf(family, "guest_store"), asks_for: "file_order" },
  });
  for (const op of [...folioOps(folios), slot, fault(toPages(gpa))]) apply(vm, op);
  return vm.saw.got < 0 ? -1 : vm.saw.mapped_order;
}
