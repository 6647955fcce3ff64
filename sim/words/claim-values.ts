/** A claim of the user's own in a script: the tree that was judged, and what it reads of a fault in the script's own names. */

import { isOwn } from "../../model/claim.ts";
import type { ClaimWord } from "../../model/claim-words.ts";
import { CLAIM_WORDS } from "../../model/claim-words.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Counterexample } from "../counterexample.ts";

/** The claim as it was read; undefined where it is none of the user's. */
export function ownRuleOf({ claim, rules }: Counterexample): Rule | undefined {
  if (!isOwn(claim)) return undefined;
  const rule = rules.own?.find(({ id }) => id === claim);
  if (rule === undefined) throw new Error(`nobody read the claim ${claim}`);
  return rule;
}

/** In JavaScript and C alike, but for the order: pages of ranges in bytes. */
const VALUES: Readonly<Record<Exclude<ClaimWord, "order">, string>> = {
  folio_start: "folio.start / PAGE",
  folio_end: "(folio.start + folio.size) / PAGE",
  binding_start: "slot.offset / PAGE",
  binding_end: "(slot.offset + slot.size) / PAGE",
  other_start: "other.offset / PAGE",
  other_end: "(other.offset + other.size) / PAGE",
  index: "offset / PAGE",
  map_pgoff: "pages.start / PAGE",
  slot_start: "slot.gpa / PAGE",
  slot_end: "(slot.gpa + slot.size) / PAGE",
  gfn: "gpa / PAGE",
  map_gfn: "frames.start / PAGE",
  map_npages: "frames.size / PAGE",
};

const isOfOther = (word: string): boolean => word.startsWith("other_");

/** The words that the claim reads, each with its value; those of another slot apart. */
export function wordsOf(
  { reads }: Rule,
  order: string,
): {
  readonly own: readonly (readonly [ClaimWord, string])[];
  readonly others: readonly (readonly [ClaimWord, string])[];
} {
  const all = CLAIM_WORDS.filter((word) => reads.includes(word)).map(
    (word) => [word, word === "order" ? order : VALUES[word]] as const,
  );
  return { own: all.filter(([word]) => !isOfOther(word)), others: all.filter(([word]) => isOfOther(word)) };
}
