/** The claims as the scripts compute them: one text that is JavaScript and C. Bytes; ranges are a start and a size. */

import type { ParameterName } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Counterexample } from "../counterexample.ts";

type StartAndSize = readonly [start: string, size: string];

export interface ClaimText {
  /** In slot, folio, allocated, and for mappings in frames and pages. */
  readonly broken: string;
  readonly expected: StartAndSize;
  readonly actual: StartAndSize;
  /** What is wrong, after "the check accepts a slot whose fault then …". */
  readonly wrong: string;
  /** The same for a subject line. */
  readonly subject: string;
  /** What the excess is. */
  readonly excess: string;
  /** Whom it hurts. */
  readonly hurts: string;
}

const OF_FILE: StartAndSize = ["slot.offset", "slot.size"];
const OF_GUEST: StartAndSize = ["slot.gpa", "slot.size"];
const FOLIO: StartAndSize = ["folio.start", "folio.size"];
const FRAMES: StartAndSize = ["frames.start", "frames.size"];
const PAGES: StartAndSize = ["pages.start", "pages.size"];

const CLAIMS: Readonly<Record<string, ClaimText>> = {
  folio_starts_in_slot: {
    broken: "allocated && folio.start < slot.offset",
    expected: OF_FILE,
    actual: FOLIO,
    wrong: "allocates file pages below the slot's part of the file",
    subject: "a fault allocates below its memslot",
    excess: "allocated below the slot",
    hurts:
      "The pages below belong to whatever else the file holds: they are allocated and charged though nobody asked " +
      "for them, and punching the slot's range does not give them back.",
  },
  folio_ends_in_slot: {
    broken: "allocated && folio.start + folio.size > slot.offset + slot.size",
    expected: OF_FILE,
    actual: FOLIO,
    wrong: "allocates file pages past the end of the slot's part of the file",
    subject: "a fault allocates past its memslot",
    excess: "allocated past the slot",
    hurts:
      "The pages past the end belong to whatever else the file holds, or to nothing: they are allocated and charged " +
      "though nobody asked for them, and punching the slot's range does not give them back.",
  },
  folio_avoids_other_slots: {
    broken: "allocated && touches_other_slot(slot, folio)",
    expected: OF_FILE,
    actual: FOLIO,
    wrong: "allocates file pages that belong to another slot",
    subject: "a fault allocates another memslot's pages",
    excess: "allocated in other slots",
    hurts:
      "Two slots share one folio: a conversion, a memory failure or a punched hole of the one concerns the pages of " +
      "the other, which may be another VM's.",
  },
  mapping_starts_in_slot: {
    broken: "frames.start < slot.gpa",
    expected: OF_GUEST,
    actual: FRAMES,
    wrong: "maps guest frames below the slot",
    subject: "a fault maps guest frames below its memslot",
    excess: "mapped below the slot",
    hurts: "The guest gets memory at addresses where it has no slot.",
  },
  mapping_ends_in_slot: {
    broken: "frames.start + frames.size > slot.gpa + slot.size",
    expected: OF_GUEST,
    actual: FRAMES,
    wrong: "maps guest frames past the end of the slot",
    subject: "a fault maps guest frames past its memslot",
    excess: "mapped past the slot",
    hurts: "The guest gets memory at addresses where it has no slot.",
  },
  mapping_starts_in_binding: {
    broken: "pages.start < slot.offset",
    expected: OF_FILE,
    actual: PAGES,
    wrong: "maps file pages below the slot's part of the file",
    subject: "a guest gets file pages below its memslot",
    excess: "mapped below the slot",
    hurts: "The guest reads and writes file pages that were never given to it.",
  },
  mapping_ends_in_binding: {
    broken: "pages.start + pages.size > slot.offset + slot.size",
    expected: OF_FILE,
    actual: PAGES,
    wrong: "maps file pages past the end of the slot's part of the file",
    subject: "a guest gets file pages past its memslot",
    excess: "mapped past the slot",
    hurts: "The guest reads and writes file pages that were never given to it.",
  },
  mapping_translates: {
    broken: "pages.start - slot.offset != frames.start - slot.gpa",
    expected: ["frames.start - slot.gpa + slot.offset", "frames.size"],
    actual: PAGES,
    wrong: "maps guest frames to the wrong file pages",
    subject: "a fault maps the wrong file pages",
    excess: "between the page mapped and the page meant",
    hurts: "The guest sees other data at one address through a large mapping than through a small one.",
  },
};

/** @throws Error for a claim that this file does not know */
export function claimText(ce: Counterexample): ClaimText {
  const text = CLAIMS[ce.claim];
  if (text === undefined) throw new Error(`no script for the claim ${ce.claim}`);
  return text;
}

/** Does the model of a script need guest mappings, and the rules that judge them? */
export const needsMappings = (ce: Counterexample): boolean => ce.family === "mapping" || ce.rule.kind !== "bind";

/** The rules that decide in this finding: the judged one, its control, and for mappings the two others. */
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
