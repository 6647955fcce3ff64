/**
 * The verdicts that the main job must come to, in the default setting (folios of 4K, 2M and 1G, resized at any time).
 * Written down by hand and checked by every run: a model that changes its mind about a rule is caught here.
 */

export type Recorded = "refuted" | "holds" | "vacuous";

const LETTERS: Readonly<Record<string, Recorded>> = { R: "refuted", h: "holds", v: "vacuous" };

/**
 * A letter a claim: allocation (starts in slot, ends in slot, avoids other slots), then mapping (starts in slot, ends
 * in slot, starts in binding, ends in binding, translates). Map and level rules have no say in what is allocated, order rules in no mapping.
 */
const VERDICTS: Readonly<Record<string, string>> = {
  none: "RRR hhRRR",
  ctz: "RRR hhRRR",
  lowest_bit: "RRR hhRRR",
  fls64: "RRR hhRRR",
  ffs64: "RRR hhRRR",
  gpa_no_less_aligned: "RRR hhRRR",
  ctz_levels: "RRR hhRRR",
  size_level: "RRR hhhRR",
  size_level_capped: "RRR hhhRR",
  file_folio: "RRR hhRRR",
  // The 1 GiB folios that the rule did not reckon with.
  offset_and_size_2m: "RRR hhRRR",
  // Aligned to the largest folio the file can have: nothing falls out. The gpa is not looked at.
  offset_and_size_1g: "hhh hhhhR",
  congruent_2m: "RRR hhRRR",
  congruent_1g: "RRR hhhhh",
  congruent_mask_typo: "RRR hhRRR",
  congruent_unit_typo: "RRR hhRRR",
  signed_end: "RRR hhRRR",
  folio_order: "    hhRRR",
  binding_aligned: "    hhhhR",
  round_down_contained: "    hhhhR",
  round_up_contained: "    hhRhR",
  align_down_contained: "    hhhhR",
  congruent_order: "    hhhhh",
  // Nothing large is ever mapped, so nothing is claimed.
  order_zero: "    vvvvv",
  stock: "    hhRRR",
  or_offset: "    hhRRR",
  add_offset: "    hhRRR",
  offset_congruent: "    hhhhh",
  bound_at_get_page: "hhh",
  folio_in_file: "RRR",
  within_size: "RRR",
  within_size_unit: "RRR",
};

/** @throws Error for a rule that has no row: every rule of the catalogue must have one */
export function recordedVerdict(rule: string, claim: ClaimName): Recorded {
  const [allocation, mapping] = [VERDICTS[rule], VERDICTS[rule]?.slice(4)];
  const at = ALLOCATION_CLAIMS.findIndex((each) => each === claim);
  const letter = at >= 0 ? allocation?.[at] : mapping?.[MAPPING_CLAIMS.findIndex((each) => each === claim)];
  const recorded = LETTERS[letter ?? ""];
  if (recorded === undefined) throw new Error(`no recorded verdict for ${rule}, ${claim}`);
  return recorded;
}
import type { ClaimName } from "../../model/claim.ts";
import { ALLOCATION_CLAIMS, MAPPING_CLAIMS } from "../../model/claim.ts";
