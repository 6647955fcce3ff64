/** What the host does to the file of the judged machine: another folio size, another length, a hole. */

import { refuse } from "../errno.ts";
import { punchHole, truncateFile } from "./file.ts";
import { MAX_ORDER, type Npages } from "../units.ts";
import type { Vm } from "./machine.ts";
import { noFault } from "./machine.ts";

const ORDER_UNKNOWN = refuse("EINVAL", "order_unknown");
const ORDER_FIXED = refuse("EBUSY", "order_fixed");
const SIZE_NEGATIVE = refuse("EINVAL", "i_size_too_large");
const SIZE_FIXED = refuse("EINVAL", "i_size_fixed");
const HOLE_NEGATIVE = refuse("EINVAL", "hole_negative");
const HOLE_EMPTY = refuse("EINVAL", "hole_empty");
const HOLE_PAST_MAXIMUM = refuse("EFBIG", "hole_past_maximum");
/** One more than the largest loff_t, in pages. */
const LOFF_PAGES = 2 ** 51;

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

/**
 * ftruncate of the file, to a size in pages. Where the size is fixed, it is that of the file's making: the op is legal before the
 * first slot only.
 */
export function setISize(vm: Vm, npages: number): void {
  const { file, saw } = vm;
  noFault(saw);
  if (npages >= LOFF_PAGES) saw.refusal = SIZE_NEGATIVE;
  else if (file.behaviour.i_size !== "any" && file.bound_before) saw.refusal = SIZE_FIXED;
  else truncateFile(file, npages as Npages);
}

/** fallocate(FALLOC_FL_PUNCH_HOLE) over a page range of the file. @kernel fs/open.c vfs_fallocate */
export function punch(vm: Vm, pgoff: number, npages: number): void {
  noFault(vm.saw);
  if (npages === 0) vm.saw.refusal = HOLE_EMPTY;
  else if (pgoff >= LOFF_PAGES || npages >= LOFF_PAGES) vm.saw.refusal = HOLE_NEGATIVE;
  else if (pgoff + npages >= LOFF_PAGES) vm.saw.refusal = HOLE_PAST_MAXIMUM;
  else punchHole(vm.file, pgoff, npages);
}
