/**
 * Binding the file to a memslot of the judged machine, with the candidate rule where the binding is checked.
 *
 * as in the kernel: the ioctl's own checks come before the rule and the gfn limit after it; a page range of the file
 *   is bound to one slot at a time (restrictedmem_bind exclusive, kvm_gmem_bind).
 * simplified: nothing.
 * left out: flags-only changes, moves (a slot bound to a file cannot be moved), dirty logging, address spaces.
 */

import { ACCEPTED, NO_END, UNDEFINED } from "../outcome.ts";
import type { Refusal } from "../errno.ts";
import { refuse } from "../errno.ts";
import type { Memslot } from "../kvm/memslots.ts";
import { checkRegion, setRegion } from "../kvm/memslots.ts";
import { GFN_LIMIT } from "../kvm/refusals.ts";
import type { Gfn, Npages, Pgoff, Ugfn } from "../units.ts";
import { isAligned } from "../units.ts";
import type { BackingFile } from "./file.ts";
import type { Vm } from "./machine.ts";
import { noFault } from "./machine.ts";

const RULE_REFUSED = refuse("EINVAL", "rule");
const RULE_UNDEFINED = refuse("EINVAL", "rule_undefined");
const RULE_NO_END = refuse("EINVAL", "rule_no_end");
/** Was it the candidate rule that refused, or could not say? */
export const refusedByRule = (refusal: Refusal): boolean =>
  refusal === RULE_REFUSED || refusal === RULE_UNDEFINED || refusal === RULE_NO_END;

/** Did it turn a slot down? One that does not come to an end has not said so. */
export const turnedDown = (refusal: Refusal | undefined): boolean =>
  refusal === RULE_REFUSED || refusal === RULE_UNDEFINED;

/** Is the machine as it was before the slot was refused? Past the gfn limit the file has been bound, and is let go again. */
export const changedNothing = (refusal: Refusal): boolean => refusal !== GFN_LIMIT;

/** A file of this size and folio size cannot be made. @kernel virt/kvm/guest_memfd.c kvm_gmem_create of its v12 and v13 */
const NO_SUCH_FILE = refuse("EINVAL", "i_size_no_multiple_of_folio");
const cannotBeMade = ({ i_size_npages, order, behaviour }: BackingFile): boolean =>
  i_size_npages === 0 || (behaviour.i_size === "fixed_in_folios" && !isAligned(i_size_npages, order));
const PGOFF_BOUND = refuse("EINVAL", "pgoff_already_bound");
const VM_UNKNOWN = refuse("EBADF", "vm_unknown");
const NOT_A_SLOT = refuse("EINVAL", "empty_slot");

/** @kernel virt/kvm/guest_memfd.c kvm_gmem_bind, with the candidate rule where alignment would be checked */
function bindToFile(slot: Memslot, { world, file, bindings }: Vm): Refusal | undefined {
  const { pgoff, base_gfn, npages, ugfn } = slot;
  if (file.behaviour.i_size !== "any" && cannotBeMade(file)) return NO_SUCH_FILE;
  const said = world.bind_rule(pgoff, base_gfn, npages, ugfn, file.order, file.i_size_npages);
  if (said !== ACCEPTED) return said === UNDEFINED ? RULE_UNDEFINED : said === NO_END ? RULE_NO_END : RULE_REFUSED;
  for (const other of file.behaviour.shared_binding ? [] : bindings) {
    if (pgoff < other.pgoff + other.npages && other.pgoff < pgoff + npages) return PGOFF_BOUND;
  }
  bindings.push(slot);
  file.bound_before = true;
  return undefined;
}

function unbindFromFile(slot: Memslot, { bindings }: Vm): void {
  bindings.splice(bindings.indexOf(slot), 1);
}

/** KVM_SET_USER_MEMORY_REGION2 with a file; all in pages. */
export function bindMemslot(
  vm: Vm,
  vmIndex: number,
  slot: number,
  base_gfn: number,
  npages: number,
  pgoff: number,
  ugfn: number,
): void {
  const { saw, region } = vm;
  noFault(saw);
  const table = vm.tables[vmIndex];
  if (table === undefined) {
    saw.refusal = VM_UNKNOWN;
    return;
  }
  if (npages === 0) {
    saw.refusal = NOT_A_SLOT;
    return;
  }
  region.slot = slot;
  region.base_gfn = base_gfn as Gfn;
  region.npages = npages as Npages;
  region.pgoff = pgoff as Pgoff;
  region.ugfn = ugfn as Ugfn;
  const refusal = checkRegion(table.limits, region);
  if (refusal !== undefined) {
    saw.refusal = refusal;
    return;
  }
  const result = setRegion(table, region, bindToFile, unbindFromFile, vm);
  saw.refusal = result.ok ? undefined : result;
  if (result.ok) saw.bound = vm.bindings[vm.bindings.length - 1];
}

/** The same ioctl with size 0. */
export function deleteMemslot(vm: Vm, vmIndex: number, slot: number): void {
  const { saw, region } = vm;
  noFault(saw);
  const table = vm.tables[vmIndex];
  if (table === undefined) {
    saw.refusal = VM_UNKNOWN;
    return;
  }
  region.slot = slot;
  region.npages = 0 as Npages;
  region.base_gfn = 0 as Gfn;
  region.pgoff = 0 as Pgoff;
  region.ugfn = 0 as Ugfn;
  const result = checkRegion(table.limits, region) ?? setRegion(table, region, bindToFile, unbindFromFile, vm);
  saw.refusal = result.ok ? undefined : result;
}
