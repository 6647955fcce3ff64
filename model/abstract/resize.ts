/** What the host does to the file of the judged machine: another folio size, another length, a hole. */

import { refuse } from "../errno.ts";
import { punchHole, truncateFile } from "./file.ts";
import { MAX_ORDER, type Npages } from "../units.ts";
import type { Vm } from "./machine.ts";
import { noFault } from "./machine.ts";

const ORDER_UNKNOWN = refuse("EINVAL", "order_unknown");
const ORDER_FIXED = refuse("EBUSY", "order_fixed");
const SIZE_FIXED = refuse("EFBIG", "i_size_too_large");

/**
 * Change the folio size that the file's next allocation takes. `never` means that it was chosen when the file was
 * made, so the op is legal only before anything else was done with the file; `before-bind`, until the first slot.
 */
export const setOrder = (vm: Vm, order: number): void => {
  const { file, saw } = vm;
  noFault(saw);
  if (order < 0 || order > MAX_ORDER || ((vm.orders >>> order) & 1) === 0) saw.refusal = ORDER_UNKNOWN;
  else if (vm.fixes_order && file.bound_before) saw.refusal = ORDER_FIXED;
  else file.order = order;
};

/** ftruncate of the file, to a size in pages. */
export function setISize(vm: Vm, npages: number): void {
  noFault(vm.saw);
  if (npages >= 2 ** 51) vm.saw.refusal = SIZE_FIXED;
  else truncateFile(vm.file, npages as Npages);
}

/** fallocate(FALLOC_FL_PUNCH_HOLE) over a page range of the file. */
export function punch(vm: Vm, pgoff: number, npages: number): void {
  noFault(vm.saw);
  punchHole(vm.file, pgoff, npages);
}
