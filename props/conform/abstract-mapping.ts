/** The last store of a mapping case on the abstract machine: at which order does it map the page? */

import { newVm } from "../../model/abstract/machine.ts";
import { x86_64 } from "../../model/arch.ts";
import type { Folios } from "../../model/folios/folios.ts";
import { behaviourOf } from "../../model/kernel/behaviour.ts";
import type { Family } from "../../model/kernel/family.ts";
import { CONGRUENT_ORDER, STOCK } from "../../model/kernel/level.ts";
import { toPages } from "../../model/units.ts";
import type { LinuxOp } from "../../sim/kernel/op.ts";
import { bind, fault, type Op, setOrder } from "../../sim/op.ts";
import { apply } from "../../sim/step.ts";
import { foliosOf } from "./abstract-machine.ts";

const ORDERS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

function only<Name extends LinuxOp["op"]>(ops: readonly LinuxOp[], name: Name): Extract<LinuxOp, { op: Name }> {
  const found = ops.findLast((op): op is Extract<LinuxOp, { op: Name }> => op.op === name);
  if (found === undefined) throw new Error(`a mapping case has no ${name}`);
  return found;
}

/** The other VM's slot holds the file from its start: a fault through it makes a folio that is there already. */
const folioOps = (folios: Folios): Op[] => [
  bind({ vm: 1, npages: 2 ** 20 }),
  ...foliosOf(folios).flatMap(([start, order]) => [setOrder(order), fault(start, 1)]),
];

/** `folios` are those of the file, `ops` what a case of mapping.ts did before the store. -1 where the slot or page is not there. */
export function mappedByAbstract(family: Family, ops: readonly LinuxOp[], gpa: bigint, folios: Folios): number {
  const vm = newVm({
    arch: x86_64,
    bind_rule: () => 1,
    map_rule: CONGRUENT_ORDER,
    level_rule: STOCK,
    orders: ORDERS,
    resize: "any",
    file: { ...behaviourOf(family, "guest_store"), asks_for: "file_order" },
  });
  const { va } = only(ops, "map");
  const region = only(ops, "set_user_memory_region");
  const slot = bind({
    base_gfn: toPages(region.gpa),
    npages: toPages(region.size),
    ugfn: toPages(region.uaddr),
    pgoff: toPages(region.uaddr - va),
  });
  for (const op of [...folioOps(folios), slot, fault(toPages(gpa))]) apply(vm, op);
  return vm.saw.got < 0 ? -1 : vm.saw.mapped_order;
}
