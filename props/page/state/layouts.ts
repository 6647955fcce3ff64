/** Layouts that VMMs really make, in pages, and what a check says to each of their slots. */

import { ACCEPTED } from "../../../model/outcome.ts";
import { toPages } from "../../../model/units.ts";
import type { World } from "../../../model/abstract/machine.ts";
import { parseCapture } from "../../../sim/layout/capture.ts";
import { layoutOf } from "../../../sim/layout/layout.ts";
import { bind, fault, setOrder } from "../../../sim/op.ts";
import { VMM_LAYOUTS } from "../../../sim/layout/vmm-layouts.ts";
import type { Story } from "./story.ts";

export interface Slot {
  readonly base_gfn: number;
  readonly npages: number;
  readonly pgoff: number;
  readonly ugfn: number;
  /** Of the RAM block that it is part of: the file's i_size. */
  readonly block_npages: number;
}

export interface Layout {
  readonly name: string;
  readonly of: string;
  readonly slots: readonly Slot[];
}

/** Without a log to tell it, memory is taken to be mapped as it lies in its file. */
export const LAYOUTS: readonly Layout[] = VMM_LAYOUTS.map(({ name, of, slots }) => ({
  name,
  of,
  slots: slots.map(({ gpa, size, offset }) => ({
    base_gfn: toPages(gpa),
    npages: toPages(size),
    pgoff: toPages(offset),
    ugfn: toPages(offset),
    block_npages: Math.max(...slots.map((each) => toPages(each.offset + each.size))),
  })),
}));

export type ReadCapture =
  { readonly ok: true; readonly layout: Layout } | { readonly ok: false; readonly message: string };

/** A log of `strace -e ioctl` or of QEMU's kvm_set_user_memory trace lines. */
export function readCapture(text: string, name: string): ReadCapture {
  const captured = parseCapture(text);
  if (!captured.ok) return { ok: false, message: captured.message };
  const slots = layoutOf(captured.regions).map(({ gpa, size, offset, userspace_addr, block_size }) => ({
    base_gfn: toPages(gpa),
    npages: toPages(size),
    pgoff: toPages(offset),
    ugfn: toPages(userspace_addr),
    block_npages: toPages(block_size),
  }));
  return { ok: true, layout: { name, of: `${slots.length} slots`, slots } };
}

/** Does the check of this world take the slot, while the file has folios of this order? */
export const takes = ({ bind_rule }: World, slot: Slot, order: number): boolean =>
  bind_rule(slot.pgoff, slot.base_gfn, slot.npages, slot.ugfn, order, slot.block_npages) === ACCEPTED;

const apart = (a: number, aPages: number, b: number, bPages: number): boolean => a + aPages <= b || b + bPages <= a;

/** Binds a slot of a layout, with those others of it that can be there at the same time, and touches its first page. */
export function storyOf({ slots }: Layout, chosen: Slot, orderNow: number, orderAtFault: number, first: number): Story {
  const beside = slots.filter(
    (slot) =>
      slot === chosen ||
      (apart(slot.base_gfn, slot.npages, chosen.base_gfn, chosen.npages) &&
        apart(slot.pgoff, slot.npages, chosen.pgoff, chosen.npages)),
  );
  return [
    ...(orderNow === first ? [] : [setOrder(orderNow)]),
    ...beside.map((slot, i) => bind({ slot: i, ...slot })),
    ...(orderAtFault === orderNow ? [] : [setOrder(orderAtFault)]),
    fault(chosen.base_gfn),
  ];
}
