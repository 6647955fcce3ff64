/**
 * What must hold after every fault, and after every bind: each claim as data, with every word that is said of it. How far a
 * claim is broken is measured in props/claims/always.ts, and what breaks it as a formula stands in props/prove/claims.ts;
 * both are made from `subject` and `side`, so a claim's name stands here and where it is measured.
 */

/**
 * The range that a claim is about: the file pages of the folio that a fault allocated, the guest frames or the file pages
 * of the mapping that it made, or the file pages of the slot that was bound.
 */
export type Subject = "folio" | "frames" | "pages" | "binding";

/**
 * Which way that range goes wrong: below the slot's, past it, into other slots', somewhere else than it should be, or not bound;
 * of a claim of one's own, that what is said of it is not so.
 */
export type Side = "start" | "end" | "others" | "distance" | "refused" | "said";

export interface ClaimData {
  /**
   * Upstream accepts the first kind of escape for some designs, never the second. The third is about the bind itself, and
   * asked for by name.
   */
  readonly family: "allocation" | "mapping" | "binding";
  readonly subject: Subject;
  readonly side: Side;
  /** What must hold. */
  readonly sentence: string;
  /** What is wrong where it does not. */
  readonly broken: string;
  /** The bytes that are wrong, after "0x1000 bytes". */
  readonly by: string;
  /** One line of a test: what must not happen. */
  readonly never: string;
  /**
   * Broken as an expression that is JavaScript and C, over `slot`, `folio`, `allocated`, `frames` and `pages`, or over `slot`
   * and `file`, in bytes (a range has a start and a size), or over what two checks say of a slot.
   */
  readonly c_text: string;
  /** What would be right: {start} and {end} are those of the range that is allowed, {range} is all of it. */
  readonly expected: string;
  /** What happens to the slot, in few words: {by} is an amount. */
  readonly short: string;
  /** The same with every number: {actual} is the range that goes wrong, {expected} the one that is allowed. */
  readonly long: string;
  /** Head of the claim's column, in a table of its family. */
  readonly column: string;
  /** A rule that accepts everything breaks it as soon as there are large folios, whatever the sizes. */
  readonly always_breakable: boolean;
}

export const CLAIMS = {
  folio_starts_in_slot: {
    family: "allocation",
    subject: "folio",
    side: "start",
    sentence: "a folio allocated by a guest's fault does not start below the memslot's file range",
    broken: "folio starts below its slot",
    by: "below",
    never: "no folio starts below its slot",
    c_text: "allocated && folio.start < slot.offset",
    expected: "a folio that starts at or above {start}",
    short: "allocates {by} below the slot",
    long: "folio {actual} starts {by} below the slot's file range {expected}",
    column: "folio_starts_in_slot",
    always_breakable: true,
  },
  folio_ends_in_slot: {
    family: "allocation",
    subject: "folio",
    side: "end",
    sentence: "a folio allocated by a guest's fault does not end past the memslot's file range",
    broken: "folio ends past its slot",
    by: "past",
    never: "no folio ends past its slot",
    c_text: "allocated && folio.start + folio.size > slot.offset + slot.size",
    expected: "a folio that ends at or below {end}",
    short: "allocates {by} past the slot",
    long: "folio {actual} ends {by} past the slot's file range {expected}",
    column: "folio_ends_in_slot",
    always_breakable: true,
  },
  folio_avoids_other_slots: {
    family: "allocation",
    subject: "folio",
    side: "others",
    sentence: "a folio allocated by a guest's fault takes no page of another memslot's file range",
    broken: "folio takes another slot's pages",
    by: "of them",
    never: "no folio takes another slot's pages",
    c_text: "allocated && touches_other_slot(slot, folio)",
    expected: "a folio without pages of another slot",
    short: "allocates {by} of another slot",
    long: "folio {actual} takes {by} of other slots' file ranges",
    column: "folio_avoids_other_slots",
    always_breakable: true,
  },
  mapping_starts_in_slot: {
    family: "mapping",
    subject: "frames",
    side: "start",
    sentence: "a guest mapping does not start below the memslot's guest frames",
    broken: "mapping starts below its slot",
    by: "below",
    never: "no mapping starts below its slot",
    c_text: "frames.start < slot.gpa",
    expected: "a mapping that starts at or above gpa {start}",
    short: "maps {by} of guest frames below the slot",
    long: "the mapping of guest frames {actual} starts {by} below the slot's {expected}",
    column: "starts_in_slot",
    always_breakable: false,
  },
  mapping_ends_in_slot: {
    family: "mapping",
    subject: "frames",
    side: "end",
    sentence: "a guest mapping does not end past the memslot's guest frames",
    broken: "mapping ends past its slot",
    by: "past",
    never: "no mapping ends past its slot",
    c_text: "frames.start + frames.size > slot.gpa + slot.size",
    expected: "a mapping that ends at or below gpa {end}",
    short: "maps {by} of guest frames past the slot",
    long: "the mapping of guest frames {actual} ends {by} past the slot's {expected}",
    column: "ends_in_slot",
    always_breakable: false,
  },
  mapping_starts_in_binding: {
    family: "mapping",
    subject: "pages",
    side: "start",
    sentence: "a guest mapping does not map file pages below the memslot's file range",
    broken: "maps file pages below its slot",
    by: "below",
    never: "no file page below the slot is mapped",
    c_text: "pages.start < slot.offset",
    expected: "4 KiB mappings, or file pages at or above {start}",
    short: "gives the guest {by} of the file below the slot",
    long: "the guest gets file pages {actual}, from {by} below the slot's {expected}",
    column: "starts_in_binding",
    always_breakable: false,
  },
  mapping_ends_in_binding: {
    family: "mapping",
    subject: "pages",
    side: "end",
    sentence: "a guest mapping does not map file pages past the memslot's file range",
    broken: "maps file pages past its slot",
    by: "past",
    never: "no file page past the slot is mapped",
    c_text: "pages.start + pages.size > slot.offset + slot.size",
    expected: "4 KiB mappings, or file pages below {end}",
    short: "gives the guest {by} of the file past the slot",
    long: "the guest gets file pages {actual}, to {by} past the slot's {expected}",
    column: "ends_in_binding",
    always_breakable: false,
  },
  mapping_translates: {
    family: "mapping",
    subject: "pages",
    side: "distance",
    sentence: "guest frame base_gfn + i maps file page pgoff + i",
    broken: "maps the wrong file pages",
    by: "off",
    never: "the right file pages are mapped",
    c_text: "pages.start - slot.offset != frames.start - slot.gpa",
    expected: "4 KiB mappings, or file {range}",
    short: "maps frames {by} off",
    long: "the guest gets file pages {actual} in place of {expected}, {by} off",
    column: "translates",
    always_breakable: true,
  },
  binding_in_file: {
    family: "binding",
    subject: "binding",
    side: "end",
    sentence: "the file range of a memslot that is bound does not end past the file's size",
    broken: "slot is bound past the file's end",
    by: "past the end",
    never: "no slot is bound past the file's end",
    c_text: "slot.offset + slot.size > file.size",
    expected: "a file range that ends at or below {end}",
    short: "binds {by} past the file's end",
    long: "the slot's file range {actual} ends {by} past the file {expected}",
    column: "binding_in_file",
    always_breakable: false,
  },
  accepts: {
    family: "binding",
    subject: "binding",
    side: "refused",
    sentence: "a memslot that --must-accept names is taken",
    broken: "refuses a slot that must be taken",
    by: "of it",
    never: "no slot that must be taken is refused",
    c_text: "must_be_taken && !taken",
    expected: "the slot is taken",
    short: "refuses {by} that must be taken",
    long: "the check refuses the slot's file range {actual}, which must be taken",
    column: "accepts",
    always_breakable: false,
  },
} as const satisfies Readonly<Record<string, ClaimData>>;
