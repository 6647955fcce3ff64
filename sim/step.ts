/** The one switch over Op: an op goes into the model, what it did comes out as values. */

import type { Errno } from "../model/errno.ts";
import { ALLOCATED, FELL_BACK } from "../model/abstract/file.ts";
import type { Memslot } from "../model/kvm/memslots.ts";
import { alignDown, folioNpages } from "../model/units.ts";
import type { Vm } from "../model/abstract/machine.ts";
import { collapse } from "../model/abstract/collapse.ts";
import { fault } from "../model/abstract/fault.ts";
import { bindMemslot, deleteMemslot } from "../model/abstract/bind.ts";
import { punch, setISize, setOrder } from "../model/abstract/resize.ts";
import type { MachineOp } from "./op.ts";
import { givenOf } from "./op.ts";

/** Apply an op; what it did is in `vm.saw`. Allocates nothing for a fault: the searches run on this. */
export function apply(vm: Vm, op: MachineOp): void {
  const { answers } = vm.world;
  answers?.open(vm, op.op === "collapse" ? [] : givenOf(op));
  switch (op.op) {
    case "bind_memslot":
      bindMemslot(vm, op.vm, op.slot, op.base_gfn, op.npages, op.pgoff, op.ugfn);
      if (answers !== undefined && vm.saw.refusal === undefined) answers.bound(op.pgoff);
      return;
    case "delete_memslot":
      deleteMemslot(vm, op.vm, op.slot);
      return;
    case "set_order":
      setOrder(vm, op.order);
      return;
    case "set_i_size":
      setISize(vm, op.npages);
      return;
    case "punch_hole":
      punch(vm, op.pgoff, op.npages);
      return;
    case "fault":
      fault(vm, op.vm, op.gfn);
      return;
    case "collapse":
      collapse(vm, op.pgoff);
      return;
    default:
      op satisfies never;
  }
}

/** A half-open range of pages. */
export interface Range {
  readonly start: number;
  readonly npages: number;
}

/** What an op did, as data that survives JSON. Page quantities. */
export type Effect =
  | { readonly effect: "refused"; readonly errno: Errno; readonly check: string }
  | { readonly effect: "done" }
  | { readonly effect: "no_slot"; readonly gfn: number }
  | {
      readonly effect: "faulted";
      readonly slot: {
        readonly id: number;
        readonly base_gfn: number;
        readonly npages: number;
        readonly pgoff: number;
      };
      readonly index: number;
      /** The folio that now holds the page, in file pages. */
      readonly folio: Range & { readonly order: number };
      readonly allocated: boolean;
      readonly fell_back: boolean;
      /** The guest mapping: frames, and the file pages behind them. */
      readonly mapping: { readonly order: number; readonly gfns: Range; readonly pages: Range };
    };

const slotOf = (slot: Memslot): { id: number; base_gfn: number; npages: number; pgoff: number } => ({
  id: slot.id,
  base_gfn: slot.base_gfn,
  npages: slot.npages,
  pgoff: slot.pgoff,
});

/** Apply an op and tell what it did. */
export function step(vm: Vm, op: MachineOp): Effect {
  apply(vm, op);
  const { saw } = vm;
  if (saw.refusal !== undefined) {
    return { effect: "refused", errno: saw.refusal.errno, check: saw.refusal.check };
  }
  if (op.op !== "fault") return { effect: "done" };
  if (saw.slot === undefined) return { effect: "no_slot", gfn: op.gfn };
  const npages = folioNpages(saw.mapped_order);
  return {
    effect: "faulted",
    slot: slotOf(saw.slot),
    index: saw.index,
    folio: { start: saw.folio_start, npages: folioNpages(saw.folio_order), order: saw.folio_order },
    allocated: saw.got === ALLOCATED || saw.got === FELL_BACK,
    fell_back: saw.got === FELL_BACK,
    mapping: {
      order: saw.mapped_order,
      gfns: { start: alignDown(op.gfn, saw.mapped_order), npages },
      pages: { start: alignDown(saw.index, saw.mapped_order), npages },
    },
  };
}
