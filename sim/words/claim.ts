/** What is said of a claim, and which rules a finding about it rests on. */

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
export const needsMappings = (ce: Counterexample): boolean => isMapping(ce.claim) || ce.rule.kind !== "bind";

/** The rules that decide in this finding: the one that is tried, its control, and for mappings the two others. */
export const rulesOf = (ce: Counterexample): readonly Rule[] => [
  ce.rule,
  ce.control.rule,
  ...(needsMappings(ce) ? decidingIn(ce.rules).filter(({ kind }) => kind !== ce.rule.kind) : []),
];

/** What any of them reads. */
export const readsOf = (ce: Counterexample): readonly ParameterName[] => [
  ...new Set(rulesOf(ce).flatMap(({ reads }) => reads)),
];

export const readsUserspaceAddr = (ce: Counterexample): boolean =>
  readsOf(ce).some((name) => name === "userspace_addr" || name === "ugfn") ||
  ce.ops.some((op) => op.op === "bind_memslot" && op.ugfn !== 0);
