/** The claims as the scripts compute them: one text that is JavaScript and C, in bytes; a range has a start and a size. */

import type { ParameterName } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Counterexample } from "../counterexample.ts";

export interface ClaimText {
  /** In slot, folio, allocated, and for mappings in frames and pages. */
  readonly broken: string;
  /** Which of these ranges is at fault. */
  readonly actual: "folio" | "frames" | "pages";
  /** What is wrong, for a subject line. */
  readonly subject: string;
  /** The same for one line of a test: what must not happen. */
  readonly never: string;
}

const CLAIMS: Readonly<Record<string, ClaimText>> = {
  folio_starts_in_slot: {
    broken: "allocated && folio.start < slot.offset",
    actual: "folio",
    subject: "folio starts below its slot",
    never: "no folio starts below its slot",
  },
  folio_ends_in_slot: {
    broken: "allocated && folio.start + folio.size > slot.offset + slot.size",
    actual: "folio",
    subject: "folio ends past its slot",
    never: "no folio ends past its slot",
  },
  folio_avoids_other_slots: {
    broken: "allocated && touches_other_slot(slot, folio)",
    actual: "folio",
    subject: "folio takes another slot's pages",
    never: "no folio takes another slot's pages",
  },
  mapping_starts_in_slot: {
    broken: "frames.start < slot.gpa",
    actual: "frames",
    subject: "mapping starts below its slot",
    never: "no mapping starts below its slot",
  },
  mapping_ends_in_slot: {
    broken: "frames.start + frames.size > slot.gpa + slot.size",
    actual: "frames",
    subject: "mapping ends past its slot",
    never: "no mapping ends past its slot",
  },
  mapping_starts_in_binding: {
    broken: "pages.start < slot.offset",
    actual: "pages",
    subject: "maps file pages below its slot",
    never: "no file page below the slot is mapped",
  },
  mapping_ends_in_binding: {
    broken: "pages.start + pages.size > slot.offset + slot.size",
    actual: "pages",
    subject: "maps file pages past its slot",
    never: "no file page past the slot is mapped",
  },
  mapping_translates: {
    broken: "pages.start - slot.offset != frames.start - slot.gpa",
    actual: "pages",
    subject: "maps the wrong file pages",
    never: "the right file pages are mapped",
  },
};

/** @throws Error for a claim that this file does not know */
export function claimText(ce: Counterexample): ClaimText {
  const text = CLAIMS[ce.claim];
  if (text === undefined) throw new Error(`no script for the claim ${ce.claim}`);
  return text;
}

/** Does the model of a script need guest mappings, and the rules that decide on them? */
export const needsMappings = (ce: Counterexample): boolean => ce.family === "mapping" || ce.rule.kind !== "bind";

/** The rules that decide in this finding: the one that is tried, its control, and for mappings the two others. */
export const rulesOf = (ce: Counterexample): readonly Rule[] => [
  ce.rule,
  ce.control.rule,
  ...(needsMappings(ce) ? Object.values(ce.rules).filter(({ kind }) => kind !== ce.rule.kind) : []),
];

/** What any of them reads. */
export const readsOf = (ce: Counterexample): readonly ParameterName[] => [
  ...new Set(rulesOf(ce).flatMap(({ reads }) => reads)),
];

export const readsUserspaceAddr = (ce: Counterexample): boolean =>
  readsOf(ce).some((name) => name === "userspace_addr" || name === "ugfn") ||
  ce.ops.some((op) => op.op === "bind_memslot" && op.ugfn !== 0);
