/**
 * The rule that a report sets beside a finding: one with which the claim holds for every input of the setting, so that
 * "this keeps it" does not rest on the one sequence told. test/controls.test.ts has each of them proved.
 */

import { PMD_ORDER } from "../../model/arch.ts";
import type { ClaimName } from "../../model/claim.ts";
import { isAllocation, isBinding } from "../../model/claim.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Setting } from "../../sim/setting.ts";

/** The id of the rule that --must-accept makes: it says which slots the judged one has to take, and takes them itself. */
export const MUST_ACCEPT = "must_accept";

/** The id of a catalogue rule of this kind. Map and level rules have a say in the mapping claims alone, bind rules in all. */
export function controlFor(kind: RuleKind, claim: ClaimName, { orders }: Pick<Setting, "orders">): string {
  if (claim === "accepts") return MUST_ACCEPT;
  if (isBinding(claim)) return "none";
  if (kind === "map") return "congruent_order";
  if (kind === "level") return "offset_congruent";
  const rule = isAllocation(claim) ? "offset_and_size" : "congruent";
  return `${rule}_${Math.max(...orders) > PMD_ORDER ? "1g" : "2m"}`;
}
