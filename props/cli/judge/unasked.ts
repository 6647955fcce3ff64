/** What was asked of no rule: said, so that nobody takes a run that says nothing of it for a pass. */

import type { ClaimName } from "../../../model/claim.ts";
import { isBinding, isMapping, isOwn, nameOf } from "../../../model/claim.ts";
import { aRule } from "../../../model/rule/parameters.ts";
import type { Rule } from "../../../model/rule/tree.ts";
import { claimsOf } from "../../judge/context.ts";
import { UsageError } from "../terminal/io.ts";

const aboutOf = (claim: ClaimName): string =>
  isBinding(claim) ? "which slots are bound" : isMapping(claim) ? "what is mapped" : "what is allocated";

interface Asked {
  readonly claims: readonly ClaimName[];
  /** --claims was said, --must-accept was. */
  readonly saysClaims: boolean;
  readonly saysMust: boolean;
}

/** @throws UsageError for a rule that none of the claims is about, and for a claim that is asked of no rule */
export function refuseUnasked(rules: readonly Rule[], { claims, saysClaims, saysMust }: Asked): void {
  const idle = rules.find((rule) => claimsOf(rule, claims).length === 0);
  if (idle !== undefined) {
    const [what = ""] = claims.map(aboutOf);
    throw new UsageError(`--claims: ${idle.id} is ${aRule(idle.kind)} and has no say in ${what}`);
  }
  const own = claims.filter(isOwn).find((claim) => !rules.some((rule) => claimsOf(rule, [claim]).length > 0));
  if (own !== undefined) {
    throw new UsageError(`--claim ${nameOf(own)}: no rule here has a say in ${aboutOf(own)}`);
  }
  if (saysMust && !rules.some(({ kind }) => kind === "bind")) {
    throw new UsageError("--must-accept: there is no bind rule here, so nothing that accepts a slot");
  }
  if (saysClaims && rules.length === 0) {
    throw new UsageError("--claims: no rule here is asked for them, only functions with requires() or ensures()");
  }
}
