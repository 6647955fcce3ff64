/**
 * The rule that a report sets beside a finding: one with which the claim holds for every input of the setting, so that
 * "this keeps it" does not rest on the one sequence told. test/controls.test.ts has each of them proved.
 */

import { PMD_ORDER } from "../../model/arch.ts";
import type { ClaimName } from "../../model/claim.ts";
import { isAllocation, isBinding, isMapping, isOwn } from "../../model/claim.ts";
import type { RuleKind } from "../../model/rule/parameters.ts";
import type { Setting } from "../../sim/setting.ts";
import { NONE } from "../../sim/setting.ts";

/** The id of the rule that --must-accept makes: it says which slots the judged one has to take, and takes them itself. */
export const MUST_ACCEPT = "must_accept";

/** Rules that let nothing through that a claim could be about: no slot is bound, and no level used. */
export const NO_SLOT = "no_slot";
export const NO_LEVEL = "no_level";

/** They are no rules of the catalogue: whoever may need them reads them. */
export const REFUSING_TEXTS = [
  { kind: "bind", id: NO_SLOT, text: "false" },
  { kind: "level", id: NO_LEVEL, text: "true" },
] as const;

const REFUSING: Readonly<Record<RuleKind, string>> = {
  bind: NO_SLOT,
  map: "order_zero",
  level: NO_LEVEL,
  order: "bound_at_get_page",
};

/**
 * The rules to try, most lenient first: of a claim of the user's nothing is proved. Where a slot's ends forbid no level, only what
 * maps nothing large is known to keep a mapping in its slot.
 */
export function controlsFor(
  kind: RuleKind,
  claim: ClaimName,
  setting: Pick<Setting, "orders" | "level_rule">,
): readonly string[] {
  if (isOwn(claim)) return [controlFor(kind, claim, setting), REFUSING[kind]];
  return setting.level_rule === NONE && isMapping(claim) ? [REFUSING[kind]] : [controlFor(kind, claim, setting)];
}

/** The id of a catalogue rule of this kind. Map and level rules have a say in the mapping claims alone, bind rules in all. */
export function controlFor(kind: RuleKind, claim: ClaimName, { orders }: Pick<Setting, "orders">): string {
  if (claim === "accepts") return MUST_ACCEPT;
  if (isBinding(claim)) return "none";
  if (kind === "map") return "congruent_order";
  if (kind === "level") return "offset_congruent";
  if (kind === "order") return "bound_at_get_page";
  const rule = isAllocation(claim) ? "offset_and_size" : "congruent";
  return `${rule}_${Math.max(...orders) > PMD_ORDER ? "1g" : "2m"}`;
}
