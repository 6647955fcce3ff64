/**
 * Why one fault stands for every sequence of ops, as lemmas for the solver: each is a formula that nothing may satisfy or, for what
 * the argument does not cover, that something must. scene.ts tells the argument, docs/REDUCTION.md lists these.
 *
 * A folio of the file is the aligned block of some order around some page. Page numbers are 52 bits, so nothing wraps.
 */

import { PMD_ORDER } from "../../model/arch.ts";
import { MAX_ORDER } from "../../model/units.ts";
import { pages } from "./inputs.ts";
import { offsetInBlock } from "./scene.ts";
import type { Term } from "./smt/term.ts";
import { smtComment, smtText } from "./smt/text.ts";
import { and, bitAnd, bitOr, bits, complement, eq, ite, not, or, sub, ule, ult, variable } from "./smt/term.ts";

export interface Lemma {
  /** Fit for a file name. */
  readonly name: string;
  /** What its answer shows, in a sentence. */
  readonly covers: string;
  readonly expected: "unsat" | "sat";
  /** Each for itself: what is shown of every order is one formula an order. */
  readonly formulas: readonly Term[];
}

const PAGE_BITS = 52;

/** Pages from the first to the last, both in it: ends are compared only, so that no formula adds. */
interface Block {
  readonly first: Term;
  readonly last: Term;
}

const lowPages = (order: number): Term => bits(64, 2 ** order - 1);

/** The block of this order around a page: what a fault on the page allocates at that order. */
const blockOf = (index: Term, order: number): Block => ({
  first: bitAnd(index, complement(lowPages(order))),
  last: bitOr(index, lowPages(order)),
});

const within = (inner: Block, outer: Block): Term => and(ule(outer.first, inner.first), ule(inner.last, outer.last));
const holds = ({ first, last }: Block, index: Term): Term => and(ule(first, index), ule(index, last));
const overlap = (a: Block, b: Block): Term => and(ule(a.first, b.last), ule(b.first, a.last));

/** A slot's part of the file. */
const slotOf = (name: string): Block => ({
  first: pages(`${name}_first`, PAGE_BITS),
  last: pages(`${name}_last`, PAGE_BITS),
});

const index = pages("index", PAGE_BITS);
const slot = slotOf("slot");
const other = slotOf("other");
/** The page that is touched lies in the slot, and the other slot has a page. */
const inSlot = and(holds(slot, index), ule(other.first, other.last));

const ORDERS = Array.from({ length: MAX_ORDER + 1 }, (_, order) => order);
const LARGER = ORDERS.slice(1);

interface Escape {
  readonly how: string;
  readonly covers: string;
  readonly of: (block: Block) => Term;
}

/** The allocation claims, turned round. */
const ESCAPES: readonly Escape[] = [
  {
    how: "starts",
    covers:
      "A folio of the next lower order that starts below the slot does so at the larger order too: falling back finds nothing new.",
    of: ({ first }) => ult(first, slot.first),
  },
  { how: "ends", covers: "The same for a folio that ends behind the slot.", of: ({ last }) => ult(slot.last, last) },
  {
    how: "reaches",
    covers: "The same for a folio that holds a page of another slot.",
    of: (block) => overlap(block, other),
  },
];

/** What a fault does to the file. */
const faults: readonly Lemma[] = [
  {
    name: "fault-allocates-a-block-around-its-page",
    covers:
      "A fault's folio, which starts at the page less its place in the block, is the aligned block of 2^order pages that holds the page, at every order.",
    expected: "unsat",
    formulas: ORDERS.map((order) => {
      const { first, last } = blockOf(index, order);
      const start = sub(index, offsetInBlock(index, order));
      return not(
        and(
          eq(first, start),
          eq(offsetInBlock(first, order), bits(64, 0)),
          eq(sub(last, first), lowPages(order)),
          holds({ first, last }, index),
        ),
      );
    }),
  },
  {
    name: "base-page-stays-in-its-slot",
    covers: "The base page that a blocked order falls back to lies in its slot and in no slot beside it.",
    expected: "unsat",
    // A slot beside it has no page of it: if the base page were in both, neither could end before the other starts.
    formulas: [
      and(inSlot, not(within(blockOf(index, 0), slot))),
      and(inSlot, overlap(blockOf(index, 0), other), ult(other.last, slot.first)),
      and(inSlot, overlap(blockOf(index, 0), other), ult(slot.last, other.first)),
    ],
  },
  ...ESCAPES.map(({ how, covers, of }): Lemma => ({
    name: `smaller-block-${how}-outside-then-the-larger`,
    covers,
    expected: "unsat",
    formulas: LARGER.map((order) => and(inSlot, of(blockOf(index, order - 1)), not(of(blockOf(index, order))))),
  })),
];

/** What deletions, holes and splits leave of a folio. */
const cuts: readonly Lemma[] = [
  {
    name: "half-of-a-folio-is-a-block-in-it",
    covers:
      "Each half of a folio is the aligned block of the next lower order around any of its pages, and lies in the folio: so every piece of a split is, by induction.",
    expected: "unsat",
    formulas: LARGER.map((order) => {
      const whole = blockOf(index, order);
      const page = pages("page", PAGE_BITS);
      const upper = eq(variable("upper", 1), bits(1, 1));
      const first = bitOr(whole.first, ite(upper, bits(64, 2 ** (order - 1)), bits(64, 0)));
      const half = { first, last: bitOr(first, lowPages(order - 1)) };
      return and(holds(half, page), not(and(within(half, whole), eq(blockOf(page, order - 1).first, first))));
    }),
  },
  {
    name: "two-blocks-nest-or-are-apart",
    covers:
      "Two aligned blocks overlap only if one holds the other: a block without a present page stays one whatever else is freed, and freeing a folio never changes another.",
    expected: "unsat",
    formulas: LARGER.map((order) => {
      const a = blockOf(index, order);
      const b = blockOf(pages("page", PAGE_BITS), order - 1);
      return and(overlap(a, b), not(within(b, a)));
    }),
  },
];

const file = {
  order: variable("order", 5),
  fixed: variable("fixed", 0),
  bound: variable("bound", 0),
};

/** set_order, as model/abstract/resize.ts has it. */
function resized(bound: Term, order: Term): Term {
  const allowed = and(variable("order_is_known", 0), not(and(file.fixed, bound)));
  return ite(allowed, variable("order_asked", 5), order);
}

const isResize = variable("op_is_set_order", 0);
const isBind = variable("op_is_accepted_bind", 0);

/** When the folio size may change. */
const modes: readonly Lemma[] = [
  {
    name: "fixed-order-stays-after-a-bind",
    covers:
      "resize before-bind and never: once a slot was bound, every op leaves the order and that a slot was bound, so each bind and each fault sees one order.",
    expected: "unsat",
    formulas: [
      and(
        file.fixed,
        file.bound,
        not(and(eq(ite(isResize, resized(file.bound, file.order), file.order), file.order), or(file.bound, isBind))),
      ),
    ],
  },
  {
    name: "free-order-reaches-any-other",
    covers:
      "resize any: from every order every known one is one op away, so that the orders at each bind and at the fault are free is no more than can happen.",
    expected: "unsat",
    formulas: [
      and(
        not(file.fixed),
        variable("order_is_known", 0),
        not(eq(resized(file.bound, file.order), variable("order_asked", 5))),
      ),
    ],
  },
];

/** The 2 MiB that a collapse makes one folio. */
const PMD = blockOf(index, PMD_ORDER);

/** A folio that no fault made, where a file is mapped: no setting that a rule is judged in has one. */
const collapses: readonly Lemma[] = [
  {
    name: "collapse-makes-what-a-fault-at-2-mib-makes",
    covers:
      "A collapse of the 2 MiB around a page takes whole folios: each of at most 2 MiB that it meets lies in them, one that is larger holds them and stays. What it leaves is the block that a fault on the page would get in a file of 2 MiB folios: with collapse, a file of any sizes is one that has 2 MiB among them.",
    expected: "unsat",
    formulas: ORDERS.map((order) => {
      const met = blockOf(pages("page", PAGE_BITS), order);
      const apart = order <= PMD_ORDER ? not(within(met, PMD)) : not(within(PMD, met));
      return and(overlap(met, PMD), apart);
    }),
  },
  {
    name: "collapse-leaves-a-slot-that-no-fault-leaves",
    covers:
      "NOT covered, so collapse is off in every setting: khugepaged and MADV_COLLAPSE make a 2 MiB folio of a mapped file's present pages whatever its order is, so a file of base pages has one outside its slot. A file that is never mapped (restrictedmem, guest_memfd) is not collapsed.",
    expected: "sat",
    formulas: [and(inSlot, within(blockOf(index, 0), slot), not(within(PMD, slot)))],
  },
];

export const REDUCTION: readonly Lemma[] = [...faults, ...cuts, ...modes, ...collapses];

/** A lemma's formulas as a solver reads them, and what their answer means. */
export const lemmaTexts = ({ covers, expected, formulas }: Lemma): readonly string[] =>
  formulas.map((formula) => smtComment([`${expected}: ${covers}`]) + smtText([formula]));
