/** Where the exhaustive search is, in numbers; told as ops only when a claim breaks. */

import type { Op } from "../../sim/op.ts";
import { bind, fault, setOrder } from "../../sim/op.ts";

/** The ops that lead to the state being looked at. Page quantities. */
export interface Path {
  bindOrder: number;
  base_gfn: number;
  npages: number;
  pgoff: number;
  ugfn: number;
  /** base_gfn, npages and pgoff of the other slot. */
  neighbour: readonly [number, number, number] | undefined;
  firstOrder: number;
  /** The frame touched before, counted from the slot's first, or -1. */
  firstTouch: number;
  faultOrder: number;
}

export const newPath = (): Path => ({
  bindOrder: 0,
  base_gfn: 0,
  npages: 1,
  pgoff: 0,
  ugfn: 0,
  neighbour: undefined,
  firstOrder: 0,
  firstTouch: -1,
  faultOrder: 0,
});

/** The path as ops, and the touch that it led to. */
export function tellPath(path: Path, touch: number, initialOrder: number): Op[] {
  const ops: Op[] = [];
  let order = initialOrder;
  const to = (next: number): void => {
    if (next !== order) ops.push(setOrder(next));
    order = next;
  };
  to(path.bindOrder);
  const { base_gfn, npages, pgoff, ugfn } = path;
  ops.push(bind({ base_gfn, npages, pgoff, ugfn }));
  if (path.neighbour !== undefined) {
    const [base, n, start] = path.neighbour;
    ops.push(bind({ vm: 1, base_gfn: base, npages: n, pgoff: start }));
  }
  if (path.firstTouch >= 0) {
    to(path.firstOrder);
    ops.push(fault(base_gfn + path.firstTouch));
  }
  to(path.faultOrder);
  ops.push(fault(base_gfn + touch));
  return ops;
}
