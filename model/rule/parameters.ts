/**
 * What a rule may read, and how C sees it.
 *
 * Bytes: offset, gpa, size, userspace_addr, folio_size (of the file now), i_size.
 * Pages: base_gfn, pgoff, npages, gfn, index (of the file), nr_pages (1 << order), ugfn (userspace_addr >> 12).
 */

import type { ClaimWord } from "../claim-words.ts";
import type { IntType } from "./int-type.ts";

/** What a rule may read. */
export type RuleInput = (typeof PARAMETERS)[number];
/** What a rule may read, or a claim of one's own. */
export type ParameterName = RuleInput | ClaimWord;
export const RULE_KINDS = ["bind", "map", "level", "order"] as const;
export type RuleKind = (typeof RULE_KINDS)[number];
/** "a bind rule", as a sentence has it. */
export const aRule = (kind: RuleKind): string => `${kind === "order" ? "an" : "a"} ${kind} rule`;
/** A kind, and what true says: that a slot may be bound, a page mapped, a level used, or that it may not. */
export type RuleUse = (typeof RULE_USES)[number];

export const RULE_USES = [
  "bind-accepts",
  "bind-refuses",
  "map-allows",
  "map-forbids",
  "level-forbids",
  "level-allows",
  "order-allows",
  "order-forbids",
] as const;

/** Every parameter, in the order in which the byte-level entry of an evaluator takes them. */
export const PARAMETERS = [
  "offset",
  "gpa",
  "size",
  "userspace_addr",
  "base_gfn",
  "pgoff",
  "npages",
  "folio_size",
  "i_size",
  "gfn",
  "index",
  "order",
  "nr_pages",
  "ugfn",
] as const;

/** x86-64: u64, gfn_t and unsigned long are all u64; loff_t is signed; order is an int. */
export const PARAMETER_TYPE: Readonly<Record<ParameterName, IntType>> = {
  offset: "u64",
  gpa: "u64",
  size: "u64",
  userspace_addr: "u64",
  base_gfn: "u64",
  pgoff: "u64",
  npages: "u64",
  folio_size: "u64",
  i_size: "s64",
  gfn: "u64",
  index: "u64",
  order: "s32",
  nr_pages: "u64",
  ugfn: "u64",
  folio_start: "u64",
  folio_end: "u64",
  binding_start: "u64",
  binding_end: "u64",
  other_start: "u64",
  other_end: "u64",
  map_pgoff: "u64",
  slot_start: "u64",
  slot_end: "u64",
  map_gfn: "u64",
  map_npages: "u64",
};

const OF_SLOT = [
  "offset",
  "gpa",
  "size",
  "userspace_addr",
  "base_gfn",
  "pgoff",
  "npages",
  "folio_size",
  "i_size",
] as const;

/** What rules of each kind may read. A level rule's order and nr_pages are the level's. */
export const READABLE: Readonly<Record<RuleKind, readonly RuleInput[]>> = {
  bind: OF_SLOT,
  map: [...OF_SLOT, "gfn", "index", "order", "nr_pages"],
  level: [...OF_SLOT, "order", "nr_pages", "ugfn"],
  order: [...OF_SLOT, "index", "order", "nr_pages"],
};

const RULE_INPUTS: ReadonlySet<string> = new Set(PARAMETERS);

export const isRuleInput = (name: ParameterName): name is RuleInput => RULE_INPUTS.has(name);
