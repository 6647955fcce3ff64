/** What is said of a claim, and which rules a finding about it rests on. */

import { FILES } from "../../model/abstract/behaviour.ts";
import { decidingIn } from "../world.ts";
import type { ClaimName } from "../../model/claim.ts";
import { claimOf, isMapping, isOwn, textOf } from "../../model/claim.ts";
import type { ParameterName } from "../../model/rule/parameters.ts";
import type { Rule } from "../../model/rule/tree.ts";
import type { Counterexample } from "../counterexample.ts";
import { hex } from "./amount.ts";

/** What a claim that is broken by so many pages, or one of the user's own, comes to: "folio starts below its slot: 0x1000 bytes below". */
export const brokenBy = (claim: ClaimName, pages: number): string =>
  isOwn(claim)
    ? `does not hold: ${textOf(claim)}`
    : `${claimOf(claim).broken}: ${hex(pages)} bytes ${claimOf(claim).by}`;

/** Does the model of a script need guest mappings, and the rules that decide on them? */
export const needsMappings = (ce: Counterexample): boolean =>
  isMapping(ce.claim) || ce.rule.kind === "map" || ce.rule.kind === "level";

/** Does the file's end, which is set in this finding, keep a large folio from being allocated past it? */
export const endsAtISize = ({ setting, ops }: Counterexample): boolean =>
  setting.file !== undefined && FILES[setting.file].folio_in_i_size && ops.some(({ op }) => op === "set_i_size");

/** The rules that decide in this finding: the one that is tried, its control, and what else the model of a script asks. */
export const rulesOf = (ce: Counterexample): readonly Rule[] => [ce.rule, ce.control.rule, ...othersOf(ce)];

function othersOf(ce: Counterexample): readonly Rule[] {
  const others = decidingIn(ce.rules).filter((rule) => rule.kind !== ce.rule.kind && rule !== ce.rules.must);
  if (needsMappings(ce)) return others;
  // Of an allocation neither what is mapped nor what is forbidden says anything.
  return others.filter(({ kind }) => kind === "order" || (kind === "bind" && ce.rule.kind === "order"));
}

/** What any of them reads. */
export const readsOf = (ce: Counterexample): readonly ParameterName[] => [
  ...new Set(rulesOf(ce).flatMap(({ reads }) => reads)),
];

export const readsUserspaceAddr = (ce: Counterexample): boolean =>
  readsOf(ce).some((name) => name === "userspace_addr" || name === "ugfn") ||
  ce.ops.some((op) => op.op === "bind_memslot" && op.ugfn !== 0);
