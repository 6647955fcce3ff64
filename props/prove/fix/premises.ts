/** What can be added to a rule that does not hold: premises, as C, as sentences, as predicates and as formulas. */

import { folioNpages } from "../../../model/units.ts";
import type { Case } from "../case.ts";
import type { FreeSlot } from "../inputs.ts";
import { page } from "../inputs.ts";
import type { Term } from "../smt/term.ts";
import { and, bitAnd, bitOr, bitXor, eq, sub, ule } from "../smt/term.ts";

/** Weaker ones first: among sets of one size, those are told first. */
export const PREMISE_NAMES = [
  "folio_at_most_size",
  "resize_before_bind",
  "congruent",
  "offset_aligned",
  "size_aligned",
  "gpa_aligned",
  "aligned_to_folio_now",
] as const;
export type PremiseName = (typeof PREMISE_NAMES)[number];

/** A slot as the ioctl gets it, and a folio's size; all in bytes. */
export interface FixInputs {
  readonly offset: bigint;
  readonly gpa: bigint;
  readonly size: bigint;
  readonly folio: bigint;
}

export interface Premise {
  /** Who has to see to it: the bind check, the allocation, or whoever may resize the file's folios. */
  readonly where: "bind" | "fault" | "setting";
  readonly sentence: string;
  /** As a bind check in C; `folio` is the largest folio's size in bytes. Only of premises of the bind. */
  readonly text?: (folio: string) => string;
  /** Does a slot meet it? What is not for the bind to see to refuses no slot. `folio` is the largest there can be. */
  readonly holds: (slot: FixInputs) => boolean;
}

interface Formula {
  /** Of every slot, with the largest order there is. */
  readonly ofSlot?: (slot: FreeSlot, largest: number) => Term;
  /** Of the fault. */
  readonly ofCase?: (c: Case) => Term;
}

const low = (t: Term, order: number): Term => bitAnd(t, sub(page(folioNpages(order)), page(1)));
const aligned = (t: Term, order: number): Term => eq(low(t, order), page(0));

const PREMISES: Readonly<Record<PremiseName, Premise & Formula>> = {
  folio_at_most_size: {
    where: "fault",
    sentence: "no folio is larger than the slot",
    holds: () => true,
    ofCase: ({ scene }) => ule(page(folioNpages(scene.folio)), scene.bound.slot.npages),
  },
  resize_before_bind: {
    where: "setting",
    sentence: "the file's folio size does not change once a slot is bound",
    holds: () => true,
  },
  congruent: {
    where: "bind",
    sentence: "offset and gpa are congruent modulo the largest folio",
    text: (folio) => `!((offset ^ gpa) & (${folio} - 1))`,
    holds: ({ offset, gpa, folio }) => ((offset ^ gpa) & (folio - 1n)) === 0n,
    ofSlot: ({ pgoff, base_gfn }, largest) => aligned(bitXor(pgoff, base_gfn), largest),
  },
  offset_aligned: {
    where: "bind",
    sentence: "offset is a multiple of the largest folio",
    text: (folio) => `IS_ALIGNED(offset, ${folio})`,
    holds: ({ offset, folio }) => offset % folio === 0n,
    ofSlot: ({ pgoff }, largest) => aligned(pgoff, largest),
  },
  size_aligned: {
    where: "bind",
    sentence: "size is a multiple of the largest folio",
    text: (folio) => `IS_ALIGNED(size, ${folio})`,
    holds: ({ size, folio }) => size % folio === 0n,
    ofSlot: ({ npages }, largest) => aligned(npages, largest),
  },
  gpa_aligned: {
    where: "bind",
    sentence: "gpa is a multiple of the largest folio",
    text: (folio) => `IS_ALIGNED(gpa, ${folio})`,
    holds: ({ gpa, folio }) => gpa % folio === 0n,
    ofSlot: ({ base_gfn }, largest) => aligned(base_gfn, largest),
  },
  aligned_to_folio_now: {
    where: "bind",
    sentence: "offset and size are multiples of the file's folio size at the bind",
    text: () => "IS_ALIGNED(offset | size, folio_size)",
    holds: ({ offset, size, folio }) => (offset | size) % folio === 0n,
    ofSlot: ({ pgoff, npages, order }) => order.of((o) => aligned(bitOr(pgoff, npages), o)),
  },
};

export const premiseOf = (name: PremiseName): Premise => PREMISES[name];

/** All these premises, of every slot of a case and of its fault. */
export function premisesTerm(names: readonly PremiseName[], c: Case, largest: number): Term {
  const slots = [c.scene.bound, ...(c.other === undefined ? [] : [c.other])].map(({ slot }) => slot);
  const formulas = names.map((name): Formula => PREMISES[name]);
  return and(
    ...formulas.flatMap(({ ofSlot, ofCase }) => [
      ...(ofSlot === undefined ? [] : slots.map((slot) => ofSlot(slot, largest))),
      ...(ofCase === undefined ? [] : [ofCase(c)]),
    ]),
  );
}
