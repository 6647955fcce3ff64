/**
 * Slots that break most rules which can be broken: at the first page of a file or behind it, as small as they can be or of
 * a folio's size, touched at an end. Whether one is a model of a case is seen by putting its numbers in, which takes a
 * small part of what it takes to solve for one. It changes no verdict: a model is a model, wherever it comes from.
 */

import { MAX_I_SIZE_NPAGES } from "../../model/abstract/file.ts";
import { folioNpages } from "../../model/units.ts";
import type { Case } from "./case.ts";
import type { Term } from "./smt/term.ts";
import { valuation } from "./smt/value.ts";

type Model = ReadonlyMap<string, bigint>;

/** File page, pages, first frame, userspace_addr >> 12, and the frame touched, counted from the first. */
type Slot = readonly [pgoff: number, npages: number, base_gfn: number, ugfn: number, touched: number];

/** @param n pages of the folio, @param s of the smallest slot that is tried */
const slots = (n: number, s: number): readonly Slot[] => [
  [s, s, 0, 0, 0],
  [0, s, 0, 0, 0],
  [s, s, s, 0, 0],
  [s, n, 0, 0, 0],
  [s, n, 0, 0, n - 1],
  [s, n, 0, n - s, 0],
  [0, 2 * n - 1, 1, 1, n],
  [0, 2 * n - 1, 1, 1, n + 1],
];

const modelOf = ([pgoff, npages, base_gfn, ugfn, touched]: Slot, now: number): Model => {
  const named: Readonly<Record<string, number>> = {
    slot_pgoff: pgoff,
    slot_base_gfn: base_gfn,
    slot_npages: npages,
    slot_ugfn: ugfn,
    slot_i_size: MAX_I_SIZE_NPAGES,
    slot_file_order: 0,
    other_pgoff: pgoff,
    other_base_gfn: base_gfn,
    other_npages: npages,
    other_ugfn: 0,
    other_i_size: MAX_I_SIZE_NPAGES,
    other_file_order: 0,
    touched,
    gap: 0,
    fault_file_order: now,
    i_size_now: MAX_I_SIZE_NPAGES,
  };
  return new Map(Object.entries(named).map(([name, value]) => [name, BigInt(value)]));
};

/** Models to try for a case, in a fixed order. */
export function likelyBroken({ scene }: Case): readonly Model[] {
  const { orders } = scene.question.setting;
  const smaller = orders.filter((order) => order > 0 && order < scene.folio).map(folioNpages);
  const sizes = [1, ...smaller];
  return sizes.flatMap((s) =>
    slots(folioNpages(scene.folio), s).map((slot) => modelOf(slot, orders.indexOf(scene.folio))),
  );
}

/** The first of these that is a model of the formula. */
export const modelAmong = (models: readonly Model[], term: Term): Model | undefined =>
  models.find((model) => valuation(model)(term) === 1n);
